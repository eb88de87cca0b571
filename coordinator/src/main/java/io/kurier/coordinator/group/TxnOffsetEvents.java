package io.kurier.coordinator.group;

import io.kurier.coordinator.BatchKind;
import io.kurier.coordinator.TopicNames;
import io.kurier.coordinator.group.classic.Step;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.group.offsets.CommittedOffset;
import io.kurier.coordinator.group.offsets.OffsetCommit;
import io.kurier.coordinator.group.offsets.PendingOffsets;
import io.kurier.coordinator.group.offsets.TxnOffsetAnswers;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import io.kurier.coordinator.runtime.Ticket;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Offsets that are committed in transactions: they are kept aside until the transaction's marker comes, and then hold
/// or are forgotten (KIP-98, KIP-447).
final class TxnOffsetEvents {
    private static final int MOST_PRODUCERS = 10_000;

    private final GroupRegistry groups;
    private final CommitChecks checks;
    private final TopicNames topics;
    private final GroupSettings settings;
    private final PendingOffsets pending;
    /// Of producers that were heard of lately: what the log would refuse need not be tried.
    private final Map<Long, Epochs> epochs = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Epochs> eldest) {
            return size() > MOST_PRODUCERS;
        }
    };

    private record Epochs(short producer, int coordinator, long markers) {}

    TxnOffsetEvents(
            GroupRegistry groups,
            CommitChecks checks,
            TopicNames topics,
            GroupSettings settings,
            PendingOffsets pending) {
        this.groups = groups;
        this.checks = checks;
        this.topics = topics;
        this.settings = settings;
        this.pending = pending;
    }

    /// How many ends of the producer's transactions were seen here: what was verified holds as long as that is the
    /// same.
    void markers(long producerId, Ticket<Long> ticket, Effects out) {
        out.answerAtOnce(ticket, markers(producerId));
    }

    private long markers(long producerId) {
        Epochs known = epochs.get(producerId);
        return known == null ? 0 : known.markers();
    }

    /// Commits offsets in a transaction. Members prove that they are in the current generation; without a member there
    /// is nothing to prove.
    ///
    /// @param byId topics are named by their ids (version 6)
    /// @param markers what [#markers] said before the transaction was verified; negative if its epoch is its own
    void commit(
            TxnOffsetCommitRequestData request,
            boolean byId,
            long markers,
            Ticket<TxnOffsetCommitResponseData> ticket,
            Moment now,
            Effects out) {
        Errors refusal = check(groups.find(request.groupId()), request, byId, new Step(now, out));
        OffsetCommit commit = OffsetCommit.of(TxnOffsetAnswers.plain(request), byId, topics, settings, now.wallMs());
        if (refusal == Errors.NONE && markers >= 0 && markers != markers(request.producerId())) {
            refusal = Errors.INVALID_TXN_STATE; // it has ended meanwhile
        }
        if (refusal == Errors.NONE && commit.storedBytes() > settings.maxBatchBytes()) {
            refusal = Errors.INVALID_COMMIT_OFFSET_SIZE;
        }
        if (refusal != Errors.NONE) {
            out.answer(ticket, TxnOffsetAnswers.refused(request, refusal));
            return;
        }
        if (!commit.offsets().isEmpty()) {
            commit.offsets()
                    .forEach((partition, offset) ->
                            add(request.producerId(), request.producerEpoch(), request.groupId(), partition, offset));
            out.write(new BatchKind.InTransaction(request.producerId(), request.producerEpoch()), commit.records());
        }
        out.answer(ticket, TxnOffsetAnswers.answer(commit.answer()));
    }

    private Errors check(@Nullable Group group, TxnOffsetCommitRequestData request, boolean byId, Step step) {
        Epochs known = epochs.get(request.producerId());
        if (request.producerId() < 0 || (known != null && request.producerEpoch() < known.producer())) {
            return Errors.INVALID_PRODUCER_EPOCH;
        }
        boolean byMember = request.generationIdOrMemberEpoch() >= 0
                || !request.memberId().isEmpty()
                || request.groupInstanceId() != null;
        if (group != null && group.share != null) {
            return Errors.GROUP_ID_NOT_FOUND;
        }
        if (group == null) {
            return byMember ? Errors.ILLEGAL_GENERATION : groups.isFull() ? Errors.POLICY_VIOLATION : Errors.NONE;
        }
        if (!byMember) {
            return Errors.NONE;
        }
        CommitChecks.Claim claim = new CommitChecks.Claim(
                request.memberId(), request.groupInstanceId(), request.generationIdOrMemberEpoch());
        List<Place> places = group.consumer == null && group.streams == null
                ? List.of()
                : OffsetEvents.places(TxnOffsetAnswers.plain(request), byId, topics);
        Errors refusal = checks.check(group, claim, places, true, step);
        // Producers have no other way to learn that their generation is over.
        return refusal == Errors.REBALANCE_IN_PROGRESS || refusal == Errors.STALE_MEMBER_EPOCH
                ? Errors.ILLEGAL_GENERATION
                : refusal;
    }

    /// Takes over a stored one.
    void add(long producerId, short epoch, String groupId, TopicPartition partition, CommittedOffset offset) {
        learn(producerId, epoch, -1, 0);
        pending.add(producerId, groupId, partition, offset);
    }

    /// Ends a producer's transaction, with a marker in the log.
    void end(BatchKind.Marker marker, Ticket<Errors> ticket, Effects out) {
        Epochs known = epochs.get(marker.producerId());
        // With an epoch for each transaction, a marker of the epoch that the producer has now is a late copy: the next
        // transaction has that epoch.
        if (known != null
                && (marker.epoch() < known.producer() || marker.nextEpoch() && marker.epoch() == known.producer())) {
            out.answer(ticket, Errors.INVALID_PRODUCER_EPOCH);
        } else if (known != null && marker.coordinatorEpoch() < known.coordinator()) {
            out.answer(ticket, Errors.TRANSACTION_COORDINATOR_FENCED);
        } else {
            learn(marker.producerId(), marker.epoch(), marker.coordinatorEpoch(), 0);
            out.write(marker, List.of());
            end(marker.producerId(), marker.epoch(), marker.commit());
            out.answer(ticket, Errors.NONE);
        }
    }

    /// Takes over a stored end.
    void end(long producerId, short epoch, boolean commit) {
        learn(producerId, epoch, -1, 1);
        for (PendingOffsets.Settled settled : pending.end(producerId, commit)) {
            groups.findOrCreate(settled.groupId()).commit(settled.partition(), settled.offset());
        }
    }

    private void learn(long producerId, short epoch, int coordinatorEpoch, int markers) {
        epochs.merge(
                producerId,
                new Epochs(epoch, coordinatorEpoch, markers),
                (known, heard) -> new Epochs(
                        (short) Math.max(known.producer(), heard.producer()),
                        Math.max(known.coordinator(), heard.coordinator()),
                        known.markers() + heard.markers()));
    }
}
