package io.kurier.broker.api.topics;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// DeleteTopics, by name or by id (KIP-516): the controller removes them, unless `delete.topic.enable` is off.
public final class DeleteTopicsHandler implements ApiHandler<DeleteTopicsRequestData> {
    private static final int FIRST_WITH_DELETION_DISABLED = 3;

    private final ControllerCalls controller;
    private final BooleanSupplier enabled;

    /// @param enabled `delete.topic.enable`, asked at each request
    public DeleteTopicsHandler(ControllerCalls controller, BooleanSupplier enabled) {
        this.controller = controller;
        this.enabled = enabled;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DELETE_TOPICS;
    }

    @Override
    public boolean mayBlock(DeleteTopicsRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<DeleteTopicsResponseData> handle(RequestContext context, DeleteTopicsRequestData request) {
        if (!enabled.getAsBoolean()) {
            return CompletableFuture.completedFuture(refused(context.version(), request));
        }
        return controller.submit(request, context.version(), request.timeoutMs(), DeleteTopicsResponseData.class);
    }

    private static DeleteTopicsResponseData refused(short version, DeleteTopicsRequestData request) {
        Errors error = version < FIRST_WITH_DELETION_DISABLED ? Errors.INVALID_REQUEST : Errors.TOPIC_DELETION_DISABLED;
        DeleteTopicsResponseData answer = new DeleteTopicsResponseData();
        for (DeleteTopicState topic : request.topics()) {
            answer.responses().add(refused(error).setName(topic.name()).setTopicId(topic.topicId()));
        }
        for (String name : request.topicNames()) {
            answer.responses().add(refused(error).setName(name));
        }
        return answer;
    }

    private static DeletableTopicResult refused(Errors error) {
        return new DeletableTopicResult()
                .setErrorCode(error.code())
                .setErrorMessage("Topics cannot be deleted here: delete.topic.enable is false.");
    }
}
