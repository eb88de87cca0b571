package io.kurier.coordinator.group.consumer;

import java.util.Collections;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.jspecify.annotations.Nullable;

/// What a member has said of itself. Unchangeable.
///
/// @param topics names that it subscribed to, whether they exist or not
/// @param pattern of more names, in RE2's syntax; null for none
/// @param rebalanceTimeoutMs how long it may take to give up partitions
/// @param assignor that it asks for; null if it leaves that to the coordinator
record Profile(
        @Nullable String instanceId,
        @Nullable String rackId,
        String clientId,
        String clientHost,
        NavigableSet<String> topics,
        @Nullable String pattern,
        int rebalanceTimeoutMs,
        @Nullable String assignor) {

    Profile {
        topics = Collections.unmodifiableNavigableSet(topics);
    }

    /// Of a member of which nothing is known yet.
    static Profile blank(@Nullable String instanceId, String clientId, String clientHost) {
        return new Profile(instanceId, null, clientId, clientHost, new TreeSet<>(), null, -1, null);
    }

    /// With what a heartbeat says; what it leaves out stays as it was. An empty pattern takes the pattern back.
    Profile with(ConsumerGroupHeartbeatRequestData said, String byClientId, String byClientHost) {
        return new Profile(
                said.instanceId() == null ? instanceId : said.instanceId(),
                said.rackId() == null ? rackId : said.rackId(),
                byClientId,
                byClientHost,
                said.subscribedTopicNames() == null ? topics : new TreeSet<>(said.subscribedTopicNames()),
                said.subscribedTopicRegex() == null ? pattern : emptyIsNull(said.subscribedTopicRegex()),
                said.rebalanceTimeoutMs() < 0 ? rebalanceTimeoutMs : said.rebalanceTimeoutMs(),
                said.serverAssignor() == null ? assignor : said.serverAssignor());
    }

    private static @Nullable String emptyIsNull(String text) {
        return text.isEmpty() ? null : text;
    }

    /// True if the other asks for the same topics in the same way.
    boolean wantsTheSameAs(Profile other) {
        return topics.equals(other.topics)
                && Objects.equals(pattern, other.pattern)
                && Objects.equals(assignor, other.assignor)
                && Objects.equals(rackId, other.rackId);
    }
}
