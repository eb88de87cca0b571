package io.kurier.broker.quota;

import java.util.concurrent.atomic.AtomicLong;

/// How far ahead of a rate its users are: a token bucket that is kept as one instant, the time at which all that was
/// used so far will be paid for. Safe for use by several threads.
///
/// What is saved up while nothing is used is bounded by the window; so a rate is held over any span, but for one
/// window's worth at its beginning. That is what Kafka's sampled windows amount to.
final class Bucket {
    /// Longer waits than this tell a client nothing more, and nothing is remembered of a bucket that idles as long.
    static final long MAX_DEBT_NS = 3_600_000_000_000L;

    private final double nsPerUnit;
    private final long windowNs;
    private final AtomicLong paidAtNs;

    /// A bucket with a whole window saved up.
    ///
    /// @param unitsPerSecond the rate that is held; more than 0
    /// @param windowNs how much time may be saved up
    Bucket(double unitsPerSecond, long windowNs, long nowNs) {
        this.nsPerUnit = 1e9 / unitsPerSecond;
        this.windowNs = windowNs;
        this.paidAtNs = new AtomicLong(nowNs - windowNs);
    }

    /// Uses so many units, whether they are there or not.
    void use(double units, long nowNs) {
        long costNs = (long) Math.min(units * nsPerUnit, MAX_DEBT_NS);
        while (true) {
            long before = paidAtNs.get();
            long from = before - (nowNs - windowNs) < 0 ? nowNs - windowNs : before;
            long after = Math.min(from - nowNs + costNs, MAX_DEBT_NS) + nowNs;
            if (paidAtNs.compareAndSet(before, after)) {
                return;
            }
        }
    }

    /// How long it takes until all is paid for; 0 if it is.
    long debtNs(long nowNs) {
        return Math.max(0, paidAtNs.get() - nowNs);
    }

    /// How many units a window has.
    double unitsPerWindow() {
        return windowNs / nsPerUnit;
    }

    /// True if a new bucket would be the same, so that this one can be forgotten.
    boolean isFull(long nowNs) {
        return paidAtNs.get() - nowNs <= -windowNs;
    }
}
