package io.kurier.broker.api.groups;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.coordinator.group.ShareGroups;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ShareGroupDescribeRequestData;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// ShareGroupDescribe: state, members and assignments of share groups (KIP-932).
public final class ShareGroupDescribeHandler implements ApiHandler<ShareGroupDescribeRequestData> {
    private final ShareGroups groups;

    /// @param groups does the work; it never blocks
    public ShareGroupDescribeHandler(ShareGroups groups) {
        this.groups = groups;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.SHARE_GROUP_DESCRIBE;
    }

    @Override
    public boolean mayBlock(ShareGroupDescribeRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<ShareGroupDescribeResponseData> handle(
            RequestContext context, ShareGroupDescribeRequestData request) {
        CompletableFuture<ShareGroupDescribeResponseData> described = groups.describe(request);
        return request.includeAuthorizedOperations()
                ? described.thenApply(ShareGroupDescribeHandler::withOperations)
                : described;
    }

    private static ShareGroupDescribeResponseData withOperations(ShareGroupDescribeResponseData answer) {
        answer.groups().forEach(group -> {
            if (group.errorCode() == Errors.NONE.code()) {
                group.setAuthorizedOperations(DescribeGroupsHandler.ALL_OPERATIONS);
            }
        });
        return answer;
    }
}
