package io.kurier.broker.replica;

import io.kurier.kernel.Timers.Timer;
import io.kurier.kernel.World;
import io.kurier.log.PartitionLog;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a node does with its partitions now and then: gives up on appends that waited too long, looks which followers
/// have fallen behind, rolls old segments, and applies retention.
public final class Housekeeping implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
    private static final long EXPIRE_EVERY_NS = TimeUnit.SECONDS.toNanos(1);

    private final World world;
    private final Partitions partitions;
    private final long retentionEveryNs;
    private final long lagNs;
    private final Executor retention;
    private volatile @Nullable Timer expiry;
    private volatile @Nullable Timer cleaning;
    private volatile boolean closed;

    /// @param retentionCheckMs `log.retention.check.interval.ms`
    /// @param lagTimeMaxMs `replica.lag.time.max.ms`
    public Housekeeping(World world, Partitions partitions, long retentionCheckMs, long lagTimeMaxMs) {
        this.world = world;
        this.partitions = partitions;
        this.retentionEveryNs = TimeUnit.MILLISECONDS.toNanos(retentionCheckMs);
        this.lagNs = TimeUnit.MILLISECONDS.toNanos(lagTimeMaxMs);
        this.retention = world.threads().serial("retention");
    }

    /// Begins.
    public void start() {
        expireLater();
        cleanLater();
    }

    private void expireLater() {
        if (!closed) {
            expiry = world.timers().after(EXPIRE_EVERY_NS, () -> {
                partitions.opened().forEach(this::look);
                expireLater();
            });
        }
    }

    private void look(Partition partition) {
        long nowNs = world.clock().nanos();
        partition.expire(nowNs);
        if (partition.isReady()) {
            long end = partition.log().logEndOffset();
            partition.commitment().update(leader -> leader.checkLag(end, nowNs, lagNs));
        }
    }

    private void cleanLater() {
        if (!closed) {
            cleaning = world.timers()
                    .after(
                            retentionEveryNs,
                            () -> retention.execute(() -> {
                                applyRetention();
                                cleanLater();
                            }));
        }
    }

    /// One round over all partitions that are ready. Blocks.
    void applyRetention() {
        long nowMs = world.clock().wallMs();
        for (Partition partition : partitions.opened()) {
            if (partition.isReady()) {
                applyRetention(partition.log(), nowMs, partition.highWatermark());
            }
        }
        for (Followed follower : partitions.followed()) {
            if (follower.log().isReady()) {
                applyRetention(follower.log(), nowMs, follower.log().highWatermark());
            }
        }
    }

    private void applyRetention(PartitionLog log, long nowMs, long highWatermark) {
        if (!closed) {
            try {
                log.rollIfDue(nowMs);
                log.applyRetention(nowMs, highWatermark);
            } catch (RuntimeException e) {
                LOG.warn("Retention of {} failed and is tried again: {}", log.partition(), e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        cancel(expiry);
        cancel(cleaning);
    }

    private static void cancel(@Nullable Timer timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
