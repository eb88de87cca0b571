package io.kurier.broker.api.topics;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.api.cluster.ControllerCalls;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// CreatePartitions: the controller adds them to topics that exist (KIP-195).
public final class CreatePartitionsHandler implements ApiHandler<CreatePartitionsRequestData> {
    private static final int FIRST_WITH_REFUSALS = 3;

    private final ControllerCalls controller;
    private final PartitionChanges changes;

    public CreatePartitionsHandler(ControllerCalls controller, PartitionChanges changes) {
        this.controller = controller;
        this.changes = changes;
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
        List<CreatePartitionsTopic> refused = request.validateOnly()
                ? List.of()
                : changes.takeRefused(context, request.topics(), changes::of, FIRST_WITH_REFUSALS);
        return controller
                .submit(request, context.version(), request.timeoutMs(), CreatePartitionsResponseData.class)
                .thenApply(answer -> {
                    for (CreatePartitionsTopic topic : refused) {
                        answer.results()
                                .add(new CreatePartitionsTopicResult()
                                        .setName(topic.name())
                                        .setErrorCode(Errors.THROTTLING_QUOTA_EXCEEDED.code())
                                        .setErrorMessage(PartitionChanges.REFUSAL));
                    }
                    return answer;
                });
    }
}
