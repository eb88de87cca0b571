package io.kurier.broker.api.groups;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.coordinator.group.GroupCoordinator;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// DescribeGroups: state, members and assignments of groups.
public final class DescribeGroupsHandler implements ApiHandler<DescribeGroupsRequestData> {
    /// READ, DELETE and DESCRIBE, as the bits of their codes: all that can be done to a group, where nothing
    /// restricts it.
    public static final int ALL_OPERATIONS = 1 << 3 | 1 << 6 | 1 << 8;

    private final GroupCoordinator groups;

    /// @param groups does the work; it never blocks
    public DescribeGroupsHandler(GroupCoordinator groups) {
        this.groups = groups;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_GROUPS;
    }

    @Override
    public boolean mayBlock(DescribeGroupsRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<DescribeGroupsResponseData> handle(
            RequestContext context, DescribeGroupsRequestData request) {
        CompletableFuture<DescribeGroupsResponseData> described = groups.describeGroups(context.caller(), request);
        return request.includeAuthorizedOperations()
                ? described.thenApply(DescribeGroupsHandler::withOperations)
                : described;
    }

    private static DescribeGroupsResponseData withOperations(DescribeGroupsResponseData answer) {
        answer.groups().forEach(group -> {
            if (group.errorCode() == Errors.NONE.code()) {
                group.setAuthorizedOperations(ALL_OPERATIONS);
            }
        });
        return answer;
    }
}
