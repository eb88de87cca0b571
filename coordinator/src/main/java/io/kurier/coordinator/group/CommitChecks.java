package io.kurier.coordinator.group;

import io.kurier.coordinator.TopicNames;
import io.kurier.coordinator.group.classic.ClassicProtocol;
import io.kurier.coordinator.group.classic.Step;
import io.kurier.coordinator.group.consumer.ClassicMembers;
import io.kurier.coordinator.group.consumer.ConsumerGroup;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.group.streams.StreamsGroup;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// May somebody commit offsets for a group? Members prove their generation or epoch; others may only if there are no
/// members.
final class CommitChecks {
    private final ClassicProtocol classic;
    private final ClassicMembers classicMembers;
    private final TopicNames topics;

    CommitChecks(ClassicProtocol classic, ClassicMembers classicMembers, TopicNames topics) {
        this.topics = topics;
        this.classic = classic;
        this.classicMembers = classicMembers;
    }

    /// What a commit says of its sender.
    ///
    /// @param generation of a classic group, or a member's epoch
    record Claim(String memberId, @Nullable String instanceId, int generation) {}

    /// NONE, or why not.
    ///
    /// @param places the partitions whose offsets are to be committed
    /// @param knowsEpochs the request's version has epochs for an answer
    Errors check(Group group, Claim claim, List<Place> places, boolean knowsEpochs, Step step) {
        StreamsGroup streams = group.streams;
        if (streams != null) {
            return !knowsEpochs && !streams.isEmpty()
                    ? Errors.UNSUPPORTED_VERSION
                    : streams.checkMember(claim.memberId(), claim.generation(), places, topics);
        }
        ConsumerGroup consumer = group.consumer;
        if (consumer == null) {
            return classic.checkCommit(group.classic, claim.memberId(), claim.instanceId(), claim.generation(), step);
        }
        boolean isKnown = consumer.has(claim.memberId());
        if (consumer.isClassic(claim.memberId()) || !isKnown && claim.instanceId() != null) {
            return classicMembers.checkCommit(
                    consumer, claim.memberId(), claim.instanceId(), claim.generation(), places);
        }
        if (!knowsEpochs && !consumer.isEmpty() && (isKnown || claim.memberId().isEmpty())) {
            return Errors.UNSUPPORTED_VERSION;
        }
        return consumer.checkMember(claim.memberId(), claim.generation(), places);
    }
}
