package io.kurier.broker.api.groups.streams;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ClusterView;
import io.kurier.coordinator.group.StreamsGroups;
import io.kurier.coordinator.group.streams.StreamsChecks;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// StreamsGroupHeartbeat: a member of a streams group is alive, and learns which tasks it may run (KIP-1071).
public final class StreamsGroupHeartbeatHandler implements ApiHandler<StreamsGroupHeartbeatRequestData> {
    private final StreamsGroups groups;
    private final StreamsFeature feature;

    /// @param groups does the work; it never blocks
    /// @param cluster whose `streams.version` must be 1 or more
    public StreamsGroupHeartbeatHandler(StreamsGroups groups, ClusterView cluster) {
        this.groups = groups;
        this.feature = new StreamsFeature(cluster);
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
        return feature.isOn()
                ? groups.heartbeat(context.caller(), request)
                : CompletableFuture.completedFuture(
                        StreamsChecks.refused(Errors.UNSUPPORTED_VERSION, StreamsFeature.REFUSAL));
    }
}
