package io.kurier.kernel;

import java.util.concurrent.atomic.LongAdder;

/// Counts how long something takes, in fixed buckets from half a millisecond to five seconds. Threads that add do not
/// fight for a counter, and nothing is allocated.
public final class TimeCounts {
    private static final long[] BOUNDS_NS = {
        500_000L,
        1_000_000L,
        2_000_000L,
        5_000_000L,
        10_000_000L,
        20_000_000L,
        50_000_000L,
        100_000_000L,
        200_000_000L,
        500_000_000L,
        1_000_000_000L,
        5_000_000_000L
    };

    private final LongAdder[] buckets = new LongAdder[BOUNDS_NS.length + 1];
    private final LongAdder nanos = new LongAdder();

    /// Nothing was counted yet.
    public TimeCounts() {
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new LongAdder();
        }
    }

    /// Something took so long.
    public void add(long tookNs) {
        int bucket = 0;
        while (bucket < BOUNDS_NS.length && tookNs > BOUNDS_NS[bucket]) {
            bucket++;
        }
        buckets[bucket].increment();
        nanos.add(tookNs);
    }

    /// How many buckets there are; the last has no bound.
    public static int size() {
        return BOUNDS_NS.length + 1;
    }

    /// What lies in a bucket took at most so long; for all but the last.
    public static long boundNs(int bucket) {
        return BOUNDS_NS[bucket];
    }

    /// How many lie in one bucket.
    public long count(int bucket) {
        return buckets[bucket].sum();
    }

    /// All times together.
    public long totalNs() {
        return nanos.sum();
    }
}
