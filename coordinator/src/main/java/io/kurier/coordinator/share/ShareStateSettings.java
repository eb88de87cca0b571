package io.kurier.coordinator.share;

/// The settings that the state of share groups needs.
///
/// @param updatesPerSnapshot `share.coordinator.snapshot.update.records.per.snapshot`: after so many updates all that
///     is known of a share partition is written again; 0: each time
/// @param maxBatchBytes what one write to the log may hold; larger states are refused
/// @param maxQueuedEvents requests that may wait for one shard; more are told to come again
/// @param recordsPerRewrite when the log of a shard has so many records, and four for each state, all states are
///     written again and what lies before them is deleted
public record ShareStateSettings(
        int updatesPerSnapshot, int maxBatchBytes, int maxQueuedEvents, int recordsPerRewrite) {
    /// Apache Kafka's defaults.
    public static ShareStateSettings defaults() {
        return new ShareStateSettings(500, 1_048_588, 20_000, 20_000);
    }
}
