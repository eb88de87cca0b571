package io.kurier.testkit;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waits for what other threads or processes bring about.
public final class Await {
    private static final long POLL_NS = 2_000_000;

    private Await() {}

    /// Returns as soon as the condition holds; looks every 2 ms. What the condition throws comes out.
    ///
    /// @param what is waited for, as the end of "waited 5 s in vain for ..."
    /// @throws AssertionError if it does not hold in time
    public static void until(Duration limit, String what, BooleanSupplier condition) {
        long deadlineNs = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("waited " + limit.toMillis() / 1000.0 + " s in vain for " + what);
            }
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("interrupted while waiting for " + what);
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }
}
