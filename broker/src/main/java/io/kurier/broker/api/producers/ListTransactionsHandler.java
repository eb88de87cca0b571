package io.kurier.broker.api.producers;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ListTransactionsRequestData;
import org.apache.kafka.common.message.ListTransactionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// ListTransactions (KIP-664): the transactions that this node coordinates, which are none: transactional producers are
/// refused. States that nobody knows are answered as such.
public final class ListTransactionsHandler implements ApiHandler<ListTransactionsRequestData> {
    private static final Set<String> STATES = Set.of(
            "Empty",
            "Ongoing",
            "PrepareCommit",
            "PrepareAbort",
            "CompleteCommit",
            "CompleteAbort",
            "Dead",
            "PrepareEpochFence");

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
        List<String> unknown = request.stateFilters().stream()
                .filter(state -> !STATES.contains(state))
                .toList();
        return CompletableFuture.completedFuture(new ListTransactionsResponseData().setUnknownStateFilters(unknown));
    }
}
