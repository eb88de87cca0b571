package io.kurier.coordinator.group.streams;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.jspecify.annotations.Nullable;

/// What a member has said of itself. Unchangeable.
///
/// @param topologyEpoch of the topology that it knows
/// @param rebalanceTimeoutMs how long it may take to give up tasks
record Profile(Origin origin, ClientProcess process, int topologyEpoch, int rebalanceTimeoutMs) {
    /// Who it is.
    record Origin(@Nullable String instanceId, @Nullable String rackId, String clientId, String clientHost) {}

    /// Where it runs: members of one process share its state directory.
    ///
    /// @param endpoint where its state can be asked for; null if it cannot
    /// @param tags such as its zone
    record ClientProcess(String id, @Nullable Endpoint endpoint, SortedMap<String, String> tags) {
        ClientProcess {
            tags = Collections.unmodifiableSortedMap(tags);
        }
    }

    /// A host and a port.
    record Endpoint(String host, int port) {}

    /// Of a member of which nothing is known yet.
    static Profile blank(@Nullable String instanceId, String clientId, String clientHost) {
        return new Profile(
                new Origin(instanceId, null, clientId, clientHost),
                new ClientProcess("", null, new TreeMap<>()),
                -1,
                -1);
    }

    /// With what a heartbeat says; what it leaves out stays as it was.
    Profile with(StreamsGroupHeartbeatRequestData said, String byClientId, String byClientHost) {
        return new Profile(
                new Origin(
                        said.instanceId() == null ? origin.instanceId : said.instanceId(),
                        said.rackId() == null ? origin.rackId : said.rackId(),
                        byClientId,
                        byClientHost),
                new ClientProcess(
                        said.processId() == null ? process.id : said.processId(),
                        said.userEndpoint() == null
                                ? process.endpoint
                                : new Endpoint(
                                        said.userEndpoint().host(),
                                        said.userEndpoint().port()),
                        said.clientTags() == null ? process.tags : tags(said)),
                said.topology() == null ? topologyEpoch : said.topology().epoch(),
                said.rebalanceTimeoutMs() < 0 ? rebalanceTimeoutMs : said.rebalanceTimeoutMs());
    }

    private static SortedMap<String, String> tags(StreamsGroupHeartbeatRequestData said) {
        SortedMap<String, String> tags = new TreeMap<>();
        said.clientTags().forEach(tag -> tags.put(tag.key(), tag.value()));
        return tags;
    }

    /// True if tasks may have to be handed out in another way for this difference.
    boolean differsForAssignment(Profile other) {
        return !process.id.equals(other.process.id)
                || !process.tags.equals(other.process.tags)
                || topologyEpoch != other.topologyEpoch;
    }
}
