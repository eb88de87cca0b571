package io.kurier.benchmarks.node;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Ends a node that takes too long, so that a hang cannot eat a run: whatever waits for it then fails.
public final class TimeLimit implements AutoCloseable {
    private final CountDownLatch over = new CountDownLatch(1);
    private final int seconds;
    private volatile boolean passed;

    /// Begins to count.
    ///
    /// @param end called once, on another thread, when the time is over and this is not closed yet
    public TimeLimit(int seconds, Runnable end) {
        this.seconds = seconds;
        Thread.ofPlatform().name("time-limit").daemon(true).start(() -> {
            try {
                if (!over.await(seconds, TimeUnit.SECONDS)) {
                    passed = true;
                    end.run();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// What a step that failed should say: that it took too long, or why else it failed.
    public IOException explain(IOException failure) {
        return passed ? new TookTooLongException(seconds, failure) : failure;
    }

    @Override
    public void close() {
        over.countDown();
    }
}
