package io.kurier.broker.api.topics;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.api.cluster.ControllerCalls;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// CreateTopics: the controller makes them; a client that asked in version 5 or later learns their settings as well
/// (KIP-525).
public final class CreateTopicsHandler implements ApiHandler<CreateTopicsRequestData> {
    private static final int FIRST_WITH_REFUSALS = 6;

    private final ControllerCalls controller;
    private final PartitionChanges changes;

    public CreateTopicsHandler(ControllerCalls controller, PartitionChanges changes) {
        this.controller = controller;
        this.changes = changes;
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
        List<CreatableTopic> refused = request.validateOnly()
                ? List.of()
                : changes.takeRefused(context, request.topics(), changes::of, FIRST_WITH_REFUSALS);
        return controller
                .submit(request, context.version(), request.timeoutMs(), CreateTopicsResponseData.class)
                .thenApply(answer -> {
                    for (CreatableTopic topic : refused) {
                        answer.topics()
                                .add(new CreatableTopicResult()
                                        .setName(topic.name())
                                        .setErrorCode(Errors.THROTTLING_QUOTA_EXCEEDED.code())
                                        .setErrorMessage(PartitionChanges.REFUSAL));
                    }
                    return answer;
                });
    }
}
