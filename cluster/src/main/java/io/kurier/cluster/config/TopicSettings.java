package io.kurier.cluster.config;

import java.util.List;
import java.util.Map;

/// What holds for one topic on one broker.
public record TopicSettings(
        Batches batches, Segments segments, Retention retention, Compaction compaction, Durability durability) {
    /// What a batch must keep to.
    ///
    /// @param maxBytes of a whole batch, compressed, with its header
    /// @param logAppendTime true if records get the time of their append instead of their own
    /// @param timestampBeforeMaxMs how far a record's own time may lie behind the clock
    /// @param timestampAfterMaxMs how far it may lie ahead
    public record Batches(int maxBytes, boolean logAppendTime, long timestampBeforeMaxMs, long timestampAfterMaxMs) {}

    /// When a segment ends, and how its index is kept.
    public record Segments(int bytes, long ms, long jitterMs, int indexBytes, int indexIntervalBytes) {}

    /// What is deleted, and when.
    ///
    /// @param delete true if old segments are deleted at all
    /// @param ms age; -1 for no limit
    /// @param bytes size of a partition; -1 for no limit
    /// @param fileDeleteDelayMs how long a deleted segment's files stay on disk
    public record Retention(boolean delete, long ms, long bytes, long fileDeleteDelayMs) {}

    /// How a compacted topic is compacted.
    ///
    /// @param compact true if it is
    public record Compaction(
            boolean compact, long minLagMs, long maxLagMs, double minDirtyRatio, long deleteRetentionMs) {}

    /// When records are safe.
    ///
    /// @param memory true if an acknowledgement does not wait for an fsync (`kurier.durability=memory`)
    /// @param flushMessages an fsync is asked for after so many records; `Long.MAX_VALUE` for never
    /// @param flushMs an fsync is asked for when a record is so old; `Long.MAX_VALUE` for never
    /// @param minInsyncReplicas acks=all is refused while fewer are in sync
    public record Durability(boolean memory, long flushMessages, long flushMs, int minInsyncReplicas) {}

    /// The settings of a topic.
    ///
    /// @param broker what holds on this broker
    /// @param overrides what was set on the topic
    public static TopicSettings of(EffectiveConfig broker, Map<String, String> overrides) {
        return overrides.isEmpty() ? broker.topicSettings() : read(broker, overrides);
    }

    static TopicSettings read(EffectiveConfig broker, Map<String, String> overrides) {
        TypedValues values = TypedValues.ofTopic(broker, overrides);
        List<String> policy = values.list("cleanup.policy");
        return new TopicSettings(
                new Batches(
                        values.integer("max.message.bytes"),
                        values.text("message.timestamp.type").equals("LogAppendTime"),
                        values.number("message.timestamp.before.max.ms"),
                        values.number("message.timestamp.after.max.ms")),
                new Segments(
                        values.integer("segment.bytes"),
                        values.number("segment.ms"),
                        values.number("segment.jitter.ms"),
                        values.integer("segment.index.bytes"),
                        values.integer("index.interval.bytes")),
                new Retention(
                        policy.contains("delete"),
                        values.number("retention.ms"),
                        values.number("retention.bytes"),
                        values.number("file.delete.delay.ms")),
                new Compaction(
                        policy.contains("compact"),
                        values.number("min.compaction.lag.ms"),
                        values.number("max.compaction.lag.ms"),
                        values.decimal("min.cleanable.dirty.ratio"),
                        values.number("delete.retention.ms")),
                new Durability(
                        values.text("kurier.durability").equals("memory"),
                        values.number("flush.messages"),
                        values.number("flush.ms"),
                        values.integer("min.insync.replicas")));
    }
}
