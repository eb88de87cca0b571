package io.kurier.coordinator.txn;

import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import io.kurier.coordinator.runtime.ShardMachine;
import io.kurier.coordinator.runtime.Ticket;
import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.NewRecord;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The transactional ids of one partition of `__transaction_state`: asks [TxnTable] what a request does, and does it.
/// Pure, as every [ShardMachine].
public final class TxnShard implements ShardMachine {
    private static final Logger LOG = LoggerFactory.getLogger(TxnShard.class);
    private static final String TIMEOUTS = "timeouts";
    private static final String EXPIRY = "expiry";
    private static final String WAITING = "waiting ";

    private final TxnSettings settings;
    private final int coordinatorEpoch;
    private final Consumer<Txn> prepared;
    private final TxnRegistry txns = new TxnRegistry();
    private final Waiting waiting = new Waiting();

    /// @param coordinatorEpoch the leader epoch of the partition
    /// @param prepared told each transaction whose markers are to be written, when that is stored; on the shard's
    ///     thread
    TxnShard(TxnSettings settings, int coordinatorEpoch, Consumer<Txn> prepared) {
        this.settings = settings;
        this.coordinatorEpoch = coordinatorEpoch;
        this.prepared = prepared;
    }

    /// Lists and describes.
    TxnRegistry txns() {
        return txns;
    }

    @Override
    public void replay(LogRecord record) {
        TxnRecords.Stored stored = TxnRecords.read(record);
        if (stored == null) {
            LOG.warn("Skipped the record at offset {}: it is of an unknown kind", record.offset());
        } else if (stored.txn() == null) {
            txns.remove(stored.id());
        } else {
            txns.put(stored.txn());
        }
    }

    @Override
    public void loaded(Moment now, Effects out) {
        txns.all().stream().filter(txn -> txn.state().isPrepared()).forEach(txn -> afterCommit(txn, out));
        out.wakeAt(TIMEOUTS, now.nowMs() + settings.timeoutCheckIntervalMs());
        out.wakeAt(EXPIRY, now.nowMs() + settings.expirationCheckIntervalMs());
    }

    @Override
    public void wake(String key, Moment now, Effects out) {
        if (key.equals(TIMEOUTS)) {
            abortTimedOut(now, out);
            out.wakeAt(TIMEOUTS, now.nowMs() + settings.timeoutCheckIntervalMs());
        } else if (key.equals(EXPIRY)) {
            forgetExpired(now, out);
            out.wakeAt(EXPIRY, now.nowMs() + settings.expirationCheckIntervalMs());
        } else {
            waiting.take(key.substring(WAITING.length())).forEach(one -> one.giveUp(out));
        }
    }

    private void abortTimedOut(Moment now, Effects out) {
        for (Txn txn : txns.snapshot()) {
            TxnTable.Case question = txn.question(TxnRequest.TIMEOUT, Txn.NO_ID, Txn.NO_EPOCH);
            if (txn.state() == TxnState.ONGOING
                    && now.wallMs() - txn.startMs() > txn.timeoutMs()
                    && TxnTable.answer(question) == TxnAnswer.ABORT_AND_BUMP) {
                LOG.info(
                        "Aborting the transaction of {}, which has taken longer than its {} ms",
                        txn.id(),
                        txn.timeoutMs());
                end(txn, TxnState.PREPARE_ABORT, Ending.fenced(txn), now, out);
            }
        }
    }

    private void forgetExpired(Moment now, Effects out) {
        for (Txn txn : txns.snapshot()) {
            boolean idle = txn.state() != TxnState.ONGOING && !txn.state().isPrepared();
            if (idle && now.wallMs() - txn.updatedMs() >= settings.idExpirationMs()) {
                txns.remove(txn.id());
                out.write(TxnRecords.none(txn.id(), now.wallMs()));
            }
        }
    }

    /// Who asks, as the request says.
    ///
    /// @param newId a producer id that nobody has, in case one is needed; -1 to be told if so
    record Asking(String id, long producerId, short epoch, long newId) {}

    /// What InitProducerId and EndTxn learn.
    ///
    /// @param needsId nothing was done: the request is to be repeated with a new producer id
    record Result(Errors error, long producerId, short epoch, boolean needsId) {
        static Result refused(Errors error) {
            return new Result(error, Txn.NO_ID, Txn.NO_EPOCH, false);
        }

        static Result of(Txn txn) {
            return txn.nextProducerId() == Txn.NO_ID
                    ? new Result(Errors.NONE, txn.producerId(), txn.epoch(), false)
                    : new Result(Errors.NONE, txn.nextProducerId(), (short) 0, false);
        }
    }

    private static final Result NEEDS_ID = new Result(Errors.NONE, Txn.NO_ID, Txn.NO_EPOCH, true);

    private TxnAnswer ask(@Nullable Txn txn, TxnRequest request, Asking asking) {
        return TxnTable.answer(
                txn == null
                        ? new TxnTable.Case(null, request, Relation.NONE, false, false)
                        : txn.question(request, asking.producerId(), asking.epoch()));
    }

    void init(Asking asking, int timeoutMs, Ticket<Result> ticket, Moment now, Effects out) {
        Txn txn = txns.find(asking.id());
        TxnAnswer answer = ask(txn, TxnRequest.INIT, asking);
        if (answer.takesProducerId() && asking.newId() == Txn.NO_ID) {
            out.answerAtOnce(ticket, NEEDS_ID);
        } else if (txn == null) {
            if (txns.isFull()) {
                out.answer(ticket, Result.refused(Errors.POLICY_VIOLATION));
                return;
            }
            store(Txn.first(asking.id(), asking.newId(), timeoutMs, now.wallMs()), out);
            out.answer(ticket, new Result(Errors.NONE, asking.newId(), (short) 0, false));
        } else {
            out.answer(ticket, init(txn, answer, asking, timeoutMs, now, out));
        }
    }

    private Result init(Txn txn, TxnAnswer answer, Asking asking, int timeoutMs, Moment now, Effects out) {
        return switch (answer) {
            case ROTATE ->
                Result.of(store(txn.renewed(asking.newId(), (short) 0, asking.epoch(), timeoutMs, now.wallMs()), out));
            case NEXT_EPOCH -> {
                short next = (short) (txn.epoch() + 1);
                Txn renewed = txn.renewed(txn.producerId(), next, asking.epoch(), timeoutMs, now.wallMs());
                yield Result.of(store(renewed, out));
            }
            case SAME_AGAIN -> Result.of(txn);
            case FENCE -> {
                Ending ending = new Ending(true, Txn.NO_ID, asking.epoch(), txn.clientVersion());
                end(txn, TxnState.PREPARE_ABORT, ending, now, out);
                yield Result.refused(answer.error());
            }
            case NEW_ID,
                    ADD,
                    VERIFY,
                    COMMIT,
                    ABORT,
                    COMMIT_AND_BUMP,
                    ABORT_AND_BUMP,
                    COMMIT_AND_ROTATE,
                    ABORT_AND_ROTATE,
                    ABORT_NOTHING,
                    ABORT_NOTHING_AND_ROTATE,
                    DONE,
                    COMPLETE,
                    NOTHING,
                    WAIT,
                    FENCED,
                    STRANGER,
                    NOT_BEGUN,
                    WRONG_STATE -> Result.refused(answer.error());
        };
    }

    /// Adds partitions to the transaction, or begins one with them. Waits a moment for the markers of the one before.
    void add(Asking asking, Set<TopicPartition> partitions, Ticket<Errors> ticket, Moment now, Effects out) {
        Txn txn = txns.find(asking.id());
        TxnAnswer answer = ask(txn, TxnRequest.ADD, asking);
        if (txn != null && answer == TxnAnswer.ADD) {
            out.answer(ticket, add(txn, partitions, now, out));
        } else if (answer == TxnAnswer.WAIT && waiting.hasRoom(asking.id())) {
            waiting.add(asking.id(), new Waiting.One(asking, partitions, ticket));
            out.wakeAt(WAITING + asking.id(), now.nowMs() + settings.waitMs());
        } else {
            out.answer(ticket, answer.error());
        }
    }

    private Errors add(Txn txn, Set<TopicPartition> partitions, Moment now, Effects out) {
        if (txn.state() == TxnState.ONGOING && txn.partitions().containsAll(partitions)) {
            return Errors.NONE;
        }
        Txn larger = txn.with(partitions, now.wallMs());
        NewRecord record = TxnRecords.of(larger);
        if (TxnRecords.storedBytes(record) > settings.maxBatchBytes()) {
            return Errors.INVALID_REQUEST;
        }
        txns.put(larger);
        out.write(record);
        return Errors.NONE;
    }

    /// Tells of each partition whether it is in the transaction.
    void verify(
            Asking asking, Set<TopicPartition> partitions, Ticket<Map<TopicPartition, Errors>> ticket, Effects out) {
        Txn txn = txns.find(asking.id());
        TxnAnswer answer = ask(txn, TxnRequest.VERIFY, asking);
        Function<TopicPartition, Errors> each = partition -> txn == null || answer != TxnAnswer.VERIFY
                ? answer.error()
                : txn.state() == TxnState.ONGOING && txn.partitions().contains(partition)
                        ? Errors.NONE
                        : Errors.TRANSACTION_ABORTABLE;
        out.answer(ticket, partitions.stream().collect(Collectors.toMap(partition -> partition, each)));
    }

    /// Decides the end of a transaction. Answered when that is stored; the markers follow.
    ///
    /// @param ending COMMIT_V1, ABORT_V1, COMMIT_V2 or ABORT_V2
    void end(Asking asking, TxnRequest ending, Ticket<Result> ticket, Moment now, Effects out) {
        Txn txn = txns.find(asking.id());
        TxnAnswer answer = ask(txn, ending, asking);
        if (answer.takesProducerId() && asking.newId() == Txn.NO_ID) {
            out.answerAtOnce(ticket, NEEDS_ID);
            return;
        }
        out.answer(
                ticket,
                txn == null || answer.error() != Errors.NONE
                        ? Result.refused(answer.error())
                        : Result.of(end(txn, answer, asking.newId(), now, out)));
    }

    private Txn end(Txn txn, TxnAnswer answer, long newId, Moment now, Effects out) {
        Ending bump = new Ending(true, Txn.NO_ID, Txn.NO_EPOCH, (short) 2);
        Ending rotate = new Ending(true, newId, Txn.NO_EPOCH, (short) 2);
        Ending keep = new Ending(false, Txn.NO_ID, Txn.NO_EPOCH, (short) 1);
        return switch (answer) {
            case COMMIT -> end(txn, TxnState.PREPARE_COMMIT, keep, now, out);
            case ABORT -> end(txn, TxnState.PREPARE_ABORT, keep, now, out);
            case COMMIT_AND_BUMP -> end(txn, TxnState.PREPARE_COMMIT, bump, now, out);
            case ABORT_AND_BUMP -> end(txn, TxnState.PREPARE_ABORT, bump, now, out);
            case COMMIT_AND_ROTATE -> end(txn, TxnState.PREPARE_COMMIT, rotate, now, out);
            case ABORT_AND_ROTATE -> end(txn, TxnState.PREPARE_ABORT, rotate, now, out);
            case ABORT_NOTHING ->
                store(bump.of(txn, TxnState.PREPARE_ABORT, now).ended(TxnState.COMPLETE_ABORT, now.wallMs()), out);
            case ABORT_NOTHING_AND_ROTATE ->
                store(rotate.of(txn, TxnState.PREPARE_ABORT, now).ended(TxnState.COMPLETE_ABORT, now.wallMs()), out);
            case NEW_ID,
                    ROTATE,
                    NEXT_EPOCH,
                    SAME_AGAIN,
                    FENCE,
                    ADD,
                    VERIFY,
                    DONE,
                    COMPLETE,
                    NOTHING,
                    WAIT,
                    FENCED,
                    STRANGER,
                    NOT_BEGUN,
                    WRONG_STATE -> txn;
        };
    }

    /// How a transaction ends.
    private record Ending(boolean bump, long newId, short knownEpoch, short version) {
        static Ending fenced(Txn txn) {
            return new Ending(true, Txn.NO_ID, Txn.NO_EPOCH, txn.clientVersion());
        }

        Txn of(Txn txn, TxnState state, Moment now) {
            return txn.ending(state, bump, newId, knownEpoch, version, now.wallMs());
        }
    }

    private Txn end(Txn txn, TxnState state, Ending ending, Moment now, Effects out) {
        Txn ended = store(ending.of(txn, state, now), out);
        afterCommit(ended, out);
        return ended;
    }

    private Txn store(Txn txn, Effects out) {
        txns.put(txn);
        out.write(TxnRecords.of(txn));
        return txn;
    }

    private void afterCommit(Txn txn, Effects out) {
        Ticket<Txn> committed = new Ticket<>(error -> txn);
        var _ = committed.answer().thenAccept(prepared);
        out.answer(committed, txn);
    }

    /// The markers of a transaction are written; harmless if it is over already. What an earlier coordinator has
    /// written does not count: this one has sent them again, and they must not meet the next transaction.
    void written(EndingTxn markers, Ticket<Errors> ticket, Moment now, Effects out) {
        Txn txn = txns.find(markers.transactionalId());
        out.answerAtOnce(ticket, Errors.NONE);
        if (txn == null
                || markers.coordinatorEpoch() != coordinatorEpoch
                || txn.producerId() != markers.producerId()
                || txn.epoch() != markers.epoch()) {
            return;
        }
        TxnTable.Case question = txn.question(TxnRequest.WRITTEN, Txn.NO_ID, Txn.NO_EPOCH);
        if (TxnTable.answer(question) == TxnAnswer.COMPLETE) {
            TxnState complete =
                    txn.state() == TxnState.PREPARE_COMMIT ? TxnState.COMPLETE_COMMIT : TxnState.COMPLETE_ABORT;
            store(txn.ended(complete, now.wallMs()), out);
            List<Waiting.One> late = waiting.take(txn.id());
            late.forEach(one -> add(one.asking(), one.partitions(), one.ticket(), now, out));
        }
    }
}
