package io.kurier.broker.api.transactions;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.coordinator.txn.TransactionCoordinator;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopicCollection;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// AddPartitionsToTxn: a client's partitions become part of its transaction, or leaders add and verify for their
/// clients (KIP-98, KIP-890).
public final class AddPartitionsToTxnHandler implements ApiHandler<AddPartitionsToTxnRequestData> {
    private final TransactionCoordinator transactions;
    private final ClusterView cluster;

    /// @param transactions does the work; it never blocks
    public AddPartitionsToTxnHandler(TransactionCoordinator transactions, ClusterView cluster) {
        this.transactions = transactions;
        this.cluster = cluster;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.ADD_PARTITIONS_TO_TXN;
    }

    @Override
    public boolean mayBlock(AddPartitionsToTxnRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<AddPartitionsToTxnResponseData> handle(
            RequestContext context, AddPartitionsToTxnRequestData request) {
        Set<TopicPartition> missing = new HashSet<>();
        addMissing(request.v3AndBelowTopics(), missing);
        request.transactions().forEach(transaction -> addMissing(transaction.topics(), missing));
        return transactions.addPartitions(context.caller(), request, missing);
    }

    private void addMissing(AddPartitionsToTxnTopicCollection topics, Set<TopicPartition> missing) {
        ClusterImage image = cluster.image();
        topics.forEach(topic -> topic.partitions().stream()
                .filter(index -> image.partition(topic.name(), index) == null)
                .forEach(index -> missing.add(new TopicPartition(topic.name(), index))));
    }
}
