package io.kurier.cluster.image;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// One registered broker.
///
/// @param epoch the broker's epoch: the offset of its registration record
/// @param incarnationId of the broker's process
/// @param endpoints its listeners by name, in the order of its registration
/// @param features the feature levels that it supports, by name
/// @param fenced true until it has caught up, and after it was lost: it leads nothing and is in no ISR
/// @param inControlledShutdown true if it hands its leaderships over before it stops
/// @param logDirs the identities of its online data directories
/// @param cordonedLogDirs those that take no new partitions, or null if the broker never said
public record BrokerImage(
        int id,
        long epoch,
        Uuid incarnationId,
        Map<String, Endpoint> endpoints,
        Map<String, VersionRange> features,
        @Nullable String rack,
        boolean fenced,
        boolean inControlledShutdown,
        List<Uuid> logDirs,
        @Nullable List<Uuid> cordonedLogDirs) {

    /// True if the broker can lead partitions and new replicas can be placed on it.
    public boolean isActive() {
        return !fenced && !inControlledShutdown;
    }
}
