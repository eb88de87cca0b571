package io.kurier.broker.compaction;

import io.kurier.broker.replica.Followed;
import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.Partitions;
import io.kurier.log.LogCompaction;
import io.kurier.log.LogConfig;
import io.kurier.log.PartitionLog;
import io.kurier.log.cleaner.CleanRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Which of a node's logs is to be compacted next: one whose records have waited for too long, else the one of which
/// the largest part is dirty. Also one whose tombstones have waited long enough, which nothing else would remove from a
/// log that is not written to.
final class Candidates {
    private static final Logger LOG = LoggerFactory.getLogger(Candidates.class);

    private final Partitions partitions;
    /// When tombstones or markers that the last pass left may go, by partition, in wall clock milliseconds.
    private final Map<TopicPartition, Long> horizonsMs = new HashMap<>();

    private volatile double largestDirtyRatio;
    private volatile Set<TopicPartition> here = Set.of();

    /// A log that could be compacted.
    ///
    /// @param isDue true if it is to be
    record Candidate(PartitionLog log, CleanRange range, boolean isDue) {
        TopicPartition partition() {
            return log.partition();
        }

        boolean isBefore(@Nullable Candidate other) {
            if (other == null || range.isOverdue() != other.range.isOverdue()) {
                return other == null || range.isOverdue();
            }
            return range.dirtyRatio() > other.range.dirtyRatio();
        }
    }

    Candidates(Partitions partitions) {
        this.partitions = partitions;
    }

    /// The next one; null if none is due. Blocks.
    ///
    /// @param mayTry false for those that are busy or have to wait
    @Nullable
    Candidate next(Predicate<TopicPartition> mayTry, long nowMs) {
        double dirtiest = 0;
        Candidate best = null;
        Set<TopicPartition> seen = new HashSet<>();
        for (Candidate candidate : all(nowMs)) {
            seen.add(candidate.partition());
            dirtiest = Math.max(dirtiest, candidate.range().dirtyRatio());
            if (candidate.isDue() && candidate.isBefore(best) && mayTry.test(candidate.partition())) {
                best = candidate;
            }
        }
        largestDirtyRatio = dirtiest;
        here = seen;
        synchronized (this) {
            horizonsMs.keySet().retainAll(seen);
        }
        return best;
    }

    /// The largest part of a log that was dirty when this was asked the last time, from 0 to 1.
    double largestDirtyRatio() {
        return largestDirtyRatio;
    }

    /// The compacted partitions that there were when this was asked the last time.
    Set<TopicPartition> here() {
        return here;
    }

    /// A pass left tombstones or markers that may go at `horizonMs`.
    synchronized void waits(TopicPartition partition, long horizonMs) {
        if (horizonMs == Long.MAX_VALUE) {
            horizonsMs.remove(partition);
        } else {
            horizonsMs.put(partition, horizonMs);
        }
    }

    /// True if this node still has that log.
    boolean has(PartitionLog log) {
        return logs().containsKey(log);
    }

    /// All compacted logs that are ready, with the end of what is committed.
    private Map<PartitionLog, Long> logs() {
        Map<PartitionLog, Long> logs = new HashMap<>();
        for (Partition partition : partitions.opened()) {
            if (partition.isReady()) {
                logs.put(partition.log(), partition.highWatermark());
            }
        }
        for (Followed follower : partitions.followed()) {
            logs.put(follower.log(), follower.log().highWatermark());
        }
        return logs;
    }

    private List<Candidate> all(long nowMs) {
        List<Candidate> all = new ArrayList<>();
        logs().forEach((log, highWatermark) -> {
            if (log.isReady()
                    && log.config().retention().compact()
                    && log.directory().isOnline()) {
                try {
                    LogConfig.Compaction settings = log.config().compaction();
                    CleanRange range = LogCompaction.range(log, highWatermark, nowMs);
                    boolean due = range.isDue(settings.minDirtyRatio()) || isOver(log.partition(), nowMs);
                    all.add(new Candidate(log, range, due));
                } catch (RuntimeException e) {
                    LOG.warn("Cannot tell yet whether {} is to be compacted: {}", log.partition(), e.getMessage());
                }
            }
        });
        return all;
    }

    private synchronized boolean isOver(TopicPartition partition, long nowMs) {
        return horizonsMs.getOrDefault(partition, Long.MAX_VALUE) <= nowMs;
    }
}
