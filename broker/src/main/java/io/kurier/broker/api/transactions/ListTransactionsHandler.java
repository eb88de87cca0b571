package io.kurier.broker.api.transactions;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.coordinator.txn.TransactionCoordinator;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.ListTransactionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// ListTransactions (KIP-664): the transactional ids that this node coordinates. States that nobody knows are answered
/// as such.
public final class ListTransactionsHandler implements ApiHandler<ListTransactionsRequestData> {
    private final TransactionCoordinator transactions;

    /// @param transactions does the work; it never blocks
    public ListTransactionsHandler(TransactionCoordinator transactions) {
        this.transactions = transactions;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.LIST_TRANSACTIONS;
    }

    @Override
    public boolean mayBlock(ListTransactionsRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<ListTransactionsResponseData> handle(
            RequestContext context, ListTransactionsRequestData request) {
        return transactions.list(request);
    }
}
