package io.kurier.broker.api.producers;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.coordinator.txn.TransactionCoordinator;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// InitProducerId: an identity for an idempotent producer, or the next epoch of a transactional one (KIP-98, KIP-360).
public final class InitProducerIdHandler implements ApiHandler<InitProducerIdRequestData> {
    private static final short LAST_STABLE_VERSION = 5;

    private final ProducerIds ids;
    private final TransactionCoordinator transactions;

    public InitProducerIdHandler(ProducerIds ids, TransactionCoordinator transactions) {
        this.ids = ids;
        this.transactions = transactions;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.INIT_PRODUCER_ID;
    }

    @Override
    public short maxVersion() {
        return LAST_STABLE_VERSION;
    }

    @Override
    public boolean mayBlock(InitProducerIdRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<InitProducerIdResponseData> handle(
            RequestContext context, InitProducerIdRequestData request) {
        return request.transactionalId() == null
                ? ids.next()
                        .thenApply(id -> new InitProducerIdResponseData()
                                .setProducerId(id)
                                .setProducerEpoch((short) 0))
                : transactions.initProducerId(context.caller(), request);
    }
}
