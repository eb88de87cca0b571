package io.kurier.broker.api.telemetry;

import io.kurier.broker.api.telemetry.ClientInstance.SeriesKey;
import io.kurier.broker.metrics.Labels;
import io.kurier.protocol.telemetry.TelemetryPoint;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Names for what clients push that Prometheus takes, and that cannot be mistaken for the node's own.
final class SeriesKeys {
    private static final String PREFIX = "client_";
    private static final Set<String> TAKEN =
            Set.of("client_id", "client_instance_id", "client_software_name", "client_software_version");

    private SeriesKeys() {}

    /// `client_` and the metric's name, and the point's attributes in order; an attribute that is named like one of the
    /// node's own labels is dropped.
    static SeriesKey of(TelemetryPoint point) {
        TreeMap<String, String> sorted = new TreeMap<>();
        point.attributes().forEach((key, value) -> {
            String name = Labels.name(key);
            if (!TAKEN.contains(name) && !name.startsWith("__")) {
                sorted.put(name, value);
            }
        });
        StringBuilder labels = new StringBuilder();
        for (Map.Entry<String, String> label : sorted.entrySet()) {
            Labels.add(labels, label.getKey(), label.getValue());
        }
        return new SeriesKey(PREFIX + Labels.name(point.name()), labels.toString());
    }
}
