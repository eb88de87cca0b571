package io.kurier.tests.chaos;

import java.util.concurrent.TimeUnit;

/// The longest time without an acknowledgement.
final class Progress {
    private long lastNs = System.nanoTime();
    private long longestNs;

    /// Something was acknowledged.
    synchronized void mark() {
        long nowNs = System.nanoTime();
        longestNs = Math.max(longestNs, nowNs - lastNs);
        lastNs = nowNs;
    }

    /// The longest gap since this was asked the last time.
    synchronized long takeLongestMs() {
        long longest = longestNs;
        longestNs = 0;
        return TimeUnit.NANOSECONDS.toMillis(longest);
    }
}
