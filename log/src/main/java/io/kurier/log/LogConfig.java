package io.kurier.log;

import java.util.Map;
import org.apache.kafka.common.record.TimestampType;

/// What one topic demands of its logs. All names in the documentation are Kafka's topic settings.
///
/// @param maxMessageBytes `max.message.bytes`: the largest batch that a producer may send
public record LogConfig(
        Segments segments, Retention retention, Timestamps timestamps, Flush flush, int maxMessageBytes) {

    /// When a segment is closed and the next one begun.
    ///
    /// @param bytes `segment.bytes`
    /// @param ms `segment.ms`
    /// @param jitterMs `segment.jitter.ms`: at most so much is taken off `segment.ms` at random
    /// @param indexBytes `segment.index.bytes`: the largest an index may grow
    /// @param indexIntervalBytes `index.interval.bytes`: about so many bytes of log for one index entry
    public record Segments(int bytes, long ms, long jitterMs, int indexBytes, int indexIntervalBytes) {}

    /// When old records go.
    ///
    /// @param ms `retention.ms`, -1 for ever
    /// @param bytes `retention.bytes`, -1 without limit
    /// @param delete `cleanup.policy` contains `delete`
    /// @param compact `cleanup.policy` contains `compact`
    /// @param fileDeleteDelayMs `file.delete.delay.ms`
    public record Retention(long ms, long bytes, boolean delete, boolean compact, long fileDeleteDelayMs) {}

    /// Whose clock a record's time comes from, and how far it may be off.
    ///
    /// @param type `message.timestamp.type`
    /// @param beforeMaxMs `message.timestamp.before.max.ms`
    /// @param afterMaxMs `message.timestamp.after.max.ms`
    public record Timestamps(TimestampType type, long beforeMaxMs, long afterMaxMs) {}

    /// When appended batches are synced.
    ///
    /// @param durability `kurier.durability`
    /// @param messages `flush.messages`: a memory-durable log is flushed after so many records
    /// @param ms `flush.ms`: a memory-durable log is flushed at the latest so long after an append
    public record Flush(Durability durability, long messages, long ms) {}

    private static final LogConfig DEFAULTS = new LogConfig(
            new Segments(1 << 30, 7L * 24 * 3600 * 1000, 0, 10 << 20, 4096),
            new Retention(7L * 24 * 3600 * 1000, -1, true, false, 60_000),
            new Timestamps(TimestampType.CREATE_TIME, Long.MAX_VALUE, 3_600_000),
            new Flush(Durability.DISK, Long.MAX_VALUE, Long.MAX_VALUE),
            1_048_588);

    /// Kafka's defaults, durable on disk.
    public static LogConfig defaults() {
        return DEFAULTS;
    }

    /// Reads Kafka's topic settings by name; what is absent has its default, what is unknown is ignored.
    ///
    /// @throws IllegalArgumentException if a value cannot be read; settings are validated before they get here
    public static LogConfig of(Map<String, String> settings) {
        return LogConfigReader.read(settings, DEFAULTS);
    }

    /// True if an append must look at every record, and so unpack what is compressed: that may block, see
    /// [io.kurier.protocol.records.Unpacking].
    public boolean looksAtRecords() {
        return retention.compact()
                || (timestamps.type() == TimestampType.CREATE_TIME && timestamps.beforeMaxMs() != Long.MAX_VALUE);
    }

    /// The same with other segment settings.
    public LogConfig with(Segments newSegments) {
        return new LogConfig(newSegments, retention, timestamps, flush, maxMessageBytes);
    }

    /// The same with another retention.
    public LogConfig with(Retention newRetention) {
        return new LogConfig(segments, newRetention, timestamps, flush, maxMessageBytes);
    }

    /// The same with other timestamp rules.
    public LogConfig with(Timestamps newTimestamps) {
        return new LogConfig(segments, retention, newTimestamps, flush, maxMessageBytes);
    }

    /// The same with another flush policy.
    public LogConfig with(Flush newFlush) {
        return new LogConfig(segments, retention, timestamps, newFlush, maxMessageBytes);
    }

    /// The same with another limit for a batch.
    public LogConfig withMaxMessageBytes(int newMaxMessageBytes) {
        return new LogConfig(segments, retention, timestamps, flush, newMaxMessageBytes);
    }

    /// The same with this durability.
    public LogConfig withDurability(Durability durability) {
        return with(new Flush(durability, flush.messages(), flush.ms()));
    }

    /// The same with segments of at most `bytes`.
    public LogConfig withSegmentBytes(int bytes) {
        return with(new Segments(
                bytes, segments.ms(), segments.jitterMs(), segments.indexBytes(), segments.indexIntervalBytes()));
    }
}
