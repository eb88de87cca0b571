package io.kurier.broker.replica;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.kafka.common.protocol.Errors;

/// Who waits for which offset of one partition to be committed. Listeners are called without a lock held.
final class CommitQueue {
    private record Waiter(long endOffset, long deadlineNs, CommitListener listener) {}

    private final PriorityQueue<Waiter> byOffset = new PriorityQueue<>(Comparator.comparingLong(Waiter::endOffset));

    /// Waits for `endOffset`, exclusive. The caller looks at the high watermark again afterwards and calls [#advance],
    /// so that none is missed.
    synchronized void add(long endOffset, long deadlineNs, CommitListener listener) {
        byOffset.add(new Waiter(endOffset, deadlineNs, listener));
    }

    /// Everything below `highWatermark` is committed.
    void advance(long highWatermark) {
        tell(takeUpTo(highWatermark), Errors.NONE);
    }

    private synchronized List<Waiter> takeUpTo(long highWatermark) {
        Waiter first = byOffset.peek();
        if (first == null || first.endOffset > highWatermark) {
            return List.of();
        }
        List<Waiter> reached = new ArrayList<>();
        while (first != null && first.endOffset <= highWatermark) {
            reached.add(byOffset.remove());
            first = byOffset.peek();
        }
        return reached;
    }

    /// Gives up on those whose time is over.
    void expire(long nowNs) {
        tell(takeExpired(nowNs), Errors.REQUEST_TIMED_OUT);
    }

    private synchronized List<Waiter> takeExpired(long nowNs) {
        List<Waiter> expired = new ArrayList<>();
        byOffset.removeIf(waiter -> waiter.deadlineNs - nowNs <= 0 && expired.add(waiter));
        return expired;
    }

    /// Gives up on all.
    void fail(Errors error) {
        tell(takeUpTo(Long.MAX_VALUE), error);
    }

    private static void tell(List<Waiter> waiters, Errors outcome) {
        for (Waiter waiter : waiters) {
            waiter.listener.done(outcome);
        }
    }
}
