package io.kurier.broker.api.groups;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.coordinator.group.GroupCoordinator;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// ConsumerGroupDescribe: state, members and assignments of consumer groups (KIP-848).
public final class ConsumerGroupDescribeHandler implements ApiHandler<ConsumerGroupDescribeRequestData> {
    private final GroupCoordinator groups;

    /// @param groups does the work; it never blocks
    public ConsumerGroupDescribeHandler(GroupCoordinator groups) {
        this.groups = groups;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.CONSUMER_GROUP_DESCRIBE;
    }

    @Override
    public boolean mayBlock(ConsumerGroupDescribeRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<ConsumerGroupDescribeResponseData> handle(
            RequestContext context, ConsumerGroupDescribeRequestData request) {
        CompletableFuture<ConsumerGroupDescribeResponseData> described = groups.describeConsumerGroups(request);
        return request.includeAuthorizedOperations()
                ? described.thenApply(ConsumerGroupDescribeHandler::withOperations)
                : described;
    }

    private static ConsumerGroupDescribeResponseData withOperations(ConsumerGroupDescribeResponseData answer) {
        answer.groups().forEach(group -> {
            if (group.errorCode() == Errors.NONE.code()) {
                group.setAuthorizedOperations(DescribeGroupsHandler.ALL_OPERATIONS);
            }
        });
        return answer;
    }
}
