package io.kurier.broker.compaction;

import java.util.concurrent.TimeUnit;

/// Keeps all compaction of a node together to so many bytes read and written a second.
final class CompactionPace {
    private long paidUntilNs;
    private boolean begun;

    /// How long to wait after this work, in nanoseconds.
    ///
    /// @param bytes that were read and written
    /// @param bytesPerSecond `log.cleaner.io.max.bytes.per.second`
    /// @param nowNs by the monotonic clock
    synchronized long pauseNs(long bytes, double bytesPerSecond, long nowNs) {
        if (!begun || paidUntilNs - nowNs < 0) {
            begun = true;
            paidUntilNs = nowNs;
        }
        double ns = (double) TimeUnit.SECONDS.toNanos(1) * bytes / Math.max(1, bytesPerSecond);
        paidUntilNs += (long) Math.min(ns, (double) TimeUnit.HOURS.toNanos(1));
        return paidUntilNs - nowNs;
    }
}
