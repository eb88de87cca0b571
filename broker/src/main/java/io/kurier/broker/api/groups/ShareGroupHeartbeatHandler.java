package io.kurier.broker.api.groups;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.coordinator.group.ShareGroups;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ShareGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// ShareGroupHeartbeat: a member of a share group is alive, and learns what it may read (KIP-932).
public final class ShareGroupHeartbeatHandler implements ApiHandler<ShareGroupHeartbeatRequestData> {
    private final ShareGroups groups;

    /// @param groups does the work; it never blocks
    public ShareGroupHeartbeatHandler(ShareGroups groups) {
        this.groups = groups;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.SHARE_GROUP_HEARTBEAT;
    }

    @Override
    public boolean mayBlock(ShareGroupHeartbeatRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<ShareGroupHeartbeatResponseData> handle(
            RequestContext context, ShareGroupHeartbeatRequestData request) {
        return groups.heartbeat(context.caller(), request);
    }
}
