package io.kurier.cluster.config;

/// What holds for all partition logs on one broker, beside what their topics say.
///
/// @param retentionCheckIntervalMs how often expired segments are looked for
/// @param producerIdExpirationMs how long a partition remembers an idempotent producer that writes nothing
/// @param journalBytes how large each of the two files of a directory's journal may become; 0 for no journal
/// @param pageCachePercent how much of the memory the newest records of all directories together may hold
/// @param moveBytesPerSecond how fast partitions are copied from one data directory to another
public record LogSettings(
        long retentionCheckIntervalMs,
        int producerIdExpirationMs,
        long journalBytes,
        int pageCachePercent,
        long moveBytesPerSecond) {
    /// The settings of a broker.
    public static LogSettings of(EffectiveConfig broker) {
        TypedValues values = TypedValues.ofBroker(broker);
        return new LogSettings(
                values.number("log.retention.check.interval.ms"),
                values.integer("producer.id.expiration.ms"),
                values.number("kurier.journal.bytes"),
                values.integer("kurier.page.cache.percent"),
                values.number("replica.alter.log.dirs.io.max.bytes.per.second"));
    }
}
