package io.kurier.broker.metrics;

import io.kurier.coordinator.txn.TransactionCoordinator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.ListTransactionsResponseData;
import org.apache.kafka.common.message.ListTransactionsResponseData.TransactionState;

/// How many transactional ids this node coordinates, by their state. Asks the coordinator what a client would ask.
public final class TransactionMetrics implements MetricSource {
    private final TransactionCoordinator transactions;

    public TransactionMetrics(TransactionCoordinator transactions) {
        this.transactions = transactions;
    }

    @Override
    public void collect(MetricSink sink) {
        ListTransactionsResponseData listed = Waits.answer(transactions.list(new ListTransactionsRequestData()));
        if (listed == null || listed.errorCode() != 0) {
            return;
        }
        Map<String, Integer> byState = new TreeMap<>();
        for (TransactionState transaction : listed.transactionStates()) {
            byState.merge(transaction.transactionState(), 1, Integer::sum);
        }
        sink.family(
                "kurier_transactional_ids",
                MetricType.GAUGE,
                "Transactional ids that this node coordinates, by state.");
        byState.forEach((state, count) -> sink.sample("", Labels.of("state", state), count));
    }
}
