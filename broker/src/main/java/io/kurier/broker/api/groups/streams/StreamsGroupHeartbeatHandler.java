package io.kurier.broker.api.groups.streams;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.coordinator.group.StreamsGroups;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/// StreamsGroupHeartbeat: a member of a streams group is alive, and learns which tasks it may run (KIP-1071).
public final class StreamsGroupHeartbeatHandler implements ApiHandler<StreamsGroupHeartbeatRequestData> {
    private final StreamsGroups groups;

    /// @param groups does the work; it never blocks
    public StreamsGroupHeartbeatHandler(StreamsGroups groups) {
        this.groups = groups;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.STREAMS_GROUP_HEARTBEAT;
    }

    @Override
    public boolean mayBlock(StreamsGroupHeartbeatRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<StreamsGroupHeartbeatResponseData> handle(
            RequestContext context, StreamsGroupHeartbeatRequestData request) {
        return groups.heartbeat(context.caller(), request);
    }
}
