package io.kurier.coordinator.group.classic;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.message.ConsumerProtocolAssignment;
import org.apache.kafka.common.message.ConsumerProtocolAssignment.TopicPartition;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.utils.Utils;

/// What consumers of the classic protocol tell each other about their topics and partitions, inside of JoinGroup and
/// SyncGroup: a 2-byte version, then a message. Newer versions only add fields at the end.
public final class Subscriptions {
    /// All clients understand the first version, and later ones say no more.
    private static final short ASSIGNMENT_VERSION = 0;

    private Subscriptions() {}

    /// All topics that these members named; empty if one of them cannot be understood.
    static Optional<Set<String>> topicsOf(Collection<Member> members, String protocol) {
        Set<String> topics = new HashSet<>();
        for (Member member : members) {
            Optional<ConsumerProtocolSubscription> said = read(member.metadata(protocol));
            if (said.isEmpty()) {
                return Optional.empty();
            }
            topics.addAll(said.get().topics());
        }
        return Optional.of(topics);
    }

    /// A member's subscription; empty if it cannot be understood.
    public static Optional<ConsumerProtocolSubscription> read(byte[] metadata) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(metadata);
            short version = known(bytes.getShort(), ConsumerProtocolSubscription.HIGHEST_SUPPORTED_VERSION);
            return Optional.of(new ConsumerProtocolSubscription(new ByteBufferAccessor(bytes), version));
        } catch (RuntimeException notUnderstood) {
            return Optional.empty();
        }
    }

    /// What a member may read, by topic; nothing if it cannot be understood.
    public static List<TopicPartition> assigned(byte[] assignment) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(assignment);
            short version = known(bytes.getShort(), ConsumerProtocolAssignment.HIGHEST_SUPPORTED_VERSION);
            return List.copyOf(
                    new ConsumerProtocolAssignment(new ByteBufferAccessor(bytes), version).assignedPartitions());
        } catch (RuntimeException notUnderstood) {
            return List.of();
        }
    }

    private static short known(short version, short highest) {
        return (short) Math.clamp(version, 0, highest);
    }

    /// An assignment as a member is told it.
    public static byte[] assignment(Map<String, List<Integer>> partitionsByTopic) {
        ConsumerProtocolAssignment assignment = new ConsumerProtocolAssignment();
        partitionsByTopic.forEach((topic, partitions) -> assignment
                .assignedPartitions()
                .add(new TopicPartition().setTopic(topic).setPartitions(partitions)));
        return Utils.toArray(MessageUtil.toVersionPrefixedByteBuffer(ASSIGNMENT_VERSION, assignment));
    }
}
