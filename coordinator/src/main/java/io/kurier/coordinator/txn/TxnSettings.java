package io.kurier.coordinator.txn;

/// The settings that transactions need. Times in milliseconds.
///
/// @param maxTimeoutMs `transaction.max.timeout.ms`: the longest `transaction.timeout.ms` that a producer may ask for
/// @param timeoutCheckIntervalMs `transaction.abort.timed.out.transaction.cleanup.interval.ms`
/// @param idExpirationMs `transactional.id.expiration.ms`: after so long without a transaction an id is forgotten
/// @param expirationCheckIntervalMs `transaction.remove.expired.transaction.cleanup.interval.ms`
/// @param waitMs `add.partitions.to.txn.retry.backoff.max.ms`: how long a request may wait for the markers of the
///     transaction before
/// @param maxBatchBytes what one write to the log may hold; larger transactions are refused
/// @param maxQueuedEvents requests that may wait for one shard; more are told to come again
public record TxnSettings(
        int maxTimeoutMs,
        long timeoutCheckIntervalMs,
        long idExpirationMs,
        long expirationCheckIntervalMs,
        int waitMs,
        int maxBatchBytes,
        int maxQueuedEvents) {
    /// Apache Kafka's defaults.
    public static TxnSettings defaults() {
        return new TxnSettings(900_000, 10_000, 604_800_000, 3_600_000, 100, 1_048_588, 20_000);
    }
}
