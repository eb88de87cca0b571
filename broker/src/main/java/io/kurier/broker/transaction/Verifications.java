package io.kurier.broker.transaction;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;

/// What the coordinator of a transaction says before the transaction begins in a partition (KIP-890). Safe for use by
/// several threads; must not block.
@FunctionalInterface
public interface Verifications {
    /// A producer's transaction.
    record Of(String transactionalId, long producerId, short epoch) {}

    /// Adds partitions to a transaction, or verifies that they are in it: an error for each. Never fails: what cannot
    /// be asked now is COORDINATOR_NOT_AVAILABLE.
    ///
    /// @param add false to verify only
    CompletableFuture<Map<TopicPartition, Errors>> ask(
            Of transaction, Collection<TopicPartition> partitions, boolean add);
}
