package io.kurier.broker.api.topics;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// CreateTopics: the controller makes them; a client that asked in version 5 or later learns their settings as well
/// (KIP-525).
public final class CreateTopicsHandler implements ApiHandler<CreateTopicsRequestData> {
    private final ControllerCalls controller;

    public CreateTopicsHandler(ControllerCalls controller) {
        this.controller = controller;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.CREATE_TOPICS;
    }

    @Override
    public boolean mayBlock(CreateTopicsRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<CreateTopicsResponseData> handle(RequestContext context, CreateTopicsRequestData request) {
        return controller.submit(request, context.version(), request.timeoutMs(), CreateTopicsResponseData.class);
    }
}
