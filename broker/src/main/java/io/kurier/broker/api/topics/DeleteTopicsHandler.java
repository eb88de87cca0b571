package io.kurier.broker.api.topics;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.api.cluster.ControllerCalls;
import java.util.List;
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
    private static final int FIRST_WITH_REFUSALS = 5;

    private static final String DISABLED = "Topics cannot be deleted here: delete.topic.enable is false.";

    private final ControllerCalls controller;
    private final PartitionChanges changes;
    private final BooleanSupplier enabled;

    /// @param enabled `delete.topic.enable`, asked at each request
    public DeleteTopicsHandler(ControllerCalls controller, PartitionChanges changes, BooleanSupplier enabled) {
        this.controller = controller;
        this.changes = changes;
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
            DeleteTopicsResponseData answer = new DeleteTopicsResponseData();
            Errors error = context.version() < FIRST_WITH_DELETION_DISABLED
                    ? Errors.INVALID_REQUEST
                    : Errors.TOPIC_DELETION_DISABLED;
            refuse(answer, request.topics(), request.topicNames(), error, DISABLED);
            return CompletableFuture.completedFuture(answer);
        }
        List<DeleteTopicState> refused =
                changes.takeRefused(context, request.topics(), changes::of, FIRST_WITH_REFUSALS);
        List<String> refusedNames =
                changes.takeRefused(context, request.topicNames(), changes::ofName, FIRST_WITH_REFUSALS);
        return controller
                .submit(request, context.version(), request.timeoutMs(), DeleteTopicsResponseData.class)
                .thenApply(answer -> {
                    refuse(answer, refused, refusedNames, Errors.THROTTLING_QUOTA_EXCEEDED, PartitionChanges.REFUSAL);
                    return answer;
                });
    }

    private static void refuse(
            DeleteTopicsResponseData answer,
            List<DeleteTopicState> topics,
            List<String> names,
            Errors error,
            String message) {
        for (DeleteTopicState topic : topics) {
            answer.responses()
                    .add(new DeletableTopicResult()
                            .setName(topic.name())
                            .setTopicId(topic.topicId())
                            .setErrorCode(error.code())
                            .setErrorMessage(message));
        }
        for (String name : names) {
            answer.responses()
                    .add(new DeletableTopicResult()
                            .setName(name)
                            .setErrorCode(error.code())
                            .setErrorMessage(message));
        }
    }
}
