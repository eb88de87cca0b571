package io.kurier.cluster.config;

import io.kurier.cluster.config.definition.ClientMatch;
import io.kurier.cluster.config.definition.SettingType;
import io.kurier.cluster.config.definition.Settings;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// One subscription to clients' metrics: the resource CLIENT_METRICS of some name (KIP-714). Immutable.
///
/// @param metrics prefixes of the metrics that are asked for, `*` for all; empty for none
/// @param intervalMs how often clients are to push
public record ClientMetricsSubscription(List<String> metrics, int intervalMs, ClientMatch match) {
    /// The subscription that a resource's settings describe. A value that is not allowed counts as not set.
    public static ClientMetricsSubscription of(Map<String, String> settings) {
        return new ClientMetricsSubscription(
                SettingType.elements(value("metrics", settings)),
                Integer.parseInt(value("interval.ms", settings)),
                ClientMatch.of(SettingType.elements(value("match", settings))));
    }

    /// How often clients push whom no subscription fits, and so how often they ask for one.
    public static int defaultIntervalMs() {
        return Integer.parseInt(value("interval.ms", Map.of()));
    }

    private static String value(String name, Map<String, String> settings) {
        ConfigEntry entry = EffectiveConfig.clientMetrics(Settings.CLIENT_METRICS.known(name), settings);
        return Objects.requireNonNullElse(entry.value(), "");
    }
}
