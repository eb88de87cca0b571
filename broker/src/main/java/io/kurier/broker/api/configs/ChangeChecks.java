package io.kurier.broker.api.configs;

import io.kurier.cluster.config.definition.Setting;
import io.kurier.cluster.config.definition.Settings;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigResource;

/// What is wrong with the form of a change to one resource, before the controller is asked whether the change itself is
/// allowed.
final class ChangeChecks {
    private ChangeChecks() {}

    /// Why a change is an INVALID_REQUEST; empty if it is not.
    ///
    /// @param times how often the resource is in the request
    /// @param names the settings that it names, in the order of the request
    static Optional<String> problem(ConfigResource resource, int times, Collection<String> names) {
        if (times > 1) return Optional.of("Each resource must appear at most once");
        return switch (resource.type()) {
            case TOPIC -> twiceBySynonym(names);
            case BROKER_LOGGER ->
                Optional.of("Log levels cannot be changed while a node runs; set them where it is started");
            case UNKNOWN -> Optional.of("Unsupported resource type");
            case BROKER, GROUP, CLIENT_METRICS -> Optional.empty();
        };
    }

    /// A topic's setting may be named as the broker's is, but not by two names at once: no order would tell which one
    /// is meant.
    private static Optional<String> twiceBySynonym(Collection<String> names) {
        Map<String, String> byMeaning = new HashMap<>();
        for (String name : names) {
            String meaning =
                    Settings.TOPIC.ofBrokerName(name).map(Setting::name).orElse(name);
            String before = byMeaning.put(meaning, name);
            if (before != null)
                return Optional.of(
                        before.equals(name)
                                ? "Setting '" + name + "' comes twice"
                                : "'" + before + "' and '" + name + "' are two names of one setting: use one");
        }
        return Optional.empty();
    }
}
