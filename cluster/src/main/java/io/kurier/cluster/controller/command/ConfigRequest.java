package io.kurier.cluster.controller.command;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// The changes that one request wants to the settings of resources. Each resource changes wholly or not at all; one
/// that is named twice does not change.
///
/// Errors of a resource: INVALID_CONFIG, INVALID_REQUEST (a resource or a setting twice, an unknown kind of resource),
/// UNKNOWN_TOPIC_OR_PARTITION, BROKER_ID_NOT_REGISTERED, INVALID_TOPIC_EXCEPTION, POLICY_VIOLATION (more than one
/// command may change).
final class ConfigRequest {
    private final Situation situation;
    private final Map<ConfigResource, Integer> times = new HashMap<>();
    private final List<ApiMessage> records = new ArrayList<>();

    /// What is wanted of one resource.
    @FunctionalInterface
    interface Change {
        void to(ConfigChanges settings) throws Refusal;
    }

    /// @param resources all that the request names
    ConfigRequest(Situation situation, Stream<ConfigResource> resources) {
        this.situation = situation;
        resources.forEach(resource -> times.merge(resource, 1, Integer::sum));
    }

    static ConfigResource resource(byte type, String name) {
        return new ConfigResource(ConfigResource.Type.forId(type), name);
    }

    /// Changes a resource, or answers why it stays as it is.
    @Nullable
    Refusal change(ConfigResource resource, Change change) {
        try {
            if (times.getOrDefault(resource, 1) > 1) {
                throw new Refusal(Errors.INVALID_REQUEST, "Each resource must appear at most once.");
            }
            ConfigChanges settings = ConfigChanges.of(resource, situation);
            change.to(settings);
            List<ApiMessage> changes = settings.records();
            situation.checkSize((long) records.size() + changes.size());
            records.addAll(changes);
            return null;
        } catch (Refusal e) {
            return e;
        }
    }

    /// The answer, and the records of all that was changed.
    <R extends ApiMessage> Decision<R> decision(R response, boolean validateOnly) {
        return validateOnly ? Decision.unchanged(response) : new Decision<>(response, records);
    }
}
