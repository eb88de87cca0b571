package io.kurier.broker.quota;

import io.kurier.cluster.quota.QuotaKey;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The buckets of a node. Their number is bounded, as client ids come from outside: those that nobody used for a while
/// are forgotten, and when there are too many, new clients of a limit share one.
final class Buckets {
    static final int MAX_BUCKETS = 50_000;

    private static final int SWEEP_FROM = 1_000;
    private static final long SWEEP_EVERY_NS = 1_000_000_000L;

    private final QuotaWindows windows;
    private final ConcurrentHashMap<BucketKey, Bucket> buckets = new ConcurrentHashMap<>();
    private final AtomicLong sweepAtNs = new AtomicLong(Long.MIN_VALUE);

    Buckets(QuotaWindows windows) {
        this.windows = windows;
    }

    QuotaWindows windows() {
        return windows;
    }

    /// The bucket of this key; a full one if there is none.
    Bucket get(BucketKey key, long nowNs) {
        Bucket bucket = buckets.get(key);
        return bucket == null ? create(key, nowNs) : bucket;
    }

    private Bucket create(BucketKey key, long nowNs) {
        if (buckets.size() >= SWEEP_FROM) {
            sweep(nowNs);
        }
        BucketKey shared =
                buckets.size() < MAX_BUCKETS ? key : new BucketKey(key.quota(), null, null, key.unitsPerSecond());
        return buckets.computeIfAbsent(shared, of -> new Bucket(of.unitsPerSecond(), windowNs(of.quota()), nowNs));
    }

    private long windowNs(QuotaKey quota) {
        return quota == QuotaKey.CONTROLLER_MUTATION_RATE ? windows.controllerNs() : windows.clientNs();
    }

    /// Forgets full buckets, which a new one equals. One that is being used at this moment may be forgotten with that
    /// one use.
    private void sweep(long nowNs) {
        long due = sweepAtNs.get();
        if ((due == Long.MIN_VALUE || nowNs - due >= 0) && sweepAtNs.compareAndSet(due, nowNs + SWEEP_EVERY_NS)) {
            buckets.values().removeIf(bucket -> bucket.isFull(nowNs));
        }
    }

    int count() {
        return buckets.size();
    }
}
