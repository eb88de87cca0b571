package io.kurier.cluster.raft;

import io.kurier.kernel.Timers;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.raft.RaftMessage;
import org.apache.kafka.raft.RaftMessageQueue;
import org.jspecify.annotations.Nullable;

/// What the engine's thread waits at: messages of others, and the end of its own patience by the kernel's timers. So
/// the engine waits on no clock but the node's.
final class RaftQueue implements RaftMessageQueue {
    private static final long MAX_WAIT_MS = 3_600_000;
    private static final Entry WAKE = new Entry(null);

    /// A follower whose leader is silent asks again and again without patience, which would take a whole processor.
    private static final int MOST_IN_VAIN = 3;

    private final Timers timers;
    private final BlockingQueue<Entry> queue = new LinkedBlockingQueue<>();
    private final AtomicInteger messages = new AtomicInteger();
    private int inVain; // the engine's thread alone

    RaftQueue(Timers timers) {
        this.timers = timers;
    }

    private record Entry(@Nullable Message message) {}

    private record Message(RaftMessage message, CompletableFuture<RaftMessage> future) implements QueueEntry {}

    @Override
    public Optional<QueueEntry> poll(long timeoutMs) {
        Entry entry = queue.poll();
        if (entry == null && timeoutMs > 0) {
            inVain = 0;
            entry = await(timeoutMs);
        } else if (entry == null && ++inVain > MOST_IN_VAIN) {
            entry = await(1);
        }
        while (entry != null && entry.message == null) {
            entry = queue.poll();
        }
        if (entry == null || entry.message == null) {
            return Optional.empty();
        }
        messages.decrementAndGet();
        return Optional.of(entry.message);
    }

    private Entry await(long timeoutMs) {
        Timers.Timer timer = timers.after(Math.min(timeoutMs, MAX_WAIT_MS) * 1_000_000, this::wakeup);
        try {
            return queue.take();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        } finally {
            timer.cancel();
        }
    }

    @Override
    public CompletionStage<RaftMessage> add(RaftMessage message) {
        CompletableFuture<RaftMessage> future = new CompletableFuture<>();
        messages.incrementAndGet();
        queue.add(new Entry(new Message(message, future)));
        return future;
    }

    @Override
    public boolean isEmpty() {
        return messages.get() == 0;
    }

    @Override
    public void wakeup() {
        queue.add(WAKE);
    }
}
