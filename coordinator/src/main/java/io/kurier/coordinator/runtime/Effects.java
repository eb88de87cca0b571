package io.kurier.coordinator.runtime;

import io.kurier.coordinator.BatchKind;
import io.kurier.protocol.records.NewRecord;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.protocol.Errors;

/// What one event of a state machine wants to happen outside of it: records to write, answers to give, timers to set.
/// The records of one event are written in one batch if they fit into one, else in several, in order.
public final class Effects {
    private final List<Reply<?>> replies = new ArrayList<>();
    private final List<Write> writes = new ArrayList<>();
    private final Map<String, Long> wakes = new LinkedHashMap<>();
    private boolean supersedes;

    /// Records that belong into one kind of batch.
    public record Write(BatchKind kind, List<NewRecord> records) {}

    /// One answer and when it may leave.
    ///
    /// @param afterCommit true: only once all that was written up to now, this event's records included, is
    ///     committed
    public record Reply<A>(Ticket<A> ticket, A answer, boolean afterCommit) {
        void send() {
            ticket.complete(answer);
        }

        void refuse(Errors error) {
            ticket.refuse(error);
        }
    }

    /// Answers once everything that the answer may rest on is committed.
    public <A> void answer(Ticket<A> ticket, A answer) {
        replies.add(new Reply<>(ticket, answer, true));
    }

    /// Answers at once: for answers that promise nothing about stored state.
    public <A> void answerAtOnce(Ticket<A> ticket, A answer) {
        replies.add(new Reply<>(ticket, answer, false));
    }

    /// Writes a record.
    public void write(NewRecord record) {
        write(BatchKind.PLAIN, List.of(record));
    }

    /// Writes records into a batch of a kind; none for a marker.
    public void write(BatchKind kind, List<NewRecord> records) {
        Write last = writes.isEmpty() ? null : writes.getLast();
        if (last != null && last.kind().equals(kind) && !(kind instanceof BatchKind.Marker)) {
            last.records().addAll(records);
        } else {
            writes.add(new Write(kind, new ArrayList<>(records)));
        }
    }

    /// Asks for [ShardMachine#wake] with this key at `atMs` (of [Moment#nowMs]), in place of an earlier wish for the
    /// same key.
    public void wakeAt(String key, long atMs) {
        wakes.put(key, atMs);
    }

    /// What this event writes says all that the log says before it: once it is committed the rest may be deleted.
    public void supersedeAllBefore() {
        supersedes = true;
    }

    /// True after [#supersedeAllBefore].
    public boolean supersedes() {
        return supersedes;
    }

    /// The answers, in the order in which they were given.
    public List<Reply<?>> replies() {
        return replies;
    }

    /// What is to be written, in order.
    public List<Write> writes() {
        return writes;
    }

    /// The timers by key.
    public Map<String, Long> wakes() {
        return wakes;
    }
}
