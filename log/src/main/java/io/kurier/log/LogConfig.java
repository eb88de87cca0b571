package io.kurier.log;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.record.TimestampType;

/// What one topic demands of its logs. All names in the documentation are Kafka's topic settings.
///
/// @param maxMessageBytes `max.message.bytes`: the largest batch that a producer may send
public record LogConfig(
        Segments segments,
        Retention retention,
        Compaction compaction,
        Timestamps timestamps,
        Flush flush,
        int maxMessageBytes) {

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

    /// How a log is compacted whose [Retention#compact()] is true.
    ///
    /// @param minLagMs `min.compaction.lag.ms`
    /// @param maxLagMs `max.compaction.lag.ms`
    /// @param minDirtyRatio `min.cleanable.dirty.ratio`
    /// @param deleteRetentionMs `delete.retention.ms`
    public record Compaction(long minLagMs, long maxLagMs, double minDirtyRatio, long deleteRetentionMs) {}

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
            new Compaction(0, Long.MAX_VALUE, 0.5, 24 * 3600 * 1000L),
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
        return new Reader(settings).read(DEFAULTS);
    }

    /// After how long a segment is closed at the latest, in milliseconds: a record cannot be compacted before.
    public long segmentMs() {
        return retention.compact() ? Math.min(segments.ms(), compaction.maxLagMs()) : segments.ms();
    }

    /// True if an append must look at every record, and so unpack what is compressed: that may block, see
    /// [io.kurier.protocol.records.Unpacking].
    public boolean looksAtRecords() {
        return retention.compact()
                || (timestamps.type() == TimestampType.CREATE_TIME && timestamps.beforeMaxMs() != Long.MAX_VALUE);
    }

    /// The same with other segment settings.
    public LogConfig with(Segments newSegments) {
        return new LogConfig(newSegments, retention, compaction, timestamps, flush, maxMessageBytes);
    }

    /// The same with another retention.
    public LogConfig with(Retention newRetention) {
        return new LogConfig(segments, newRetention, compaction, timestamps, flush, maxMessageBytes);
    }

    /// The same with other rules of compaction.
    public LogConfig with(Compaction newCompaction) {
        return new LogConfig(segments, retention, newCompaction, timestamps, flush, maxMessageBytes);
    }

    /// The same with other timestamp rules.
    public LogConfig with(Timestamps newTimestamps) {
        return new LogConfig(segments, retention, compaction, newTimestamps, flush, maxMessageBytes);
    }

    /// The same with another flush policy.
    public LogConfig with(Flush newFlush) {
        return new LogConfig(segments, retention, compaction, timestamps, newFlush, maxMessageBytes);
    }

    /// The same with another limit for a batch.
    public LogConfig withMaxMessageBytes(int newMaxMessageBytes) {
        return new LogConfig(segments, retention, compaction, timestamps, flush, newMaxMessageBytes);
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

    /// Reads Kafka's topic settings by their names.
    private static final class Reader {
        private final Map<String, String> settings;

        Reader(Map<String, String> settings) {
            this.settings = settings;
        }

        LogConfig read(LogConfig absent) {
            return new LogConfig(
                    segments(absent.segments()),
                    retention(absent.retention()),
                    compaction(absent.compaction()),
                    timestamps(absent.timestamps()),
                    flush(absent.flush()),
                    integer("max.message.bytes", absent.maxMessageBytes()));
        }

        private Segments segments(Segments absent) {
            return new Segments(
                    integer("segment.bytes", absent.bytes()),
                    number("segment.ms", absent.ms()),
                    number("segment.jitter.ms", absent.jitterMs()),
                    integer("segment.index.bytes", absent.indexBytes()),
                    integer("index.interval.bytes", absent.indexIntervalBytes()));
        }

        private Retention retention(Retention absent) {
            String policy = settings.get("cleanup.policy");
            List<String> policies =
                    policy == null ? List.of() : List.of(policy.strip().split("\\s*,\\s*", -1));
            return new Retention(
                    number("retention.ms", absent.ms()),
                    number("retention.bytes", absent.bytes()),
                    policy == null ? absent.delete() : policies.contains("delete"),
                    policy == null ? absent.compact() : policies.contains("compact"),
                    number("file.delete.delay.ms", absent.fileDeleteDelayMs()));
        }

        private Compaction compaction(Compaction absent) {
            String ratio = settings.get("min.cleanable.dirty.ratio");
            return new Compaction(
                    number("min.compaction.lag.ms", absent.minLagMs()),
                    number("max.compaction.lag.ms", absent.maxLagMs()),
                    ratio == null ? absent.minDirtyRatio() : Double.parseDouble(ratio.strip()),
                    number("delete.retention.ms", absent.deleteRetentionMs()));
        }

        private Timestamps timestamps(Timestamps absent) {
            String type = settings.get("message.timestamp.type");
            return new Timestamps(
                    type == null ? absent.type() : TimestampType.forName(type.strip()),
                    number("message.timestamp.before.max.ms", absent.beforeMaxMs()),
                    number("message.timestamp.after.max.ms", absent.afterMaxMs()));
        }

        private Flush flush(Flush absent) {
            String durability = settings.get("kurier.durability");
            return new Flush(
                    durability == null ? absent.durability() : Durability.of(durability.strip()),
                    number("flush.messages", absent.messages()),
                    number("flush.ms", absent.ms()));
        }

        private int integer(String name, int absent) {
            return Math.toIntExact(number(name, absent));
        }

        private long number(String name, long absent) {
            String value = settings.get(name);
            try {
                return value == null ? absent : Long.parseLong(value.strip());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(name + " is a number, not '" + value + "'", e);
            }
        }
    }
}
