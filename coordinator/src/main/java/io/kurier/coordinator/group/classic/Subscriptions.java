package io.kurier.coordinator.group.classic;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.protocol.ByteBufferAccessor;

/// What the members of a group of consumers told each other about their topics: a 2-byte version, then a subscription.
final class Subscriptions {
    private Subscriptions() {}

    /// All topics that these members named; empty if one of them cannot be understood.
    static Optional<Set<String>> topicsOf(Collection<Member> members, String protocol) {
        Set<String> topics = new HashSet<>();
        for (Member member : members) {
            try {
                topics.addAll(read(ByteBuffer.wrap(member.metadata(protocol))).topics());
            } catch (RuntimeException e) {
                return Optional.empty();
            }
        }
        return Optional.of(topics);
    }

    /// Newer versions only add fields at the end.
    private static ConsumerProtocolSubscription read(ByteBuffer metadata) {
        short version = metadata.getShort();
        short known = (short) Math.clamp(
                version,
                ConsumerProtocolSubscription.LOWEST_SUPPORTED_VERSION,
                ConsumerProtocolSubscription.HIGHEST_SUPPORTED_VERSION);
        return new ConsumerProtocolSubscription(new ByteBufferAccessor(metadata), known);
    }
}
