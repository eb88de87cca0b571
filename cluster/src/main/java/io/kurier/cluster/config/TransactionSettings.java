package io.kurier.cluster.config;

/// What holds for transactions on one broker.
public record TransactionSettings(Limits limits, StateTopic topic) {
    /// Times of transactions and of their ids, in milliseconds.
    ///
    /// @param maxTimeoutMs the longest timeout that a producer may ask for
    /// @param timeoutCheckIntervalMs how often transactions are aborted that took too long
    /// @param idExpirationMs how long an id is remembered without a transaction
    /// @param expirationCheckIntervalMs how often ids are forgotten
    /// @param waitMs how long a request waits for the end of the transaction before
    public record Limits(
            int maxTimeoutMs,
            long timeoutCheckIntervalMs,
            long idExpirationMs,
            long expirationCheckIntervalMs,
            int waitMs) {}

    /// How `__transaction_state` is created.
    ///
    /// @param replicationFactor how many replicas are wanted
    public record StateTopic(int partitions, short replicationFactor, int minInSyncReplicas, int segmentBytes) {}

    /// The settings of a broker.
    public static TransactionSettings of(EffectiveConfig broker) {
        TypedValues values = TypedValues.ofBroker(broker);
        return new TransactionSettings(
                new Limits(
                        values.integer("transaction.max.timeout.ms"),
                        values.integer("transaction.abort.timed.out.transaction.cleanup.interval.ms"),
                        values.integer("transactional.id.expiration.ms"),
                        values.integer("transaction.remove.expired.transaction.cleanup.interval.ms"),
                        values.integer("add.partitions.to.txn.retry.backoff.max.ms")),
                new StateTopic(
                        values.integer("transaction.state.log.num.partitions"),
                        (short) values.integer("transaction.state.log.replication.factor"),
                        values.integer("transaction.state.log.min.isr"),
                        values.integer("transaction.state.log.segment.bytes")));
    }

    /// `transaction.partition.verification.enable`: whether a leader asks the coordinator before a transaction begins
    /// in one of its partitions. It may change while the broker runs.
    public static boolean isVerified(EffectiveConfig broker) {
        return TypedValues.ofBroker(broker).flag("transaction.partition.verification.enable");
    }
}
