package io.kurier.kernel;

import java.util.Collection;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One task for each of many things, where most of its time is waiting for a disk.
public final class SideBySide {
    /// As many at a time as bring a disk to its limit; more would only be more threads.
    private static final int WIDTH = 16;

    private SideBySide() {}

    /// Calls `task` with each item, on this thread and on slow ones that help as soon as they run; returns when all are
    /// done, so nothing may depend on the order. The first failure is thrown after that.
    public static <T> void forEach(Threads threads, Collection<T> items, Consumer<T> task) {
        Queue<T> queue = new ConcurrentLinkedQueue<>(items);
        CountDownLatch left = new CountDownLatch(queue.size());
        AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
        Runnable drain = () -> {
            for (T item = queue.poll(); item != null; item = queue.poll()) {
                try {
                    task.accept(item);
                } catch (RuntimeException e) {
                    failure.compareAndSet(null, e);
                } finally {
                    left.countDown();
                }
            }
        };
        for (int helper = 1; helper < Math.min(WIDTH, items.size()); helper++) {
            threads.slow().execute(drain);
        }
        drain.run();
        await(left);
        RuntimeException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    /// Nobody is interrupted in the middle of a write; the interrupt is left for the caller.
    private static void await(CountDownLatch left) {
        boolean interrupted = false;
        while (true) {
            try {
                left.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
