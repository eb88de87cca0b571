package io.kurier.coordinator.group;

import io.kurier.coordinator.Caller;
import io.kurier.coordinator.TopicNames;
import io.kurier.coordinator.group.classic.Step;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.group.offsets.CommittedOffset;
import io.kurier.coordinator.group.offsets.GroupOffsets;
import io.kurier.coordinator.group.offsets.OffsetAnswers;
import io.kurier.coordinator.group.offsets.OffsetCommit;
import io.kurier.coordinator.group.offsets.PendingOffsets;
import io.kurier.coordinator.group.offsets.Retention;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import io.kurier.coordinator.runtime.Ticket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponsePartition;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponseTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// What happens to the offsets of a shard's groups.
final class OffsetEvents {
    /// Of OffsetCommit (KIP-848).
    private static final int FIRST_WITH_MEMBER_EPOCH = 9;

    private final GroupRegistry groups;
    private final CommitChecks checks;
    private final TopicNames topics;
    private final GroupSettings settings;
    private final PendingOffsets pending;

    OffsetEvents(
            GroupRegistry groups,
            CommitChecks checks,
            TopicNames topics,
            GroupSettings settings,
            PendingOffsets pending) {
        this.pending = pending;
        this.groups = groups;
        this.checks = checks;
        this.topics = topics;
        this.settings = settings;
    }

    void commit(
            Caller caller,
            OffsetCommitRequestData request,
            Ticket<OffsetCommitResponseData> ticket,
            Moment now,
            Effects out) {
        Group known = groups.find(request.groupId());
        Errors refusal = checkCommit(known, caller, request, new Step(now, out));
        if (refusal != Errors.NONE) {
            out.answer(ticket, OffsetAnswers.commitRefused(request, refusal));
            return;
        }
        OffsetCommit commit = OffsetCommit.of(request, caller.version() >= 10, topics, settings, now.wallMs());
        if (commit.storedBytes() > settings.maxBatchBytes()) {
            out.answer(ticket, OffsetAnswers.commitRefused(request, Errors.INVALID_COMMIT_OFFSET_SIZE));
            return;
        }
        Group group = groups.findOrCreate(request.groupId());
        commit.offsets().forEach(group::commit);
        commit.offsets().keySet().forEach(partition -> pending.outdate(group.id, partition));
        commit.records().forEach(out::write);
        groups.dropIfNothing(group);
        out.answer(ticket, commit.answer());
    }

    private Errors checkCommit(@Nullable Group group, Caller caller, OffsetCommitRequestData request, Step step) {
        if (group != null && group.share != null) {
            return Errors.GROUP_ID_NOT_FOUND; // its offsets are another coordinator's
        }
        if (group != null) {
            CommitChecks.Claim claim = new CommitChecks.Claim(
                    request.memberId(), request.groupInstanceId(), request.generationIdOrMemberEpoch());
            List<Place> places = group.consumer == null && group.streams == null
                    ? List.of()
                    : places(request, caller.version() >= 10, topics);
            return checks.check(group, claim, places, caller.version() >= FIRST_WITH_MEMBER_EPOCH, step);
        }
        if (request.generationIdOrMemberEpoch() < 0) {
            return groups.isFull() ? Errors.POLICY_VIOLATION : Errors.NONE;
        }
        return caller.version() >= 9 ? Errors.GROUP_ID_NOT_FOUND : Errors.ILLEGAL_GENERATION;
    }

    /// The partitions that a commit is for.
    ///
    /// @param byId topics are named by their ids
    static List<Place> places(OffsetCommitRequestData request, boolean byId, TopicNames topics) {
        List<Place> places = new ArrayList<>();
        for (OffsetCommitRequestTopic topic : request.topics()) {
            Uuid topicId = byId ? topic.topicId() : topics.idOf(topic.name()).orElse(Uuid.ZERO_UUID);
            topic.partitions().forEach(partition -> places.add(new Place(topicId, partition.partitionIndex())));
        }
        return places;
    }

    /// A group that does not exist has no offsets; that is no error. A member of the new protocol proves its epoch.
    ///
    /// @param form what the answer looks like
    /// @param stable an offset that a transaction may change is UNSTABLE_OFFSET_COMMIT (KIP-447)
    void fetch(
            OffsetFetchRequestGroup request,
            OffsetAnswers.Form form,
            boolean stable,
            Ticket<OffsetFetchResponseGroup> ticket,
            Effects out) {
        Group group = groups.find(request.groupId());
        if (group != null && group.share != null) {
            out.answer(ticket, OffsetAnswers.fetchRefused(request, Errors.GROUP_ID_NOT_FOUND));
            return;
        }
        if (group != null && request.memberEpoch() >= 0) {
            String memberId = request.memberId() == null ? "" : request.memberId();
            Errors refusal = group.streams != null
                    ? group.streams.checkMember(memberId, request.memberEpoch(), List.of(), topics)
                    : group.consumer != null
                            ? group.consumer.checkMember(memberId, request.memberEpoch(), List.of())
                            : Errors.NONE;
            if (refusal != Errors.NONE) {
                out.answer(ticket, OffsetAnswers.fetchRefused(request, refusal));
                return;
            }
        }
        OffsetAnswers.Known known = new OffsetAnswers.Known(
                group == null ? new GroupOffsets() : group.offsets,
                partition -> stable && pending.isPending(request.groupId(), partition));
        out.answer(ticket, OffsetAnswers.fetched(request, form, known));
    }

    void delete(OffsetDeleteRequestData request, Ticket<OffsetDeleteResponseData> ticket, Moment now, Effects out) {
        Group group = groups.find(request.groupId());
        OffsetDeleteResponseData answer = new OffsetDeleteResponseData();
        if (group == null || group.share != null) {
            answer.setErrorCode(Errors.GROUP_ID_NOT_FOUND.code());
        } else if (!group.isEmpty() && !group.isOfConsumers()) {
            answer.setErrorCode(Errors.NON_EMPTY_GROUP.code());
        } else {
            for (OffsetDeleteRequestTopic topic : request.topics()) {
                answer.topics().add(deleteTopic(group, topic, now, out));
            }
            groups.dropIfNothing(group);
        }
        out.answer(ticket, answer);
    }

    private OffsetDeleteResponseTopic deleteTopic(
            Group group, OffsetDeleteRequestTopic topic, Moment now, Effects out) {
        OffsetDeleteResponseTopic answer = new OffsetDeleteResponseTopic().setName(topic.name());
        boolean subscribed = group.isSubscribedTo(topic.name());
        boolean exists =
                topics.idOf(topic.name()).isPresent() || group.offsets.all().containsKey(topic.name());
        for (OffsetDeleteRequestPartition partition : topic.partitions()) {
            Errors error = subscribed
                    ? Errors.GROUP_SUBSCRIBED_TO_TOPIC
                    : exists ? Errors.NONE : Errors.UNKNOWN_TOPIC_OR_PARTITION;
            if (error == Errors.NONE) {
                TopicPartition removed = new TopicPartition(topic.name(), partition.partitionIndex());
                group.removeOffsets(List.of(removed), now, out);
                pending.outdate(group.id, removed);
            }
            answer.partitions()
                    .add(new OffsetDeleteResponsePartition()
                            .setPartitionIndex(partition.partitionIndex())
                            .setErrorCode(error.code()));
        }
        return answer;
    }

    void topicsDeleted(Collection<String> deleted, Ticket<Errors> ticket, Moment now, Effects out) {
        for (Group group : groups.snapshot()) {
            group.removeOffsets(group.offsets.where((of, offset) -> deleted.contains(of.topic())), now, out);
            groups.dropIfNothing(group);
        }
        out.answer(ticket, Errors.NONE);
    }

    /// Forgets what is past its retention, and groups of which nothing else is left. A group that has members, or is
    /// of a kind that is not understood here, keeps everything.
    void expire(Moment now, Effects out) {
        for (Group group : groups.snapshot()) {
            if (!group.isIdle() || group.isForeign()) {
                continue;
            }
            Retention retention =
                    new Retention(settings.offsetsRetentionMs(), group.classic.stateSinceWallMs(), now.wallMs());
            group.removeOffsets(
                    group.offsets.where((of, offset) -> retention.isOver(offset) || isOfDeleted(of, offset)), now, out);
            if (group.offsets.isEmpty()) {
                group.delete(now, out);
            }
            groups.dropIfNothing(group);
        }
    }

    /// Only if the cluster knows a newer topic of that name: not knowing the topic proves nothing.
    private boolean isOfDeleted(TopicPartition partition, CommittedOffset offset) {
        Optional<Uuid> current = topics.idOf(partition.topic());
        return current.isPresent() && !offset.mayBelongTo(current.get());
    }
}
