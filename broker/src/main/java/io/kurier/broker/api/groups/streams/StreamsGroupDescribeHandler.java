package io.kurier.broker.api.groups.streams;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.api.groups.DescribeGroupsHandler;
import io.kurier.cluster.ClusterView;
import io.kurier.coordinator.group.StreamsGroups;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.StreamsGroupDescribeRequestData;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// StreamsGroupDescribe: topology, members and tasks of streams groups (KIP-1071). Descriptions of topologies
/// (KIP-1331) are not stored.
public final class StreamsGroupDescribeHandler implements ApiHandler<StreamsGroupDescribeRequestData> {
    private static final byte NO_DESCRIPTION = 1;

    private final StreamsGroups groups;
    private final StreamsFeature feature;

    /// @param groups does the work; it never blocks
    /// @param cluster whose `streams.version` must be 1 or more
    public StreamsGroupDescribeHandler(StreamsGroups groups, ClusterView cluster) {
        this.groups = groups;
        this.feature = new StreamsFeature(cluster);
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.STREAMS_GROUP_DESCRIBE;
    }

    @Override
    public boolean mayBlock(StreamsGroupDescribeRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<StreamsGroupDescribeResponseData> handle(
            RequestContext context, StreamsGroupDescribeRequestData request) {
        if (!feature.isOn()) {
            StreamsGroupDescribeResponseData refused = new StreamsGroupDescribeResponseData();
            request.groupIds()
                    .forEach(groupId -> refused.groups()
                            .add(new DescribedGroup()
                                    .setGroupId(groupId)
                                    .setErrorCode(Errors.UNSUPPORTED_VERSION.code())
                                    .setErrorMessage(StreamsFeature.REFUSAL)));
            return CompletableFuture.completedFuture(refused);
        }
        return groups.describe(request).thenApply(answer -> {
            answer.groups().forEach(group -> {
                if (request.includeAuthorizedOperations() && group.errorCode() == Errors.NONE.code()) {
                    group.setAuthorizedOperations(DescribeGroupsHandler.ALL_OPERATIONS);
                }
                if (request.includeTopologyDescription()) {
                    group.setTopologyDescriptionStatus(NO_DESCRIPTION);
                }
            });
            return answer;
        });
    }
}
