package io.kurier.coordinator.share;

import io.kurier.coordinator.TopicNames;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import io.kurier.coordinator.runtime.ShardMachine;
import io.kurier.coordinator.runtime.Ticket;
import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.NewRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The state of the share partitions of one partition of `__share_group_state`. Pure, as every [ShardMachine].
///
/// Who may change it is told by two epochs: that of the state, which is another one when somebody sets the start
/// offset, and that of the partition's leader, so that a leader that is none any more changes nothing (KIP-932).
final class ShareShard implements ShardMachine {
    private static final Logger LOG = LoggerFactory.getLogger(ShareShard.class);
    /// In one shard. Nobody needs as many; whoever makes up names gets no further.
    private static final int MAX_STATES = 200_000;
    private static final String TIDY = "tidy";
    private static final long TIDY_INTERVAL_MS = 60_000;
    private static final long RECORDS_PER_STATE = 4;

    private final ShareStateSettings settings;
    private final TopicNames topics;
    private final Map<SharePartitionKey, ShareState> states = new HashMap<>();
    /// Topics of states that did not exist when that was looked up last.
    private Set<Uuid> missed = Set.of();
    /// In the log.
    private long records;

    ShareShard(ShareStateSettings settings, TopicNames topics) {
        this.settings = settings;
        this.topics = topics;
    }

    @Override
    public void replay(LogRecord record) {
        records++;
        switch (ShareRecords.read(record)) {
            case ShareRecords.Stored.Snapshot snapshot -> {
                if (snapshot.state() == null) {
                    states.remove(snapshot.key());
                } else {
                    states.put(snapshot.key(), snapshot.state());
                }
            }
            case ShareRecords.Stored.Update update -> {
                // without a snapshot it belongs to a state whose end is further on
                states.computeIfPresent(update.key(), (key, state) -> state.with(update.update()));
            }
            case ShareRecords.Stored.Unknown unknown ->
                LOG.warn("Skipped the record at offset {}: {}", record.offset(), unknown.reason());
        }
    }

    @Override
    public void loaded(Moment now, Effects out) {
        out.wakeAt(TIDY, now.nowMs() + TIDY_INTERVAL_MS);
    }

    /// Forgets the states of topics that are gone. Only those that were not there twice: who was elected just now may
    /// not have heard of all yet.
    @Override
    public void wake(String key, Moment now, Effects out) {
        Set<Uuid> missing = new HashSet<>();
        for (SharePartitionKey of : List.copyOf(states.keySet())) {
            if (topics.nameOf(of.topicId()).isEmpty()) {
                missing.add(of.topicId());
                if (missed.contains(of.topicId())) {
                    states.remove(of);
                    write(ShareRecords.none(of, now.wallMs()), now, out);
                }
            }
        }
        missed = missing;
        out.wakeAt(TIDY, now.nowMs() + TIDY_INTERVAL_MS);
    }

    private void write(NewRecord record, Moment now, Effects out) {
        out.write(record);
        records++;
        if (records >= settings.recordsPerRewrite() && records >= RECORDS_PER_STATE * states.size()) {
            states.replaceAll((key, state) -> state.asSnapshot(now.wallMs()));
            states.forEach((key, state) -> out.write(ShareRecords.snapshot(key, state, now.wallMs())));
            out.supersedeAllBefore();
            records = states.size();
        }
    }

    /// Begins a state, or another one with a higher epoch. Asked again for what has begun it changes nothing: such a
    /// request may have been on its way while others wrote.
    void initialise(
            SharePartitionKey key, int stateEpoch, long startOffset, Ticket<Outcome> ticket, Moment now, Effects out) {
        ShareState known = states.get(key);
        if (topics.nameOf(key.topicId()).isEmpty()) {
            out.answer(ticket, unknownTopic(key));
        } else if (known != null && stateEpoch < known.stateEpoch()) {
            out.answer(ticket, fencedState(known));
        } else if (known != null && stateEpoch == known.stateEpoch()) {
            out.answer(ticket, Outcome.DONE);
        } else if (known == null && states.size() >= MAX_STATES) {
            out.answer(ticket, Outcome.refused(Errors.POLICY_VIOLATION, "There are too many share partitions."));
        } else {
            int leaderEpoch = known == null ? 0 : known.leaderEpoch();
            int snapshotEpoch = known == null ? 0 : known.snapshotEpoch() + 1;
            ShareState begun = ShareState.begun(stateEpoch, startOffset, leaderEpoch, snapshotEpoch, now.wallMs());
            states.put(key, begun);
            write(ShareRecords.snapshot(key, begun, now.wallMs()), now, out);
            out.answer(ticket, Outcome.DONE);
        }
    }

    /// The state, for the partition's leader: from then on leaders before it change nothing any more, nor does what
    /// this one has sent before.
    void read(SharePartitionKey key, int leaderEpoch, Ticket<Outcome> ticket, Moment now, Effects out) {
        ShareState known = states.get(key);
        Outcome refusal = refusal(key, known, leaderEpoch);
        if (refusal != null || known == null) {
            out.answer(ticket, refusal == null ? notBegun(key) : refusal);
            return;
        }
        ShareState.Update led = new ShareState.Update(
                leaderEpoch,
                known.startOffset(),
                known.deliveryCompleteCount(),
                WriteOrder.afterReading(known.order()),
                List.of());
        out.answer(ticket, Outcome.of(store(key, known.with(led), List.of(), now, out)));
    }

    /// The state, for anybody; none if it has not begun.
    ///
    /// @param leaderEpoch -1 of one who does not know it
    void summarise(SharePartitionKey key, int leaderEpoch, Ticket<Outcome> ticket, Effects out) {
        ShareState known = states.get(key);
        if (known == null) {
            out.answer(ticket, Outcome.DONE);
        } else {
            Outcome refusal = refusal(key, known, leaderEpoch);
            out.answer(ticket, refusal == null ? Outcome.of(known) : refusal);
        }
    }

    /// Takes over what the partition's leader says.
    ///
    /// @param stateEpoch of the state that the leader has read
    void write(
            SharePartitionKey key,
            int stateEpoch,
            ShareState.Update update,
            Ticket<Outcome> ticket,
            Moment now,
            Effects out) {
        ShareState known = states.get(key);
        Outcome refusal = refusal(key, known, update.leaderEpoch());
        if (refusal != null || known == null) {
            out.answer(ticket, refusal == null ? notBegun(key) : refusal);
        } else if (stateEpoch != known.stateEpoch() || known.isLate(update)) {
            out.answer(ticket, fencedState(known));
        } else {
            ShareState next = known.with(update);
            NewRecord whole = ShareRecords.snapshot(key, next, now.wallMs());
            if (ShareRecords.storedBytes(whole) > settings.maxBatchBytes()) {
                out.answer(
                        ticket,
                        Outcome.refused(
                                Errors.INVALID_REQUEST,
                                "The state of " + key.text() + " would have "
                                        + next.batches().size() + " batches, more than can be kept."));
                return;
            }
            store(key, next, update.batches(), now, out);
            out.answer(ticket, Outcome.DONE);
        }
    }

    private ShareState store(SharePartitionKey key, ShareState next, List<StateBatch> news, Moment now, Effects out) {
        boolean isUpdate = next.updates() <= settings.updatesPerSnapshot();
        ShareState stored = isUpdate ? next : next.asSnapshot(now.wallMs());
        states.put(key, stored);
        write(
                isUpdate
                        ? ShareRecords.update(key, stored, news, now.wallMs())
                        : ShareRecords.snapshot(key, stored, now.wallMs()),
                now,
                out);
        return stored;
    }

    /// Ends a state; harmless if there is none.
    ///
    /// @param stateEpoch a state of a later epoch stays: it has begun since this was asked
    void delete(SharePartitionKey key, int stateEpoch, Ticket<Outcome> ticket, Moment now, Effects out) {
        ShareState known = states.get(key);
        if (known != null && stateEpoch < known.stateEpoch()) {
            out.answer(ticket, fencedState(known));
            return;
        }
        if (known != null) {
            states.remove(key);
            write(ShareRecords.none(key, now.wallMs()), now, out);
        }
        out.answer(ticket, Outcome.DONE);
    }

    private @Nullable Outcome refusal(SharePartitionKey key, @Nullable ShareState known, int leaderEpoch) {
        if (topics.nameOf(key.topicId()).isEmpty()) {
            return unknownTopic(key);
        }
        if (known != null && leaderEpoch >= 0 && leaderEpoch < known.leaderEpoch()) {
            return Outcome.refused(
                    Errors.FENCED_LEADER_EPOCH,
                    "The partition has a leader of epoch " + known.leaderEpoch() + ", later than " + leaderEpoch + ".");
        }
        return null;
    }

    private static Outcome fencedState(ShareState known) {
        return Outcome.refused(
                Errors.FENCED_STATE_EPOCH,
                "The state is in epoch " + known.stateEpoch()
                        + ", and may be another one by now: it must be read again first.");
    }

    private static Outcome notBegun(SharePartitionKey key) {
        return Outcome.refused(
                Errors.INVALID_REQUEST,
                "Nothing is known of " + key.text() + ": its group's coordinator must initialise it first.");
    }

    private static Outcome unknownTopic(SharePartitionKey key) {
        return Outcome.refused(Errors.UNKNOWN_TOPIC_OR_PARTITION, "There is no topic with the id " + key.topicId());
    }
}
