package io.kurier.coordinator.group.consumer;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.jspecify.annotations.Nullable;

/// What a member has said of itself. Unchangeable.
///
/// @param rebalanceTimeoutMs how long it may take to give up partitions
/// @param classic what only members of the classic protocol say; null for others
record Profile(
        Origin origin,
        Wishes wishes,
        int rebalanceTimeoutMs,
        @Nullable Classic classic) {
    /// Who it is.
    record Origin(@Nullable String instanceId, @Nullable String rackId, String clientId, String clientHost) {}

    /// What it wants to read.
    ///
    /// @param topics by name, whether they exist or not
    /// @param pattern of more names, in RE2's syntax; null for none
    /// @param assignor that it asks for; null if it leaves that to the coordinator
    record Wishes(
            NavigableSet<String> topics,
            @Nullable String pattern,
            @Nullable String assignor) {
        Wishes {
            topics = Collections.unmodifiableNavigableSet(topics);
        }
    }

    /// What a member said by JoinGroup.
    ///
    /// @param sessionTimeoutMs not heard of for so long, it is out
    /// @param offers its assignors, the preferred one first
    record Classic(int sessionTimeoutMs, List<Offer> offers) {
        Classic {
            offers = List.copyOf(offers);
        }

        boolean offers(String name) {
            return offers.stream().anyMatch(offer -> offer.name.equals(name));
        }
    }

    /// An assignor by name, with the member's subscription as it is told to it.
    record Offer(String name, ByteBuffer metadata) {}

    /// Of a member of which nothing is known yet.
    static Profile blank(@Nullable String instanceId, String clientId, String clientHost) {
        return new Profile(
                new Origin(instanceId, null, clientId, clientHost), new Wishes(new TreeSet<>(), null, null), -1, null);
    }

    /// With what a heartbeat says; what it leaves out stays as it was. An empty pattern takes the pattern back.
    Profile with(ConsumerGroupHeartbeatRequestData said, String byClientId, String byClientHost) {
        String pattern = said.subscribedTopicRegex();
        return new Profile(
                new Origin(
                        said.instanceId() == null ? origin.instanceId : said.instanceId(),
                        said.rackId() == null ? origin.rackId : said.rackId(),
                        byClientId,
                        byClientHost),
                new Wishes(
                        said.subscribedTopicNames() == null
                                ? wishes.topics
                                : new TreeSet<>(said.subscribedTopicNames()),
                        pattern == null ? wishes.pattern : emptyIsNull(pattern),
                        said.serverAssignor() == null ? wishes.assignor : said.serverAssignor()),
                said.rebalanceTimeoutMs() < 0 ? rebalanceTimeoutMs : said.rebalanceTimeoutMs(),
                null);
    }

    private static @Nullable String emptyIsNull(String text) {
        return text.isEmpty() ? null : text;
    }
}
