package io.kurier.coordinator.runtime;

import io.kurier.coordinator.BatchKind;
import io.kurier.protocol.records.NewRecord;
import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The writes of one shard in order: one batch in flight, behind it batches that collect what comes meanwhile.
/// Answers wait at the last batch that was there when they were given.
final class WriteQueue {
    private final int maxBatchBytes;
    private final ArrayDeque<WriteBatch> waiting = new ArrayDeque<>();
    private @Nullable WriteBatch inFlight;

    WriteQueue(int maxBatchBytes) {
        this.maxBatchBytes = maxBatchBytes;
    }

    /// Queues records of one event and kind: in one batch if they fit into one, else split in order.
    ///
    /// @return the batch that the first of them is in
    WriteBatch add(BatchKind kind, List<NewRecord> records) {
        int bytes = WriteBatch.bytesOf(records);
        if (new WriteBatch(kind).hasRoomFor(bytes, maxBatchBytes) || records.size() <= 1) {
            return addWhole(kind, records, bytes);
        }
        int half = records.size() / 2;
        WriteBatch first = add(kind, records.subList(0, half));
        add(kind, records.subList(half, records.size()));
        return first;
    }

    private WriteBatch addWhole(BatchKind kind, List<NewRecord> records, int bytes) {
        WriteBatch last = waiting.peekLast();
        if (last == null || !last.takes(kind) || !last.hasRoomFor(bytes, maxBatchBytes)) {
            last = new WriteBatch(kind);
            waiting.add(last);
        }
        last.add(records, bytes);
        return last;
    }

    /// When all that was queued so far is committed nothing before this batch is needed any more.
    void supersedeBefore(WriteBatch first) {
        waiting.getLast().supersedesBefore = first;
    }

    /// Keeps an answer until all that was queued so far is committed. False if there is nothing to wait for.
    boolean hold(Effects.Reply<?> reply) {
        WriteBatch last = waiting.isEmpty() ? inFlight : waiting.peekLast();
        if (last == null) {
            return false;
        }
        last.replies.add(reply);
        return true;
    }

    /// The next batch to write, now in flight; null if one is in flight or none waits.
    @Nullable
    WriteBatch next() {
        if (inFlight != null || waiting.isEmpty()) {
            return null;
        }
        inFlight = waiting.poll();
        return inFlight;
    }

    /// The batch in flight is committed; returns it.
    WriteBatch committed() {
        WriteBatch done = inFlight;
        if (done == null) {
            throw new IllegalStateException("no write in flight");
        }
        inFlight = null;
        return done;
    }

    /// Forgets everything: the shard starts anew from its log.
    void clear() {
        waiting.clear();
        inFlight = null;
    }
}
