package io.kurier.cli.alias.transactions;

import io.kurier.cli.shell.Connection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeProducersOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.common.TopicPartition;

/// Finds transactions that are open in a partition, and that no coordinator will end (KIP-664).
final class HangingTransactions {
    private final Admin admin;
    private final Connection connection;
    private final long nowMs;

    HangingTransactions(Admin admin, Connection connection, long nowMs) {
        this.admin = admin;
        this.connection = connection;
        this.nowMs = nowMs;
    }

    /// A transaction that is open in a partition.
    record Open(TopicPartition partition, ProducerState producer) {}

    /// Those that are open for longer than any transaction may take, and unknown to the coordinator of their producer.
    ///
    /// @param from who is asked: the leaders, or one broker about its replicas
    List<Open> find(Collection<TopicPartition> partitions, DescribeProducersOptions from, long maxTimeoutMs) {
        List<Open> old = new ArrayList<>();
        connection
                .await(admin.describeProducers(partitions, from).all(), "The producers")
                .forEach((partition, state) -> state.activeProducers().stream()
                        .filter(producer ->
                                producer.currentTransactionStartOffset().isPresent()
                                        && nowMs - producer.lastTimestamp() > maxTimeoutMs)
                        .forEach(producer -> old.add(new Open(partition, producer))));
        if (old.isEmpty()) {
            return List.of();
        }
        Map<Long, Set<TopicPartition>> known = known(old);
        return old.stream()
                .filter(open -> !known.getOrDefault(open.producer().producerId(), Set.of())
                        .contains(open.partition()))
                .toList();
    }

    /// The partitions of the transactions that coordinators know, by producer id.
    private Map<Long, Set<TopicPartition>> known(List<Open> old) {
        Set<Long> producerIds = new HashSet<>();
        old.forEach(open -> producerIds.add(open.producer().producerId()));
        Collection<TransactionListing> listed = connection.await(
                admin.listTransactions(new ListTransactionsOptions().filterProducerIds(producerIds))
                        .all(),
                "The transactions");
        List<String> ids =
                listed.stream().map(TransactionListing::transactionalId).toList();
        Map<Long, Set<TopicPartition>> known = new HashMap<>();
        if (!ids.isEmpty()) {
            for (TransactionDescription described : connection
                    .await(admin.describeTransactions(ids).all(), "The transactions")
                    .values()) {
                known.put(described.producerId(), described.topicPartitions());
            }
        }
        return known;
    }
}
