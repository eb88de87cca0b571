package io.kurier.cluster.config;

/// How a broker compacts its logs (`log.cleaner.*`).
///
/// @param enabled false to compact nothing
/// @param threads how many logs at a time
/// @param dedupeBytes memory for the keys of all passes that go on
/// @param loadFactor how full that may become, above 0 and below 1
/// @param ioBytesPerSecond how much all passes together read and write
/// @param backoffMs how long to wait when there is nothing to do, and after a first failure
public record CleanerSettings(
        boolean enabled, int threads, long dedupeBytes, double loadFactor, double ioBytesPerSecond, long backoffMs) {
    /// The settings of a broker.
    public static CleanerSettings of(EffectiveConfig broker) {
        TypedValues values = TypedValues.ofBroker(broker);
        return new CleanerSettings(
                values.flag("log.cleaner.enable"),
                values.integer("log.cleaner.threads"),
                values.number("log.cleaner.dedupe.buffer.size"),
                Math.clamp(values.decimal("log.cleaner.io.buffer.load.factor"), 0.1, 0.95),
                values.decimal("log.cleaner.io.max.bytes.per.second"),
                values.number("log.cleaner.backoff.ms"));
    }
}
