package io.kurier.log.file;

import io.kurier.kernel.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The four checkpoint files of a data directory, as they are in memory. What is said of a partition stays until it is
/// renewed or forgotten, so that logs that were not touched keep their entries. Safe for use by several threads.
public final class Checkpoints {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);

    private final Disk disk;
    private final Path directory;
    private final Map<TopicPartition, Long> recoveryPoints;
    private final Map<TopicPartition, Long> logStarts;
    private final Map<TopicPartition, Long> highWatermarks;
    private final Map<TopicPartition, Long> cleanedTo;
    /// Partitions that the files speak of, and memory does not.
    private final Set<TopicPartition> forgotten = new HashSet<>();

    private boolean cleanedChanged;

    private Checkpoints(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
        this.recoveryPoints = read(OffsetCheckpoint.RECOVERY_POINT);
        this.logStarts = read(OffsetCheckpoint.LOG_START);
        this.highWatermarks = read(OffsetCheckpoint.REPLICATION);
        this.cleanedTo = read(OffsetCheckpoint.CLEANER);
    }

    /// Reads the files; a missing or damaged one is an empty one: more is recovered then, and nothing lost.
    public static Checkpoints read(Disk disk, Path directory) {
        return new Checkpoints(disk, directory);
    }

    private Map<TopicPartition, Long> read(String name) {
        try {
            return OffsetCheckpoint.read(disk, directory.resolve(name));
        } catch (IOException e) {
            LOG.warn("Going without a checkpoint, recovery takes longer: {}", e.getMessage());
            return new HashMap<>();
        }
    }

    /// Everything below was on the disk.
    public synchronized long recoveryPoint(TopicPartition partition) {
        return recoveryPoints.getOrDefault(partition, 0L);
    }

    /// The log's start offset, 0 if it is that of its first segment.
    public synchronized long logStart(TopicPartition partition) {
        return logStarts.getOrDefault(partition, 0L);
    }

    /// The high watermark as it was written last, 0 for none.
    public synchronized long highWatermark(TopicPartition partition) {
        return highWatermarks.getOrDefault(partition, 0L);
    }

    /// Up to where compaction has cleaned the log, 0 for none.
    public synchronized long cleanedTo(TopicPartition partition) {
        return cleanedTo.getOrDefault(partition, 0L);
    }

    /// Compaction has cleaned the log up to there. Written with the others the next time; less is no harm.
    public synchronized void cleaned(TopicPartition partition, long offset) {
        cleanedTo.put(partition, offset);
        cleanedChanged = true;
    }

    /// Renews what is known of a partition. A log start of 0 is left out of the file.
    public synchronized void put(TopicPartition partition, long recoveryPoint, long logStart, long highWatermark) {
        recoveryPoints.put(partition, recoveryPoint);
        highWatermarks.put(partition, highWatermark);
        if (logStart > 0) {
            logStarts.put(partition, logStart);
        } else {
            logStarts.remove(partition);
        }
    }

    /// Lowers a recovery point, and up to where the log is clean. True if one of them was above.
    public synchronized boolean lowerRecoveryPoint(TopicPartition partition, long offset) {
        boolean cleaned = cleanedTo(partition) > offset;
        if (cleaned) {
            cleaned(partition, offset);
        }
        Long known = recoveryPoints.get(partition);
        if (known == null || known <= offset) {
            return cleaned;
        }
        recoveryPoints.put(partition, offset);
        logStarts.computeIfPresent(partition, (_, start) -> start > offset ? null : start);
        return true;
    }

    /// A partition is gone. True if the files still speak of it: they must be written before another of that name
    /// begins.
    public synchronized boolean forget(TopicPartition partition) {
        boolean started = logStarts.remove(partition) != null;
        boolean replicated = highWatermarks.remove(partition) != null;
        boolean cleaned = cleanedTo.remove(partition) != null;
        cleanedChanged |= cleaned;
        boolean known = recoveryPoints.remove(partition) != null || started || replicated || cleaned;
        if (known) {
            forgotten.add(partition);
        }
        return forgotten.contains(partition);
    }

    /// Forgets a partition and sees to it that the files do not speak of it either: its recovery point would say of the
    /// next one of that name that records are missing.
    public synchronized void forgetDurably(TopicPartition partition) throws IOException {
        if (forget(partition)) {
            write();
        }
    }

    /// Writes the files, each atomically.
    public synchronized void write() throws IOException {
        OffsetCheckpoint.write(disk, directory.resolve(OffsetCheckpoint.RECOVERY_POINT), recoveryPoints);
        OffsetCheckpoint.write(disk, directory.resolve(OffsetCheckpoint.LOG_START), logStarts);
        OffsetCheckpoint.write(disk, directory.resolve(OffsetCheckpoint.REPLICATION), highWatermarks);
        if (cleanedChanged) {
            OffsetCheckpoint.write(disk, directory.resolve(OffsetCheckpoint.CLEANER), cleanedTo);
            cleanedChanged = false;
        }
        forgotten.clear();
    }
}
