package io.kurier.broker.api.producers;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// InitProducerId: an identity for an idempotent producer (KIP-98). Transactional producers are refused: this node
/// coordinates no transactions yet.
public final class InitProducerIdHandler implements ApiHandler<InitProducerIdRequestData> {
    private static final Logger LOG = LoggerFactory.getLogger(InitProducerIdHandler.class);
    private static final short LAST_STABLE_VERSION = 5;

    private final ProducerIds ids;

    public InitProducerIdHandler(ProducerIds ids) {
        this.ids = ids;
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
        String transactionalId = request.transactionalId();
        if (transactionalId == null) {
            return ids.next()
                    .thenApply(id ->
                            new InitProducerIdResponseData().setProducerId(id).setProducerEpoch((short) 0));
        }
        if (transactionalId.isEmpty()) {
            return CompletableFuture.completedFuture(refused(Errors.INVALID_REQUEST));
        }
        LOG.info(
                "Refused the transactional producer {} of {}: this node coordinates no transactions",
                transactionalId,
                context.remote());
        return CompletableFuture.completedFuture(refused(Errors.UNSUPPORTED_VERSION));
    }

    private static InitProducerIdResponseData refused(Errors error) {
        return new InitProducerIdResponseData()
                .setErrorCode(error.code())
                .setProducerId(-1)
                .setProducerEpoch((short) -1);
    }
}
