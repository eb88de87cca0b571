package io.kurier.broker.api.records;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.replica.Partitions;
import io.kurier.broker.transaction.Verifications;
import io.kurier.log.LogException;
import io.kurier.log.producer.SharedProducers;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.Batches;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Which batches of a Produce would begin a transaction in their partition, and whether they may: the transaction's
/// coordinator must know of it first (KIP-890).
final class ProduceTransactions {
    /// From here on Produce itself adds partitions to the transaction.
    private static final short FIRST_THAT_ADDS = 12;

    private static final short FIRST_WITH_ABORTABLE = 11;

    private final Partitions partitions;
    private final Verifications verifications;

    ProduceTransactions(Partitions partitions, Verifications verifications) {
        this.partitions = partitions;
        this.verifications = verifications;
    }

    /// A batch in a transaction, as the first batch for its partition; null if there is none.
    private static @Nullable BatchView transactional(PartitionProduceData data) {
        ByteBuffer bytes = Batches.bytes(data.records());
        BatchView batch = new BatchView(bytes, bytes.position());
        return batch.isWhole() && batch.magic() == BatchView.MAGIC && batch.isTransactional() ? batch : null;
    }

    static boolean isTransactional(PartitionProduceData data) {
        return transactional(data) != null;
    }

    /// True if the coordinator has to be asked before this can be appended.
    boolean mustAsk(Partition partition, PartitionProduceData data) {
        BatchView batch = transactional(data);
        return batch != null && !partition.log().producers().isOpen(batch.producerId(), batch.producerEpoch());
    }

    /// Asks the coordinator about all partitions in which a transaction would begin, and waits for the answer. What is
    /// not named in the outcome may be appended.
    ///
    /// @param asked by partition
    Map<TopicPartition, Errors> ask(
            ProduceRequestData request, Map<TopicPartition, PartitionProduceData> asked, short version) {
        Map<TopicPartition, Errors> outcome = new HashMap<>();
        Map<Verifications.Of, List<TopicPartition>> beginning = new HashMap<>();
        asked.forEach((name, data) -> {
            BatchView batch = transactional(data);
            if (batch == null) {
                return;
            }
            if (request.transactionalId() == null || request.transactionalId().isEmpty()) {
                outcome.put(name, Errors.INVALID_TXN_STATE);
            } else if (begins(name, batch, version)) {
                beginning
                        .computeIfAbsent(
                                new Verifications.Of(
                                        request.transactionalId(), batch.producerId(), batch.producerEpoch()),
                                of -> new ArrayList<>())
                        .add(name);
            }
        });
        beginning.forEach((of, names) -> verifications
                .ask(of, names, version >= FIRST_THAT_ADDS)
                .join()
                .forEach((name, error) -> {
                    if (error != Errors.NONE) {
                        outcome.put(name, known(error, version));
                    }
                }));
        return outcome;
    }

    private boolean begins(TopicPartition name, BatchView batch, short version) {
        try {
            SharedProducers producers = partitions.find(name).log().producers();
            if (producers.isOpen(batch.producerId(), batch.producerEpoch())) {
                return false;
            }
            if (version < FIRST_THAT_ADDS) { // those that add have another epoch for each transaction
                producers.guard(batch.producerId());
            } else {
                producers.unguard(batch.producerId());
            }
            return true;
        } catch (PartitionException | LogException e) {
            return false; // the append says why
        }
    }

    /// The error as Produce has it in this version.
    private static Errors known(Errors error, short version) {
        return switch (error) {
            case PRODUCER_FENCED -> Errors.INVALID_PRODUCER_EPOCH;
            case TRANSACTION_ABORTABLE -> version >= FIRST_WITH_ABORTABLE ? error : Errors.INVALID_TXN_STATE;
            case CONCURRENT_TRANSACTIONS -> version >= FIRST_THAT_ADDS ? error : Errors.NOT_ENOUGH_REPLICAS;
            // It is no matter of the partition: the producer is to send it again.
            case COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR -> Errors.NOT_ENOUGH_REPLICAS;
            default -> error;
        };
    }

    static String message(Errors error, @Nullable String transactionalId) {
        return transactionalId == null
                ? "Records of a transaction need the transactional id of their producer in the request"
                : "The coordinator of the transaction of " + transactionalId + " says: " + error.message();
    }
}
