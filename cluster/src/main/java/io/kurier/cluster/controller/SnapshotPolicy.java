package io.kurier.cluster.controller;

/// When a snapshot of the metadata is due.
///
/// @param maxNewBytes after how many bytes of committed batches (`metadata.log.max.record.bytes.between.snapshots`)
/// @param maxIntervalMs after how long, if anything was committed at all (`metadata.log.max.snapshot.interval.ms`)
public record SnapshotPolicy(long maxNewBytes, long maxIntervalMs) {
    /// Kafka's: 20 MiB and one hour.
    public static SnapshotPolicy defaults() {
        return new SnapshotPolicy(20L << 20, 3_600_000L);
    }

    boolean isDue(long newBytes, long sinceMs) {
        return newBytes >= maxNewBytes || (newBytes > 0 && sinceMs >= maxIntervalMs);
    }
}
