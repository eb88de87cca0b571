package io.kurier.coordinator.group;

import io.kurier.coordinator.Caller;
import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.share.PartitionEnds;
import io.kurier.coordinator.group.share.ShareChecks;
import io.kurier.coordinator.group.share.ShareProtocol;
import io.kurier.coordinator.group.share.ShareSettings;
import io.kurier.coordinator.group.share.ShareStates;
import io.kurier.coordinator.group.share.ShareStates.Begun;
import io.kurier.coordinator.runtime.CoordinatorRuntime;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData;
import org.apache.kafka.common.message.ShareGroupDescribeRequestData;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.ShareGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;

/// All share groups that this node coordinates, behind the share group APIs of the protocol (KIP-932). Safe for use by
/// several threads; no method blocks; no returned future fails: errors are in the answers.
public final class ShareGroups {
    private final CoordinatorRuntime<GroupShard> runtime;
    private final TopicMetadata topics;
    private final ToIntFunction<String> shardOf;
    private final GroupConfigs configs;
    private final Outside outside;
    private final ShareOffsets offsets;

    /// What share groups need of their node.
    ///
    /// @param states keeps what their members acknowledge
    /// @param ends of the partitions that they read
    public record Outside(ShareSettings settings, ShareStates states, PartitionEnds ends) {}

    ShareGroups(
            CoordinatorRuntime<GroupShard> runtime,
            TopicMetadata topics,
            ToIntFunction<String> shardOf,
            GroupConfigs configs,
            Outside outside) {
        this.runtime = runtime;
        this.topics = topics;
        this.shardOf = shardOf;
        this.configs = configs;
        this.outside = outside;
        this.offsets = new ShareOffsets(runtime, topics, shardOf, outside);
    }

    /// Where share groups are in what they read.
    public ShareOffsets offsets() {
        return offsets;
    }

    /// How share groups of a shard are kept.
    ShareProtocol protocol(int shard) {
        return new ShareProtocol(outside.settings(), configs, topics, request -> initialise(shard, request));
    }

    private void initialise(int shard, InitializeShareGroupStateRequestData request) {
        var _ = outside.states()
                .initialise(request)
                .thenCompose(answer -> runtime.<Errors>submit(
                        shard,
                        error -> error,
                        (groups, ticket, now, out) ->
                                groups.shares().begun(request.groupId(), Begun.of(answer), ticket, now, out)));
    }

    /// Deletes a group of any kind that has no members; of a share group the states first.
    CompletableFuture<Errors> deleteGroup(String groupId) {
        return offsets.endAll(groupId)
                .thenCompose(ended -> ended != Errors.NONE
                        ? CompletableFuture.completedFuture(ended)
                        : runtime.<Errors>submit(
                                shardOf.applyAsInt(groupId),
                                error -> error,
                                (groups, ticket, now, out) ->
                                        groups.administration().delete(groupId, ticket, now, out)));
    }

    /// ShareGroupHeartbeat: a member comes, stays or leaves, and learns what it may read.
    public CompletableFuture<ShareGroupHeartbeatResponseData> heartbeat(
            Caller caller, ShareGroupHeartbeatRequestData request) {
        ShareGroupHeartbeatResponseData refused = ShareChecks.check(request);
        return refused != null
                ? CompletableFuture.completedFuture(refused)
                : runtime.submit(
                        shardOf.applyAsInt(request.groupId()),
                        error -> new ShareGroupHeartbeatResponseData().setErrorCode(error.code()),
                        (groups, ticket, now, out) -> groups.shares().heartbeat(caller, request, ticket, now, out));
    }

    /// ShareGroupDescribe, in the order of the request.
    public CompletableFuture<ShareGroupDescribeResponseData> describe(ShareGroupDescribeRequestData request) {
        List<CompletableFuture<DescribedGroup>> parts = request.groupIds().stream()
                .map(groupId -> runtime.<DescribedGroup>submit(
                        shardOf.applyAsInt(groupId),
                        error -> new DescribedGroup().setGroupId(groupId).setErrorCode(error.code()),
                        (groups, ticket, now, out) -> groups.shares().describe(groupId, ticket, out)))
                .toList();
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(nothing -> new ShareGroupDescribeResponseData()
                        .setGroups(parts.stream().map(CompletableFuture::join).toList()));
    }
}
