package io.kurier.broker.transaction;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.coordinator.Caller;
import io.kurier.coordinator.txn.TransactionCoordinator;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransaction;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTransactionCollection;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData.AddPartitionsToTxnResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Asks the transaction coordinator, wherever it is, before a transaction begins in a partition of this node (KIP-890):
/// for clients of version 2 to add the partition, for older ones whether they have added it.
public final class CoordinatorVerifications implements Verifications {
    private final int nodeId;
    private final ClusterView cluster;
    private final TransactionCoordinator local;
    private final NodeCalls calls;
    private final BooleanSupplier enabled;

    /// @param enabled `transaction.partition.verification.enable`; partitions are added for clients of version 2 in any
    ///     case
    public CoordinatorVerifications(
            int nodeId, ClusterView cluster, TransactionCoordinator local, NodeCalls calls, BooleanSupplier enabled) {
        this.nodeId = nodeId;
        this.cluster = cluster;
        this.local = local;
        this.calls = calls;
        this.enabled = enabled;
    }

    @Override
    public CompletableFuture<Map<TopicPartition, Errors>> ask(
            Of transaction, Collection<TopicPartition> partitions, boolean add) {
        if (!add && !enabled.getAsBoolean()) {
            return CompletableFuture.completedFuture(all(partitions, Errors.NONE));
        }
        PartitionImage coordinator =
                cluster.image().partition(TransactionCoordinator.TOPIC, local.shardOf(transaction.transactionalId()));
        if (coordinator == null || coordinator.leader() < 0) {
            return CompletableFuture.completedFuture(all(partitions, Errors.COORDINATOR_NOT_AVAILABLE));
        }
        AddPartitionsToTxnRequestData request = request(transaction, partitions, add);
        CompletableFuture<AddPartitionsToTxnResponseData> answer = coordinator.leader() == nodeId
                ? local.addPartitions(
                        new Caller(ApiKeys.ADD_PARTITIONS_TO_TXN.latestVersion(), "", ""), request, Set.of())
                : calls.ask(coordinator.leader(), request, AddPartitionsToTxnResponseData.class);
        return answer.handle((outcome, failure) -> failure != null || outcome.errorCode() != Errors.NONE.code()
                ? all(partitions, Errors.COORDINATOR_NOT_AVAILABLE)
                : each(partitions, outcome.resultsByTransaction().find(transaction.transactionalId())));
    }

    private static AddPartitionsToTxnRequestData request(
            Of transaction, Collection<TopicPartition> partitions, boolean add) {
        AddPartitionsToTxnTransaction asked = new AddPartitionsToTxnTransaction()
                .setTransactionalId(transaction.transactionalId())
                .setProducerId(transaction.producerId())
                .setProducerEpoch(transaction.epoch())
                .setVerifyOnly(!add);
        for (TopicPartition partition : partitions) {
            AddPartitionsToTxnTopic topic = asked.topics().find(partition.topic());
            if (topic == null) {
                topic = new AddPartitionsToTxnTopic().setName(partition.topic());
                asked.topics().add(topic);
            }
            topic.partitions().add(partition.partition());
        }
        return new AddPartitionsToTxnRequestData()
                .setTransactions(new AddPartitionsToTxnTransactionCollection(
                        List.of(asked).iterator()));
    }

    private static Map<TopicPartition, Errors> each(
            Collection<TopicPartition> partitions, @Nullable AddPartitionsToTxnResult result) {
        Map<TopicPartition, Errors> errors = all(partitions, Errors.COORDINATOR_NOT_AVAILABLE);
        if (result != null) {
            result.topicResults()
                    .forEach(topic -> topic.resultsByPartition()
                            .forEach(partition -> errors.replace(
                                    new TopicPartition(topic.name(), partition.partitionIndex()),
                                    Errors.forCode(partition.partitionErrorCode()))));
        }
        return errors;
    }

    private static Map<TopicPartition, Errors> all(Collection<TopicPartition> partitions, Errors error) {
        Map<TopicPartition, Errors> errors = new HashMap<>();
        partitions.forEach(partition -> errors.put(partition, error));
        return errors;
    }
}
