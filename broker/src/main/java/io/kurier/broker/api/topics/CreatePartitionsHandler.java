package io.kurier.broker.api.topics;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// CreatePartitions: the controller adds them to topics that exist (KIP-195).
public final class CreatePartitionsHandler implements ApiHandler<CreatePartitionsRequestData> {
    private final ControllerCalls controller;

    public CreatePartitionsHandler(ControllerCalls controller) {
        this.controller = controller;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.CREATE_PARTITIONS;
    }

    @Override
    public boolean mayBlock(CreatePartitionsRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<CreatePartitionsResponseData> handle(
            RequestContext context, CreatePartitionsRequestData request) {
        return controller.submit(request, context.version(), request.timeoutMs(), CreatePartitionsResponseData.class);
    }
}
