package io.kurier.coordinator.txn;

import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/// A transaction whose end is decided and stored, and now is to be told to its partitions.
///
/// @param shard the partition of `__transaction_state` that has it
/// @param coordinatorEpoch the leader epoch of that partition
/// @param epoch the producer's epoch for the markers
/// @param clientVersion 2 if `epoch` is larger than that of the transaction's records (KIP-1228)
/// @param partitions that wait for a marker
public record EndingTxn(
        int shard,
        int coordinatorEpoch,
        String transactionalId,
        long producerId,
        short epoch,
        boolean commit,
        short clientVersion,
        Set<TopicPartition> partitions) {}
