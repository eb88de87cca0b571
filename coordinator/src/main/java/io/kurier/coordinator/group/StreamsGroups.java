package io.kurier.coordinator.group;

import io.kurier.coordinator.Caller;
import io.kurier.coordinator.group.streams.StreamsChecks;
import io.kurier.coordinator.group.streams.StreamsOutcome;
import io.kurier.coordinator.group.streams.topology.InternalTopicMaker;
import io.kurier.coordinator.runtime.CoordinatorRuntime;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.message.StreamsGroupDescribeRequestData;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;

/// The streams groups that this node coordinates, behind the APIs of KIP-1071. Safe for use by several threads; no
/// method blocks; no returned future fails: errors are in the answers.
public final class StreamsGroups {
    private final CoordinatorRuntime<GroupShard> runtime;
    private final ToIntFunction<String> shardOf;
    private final InternalTopicMaker maker;

    /// @param shardOf the partition that a group belongs to
    /// @param maker makes the internal topics of applications
    StreamsGroups(CoordinatorRuntime<GroupShard> runtime, ToIntFunction<String> shardOf, InternalTopicMaker maker) {
        this.runtime = runtime;
        this.shardOf = shardOf;
        this.maker = maker;
    }

    /// StreamsGroupHeartbeat: a member comes, stays or leaves, and learns which tasks it may run. If internal topics
    /// are missing they are made before it is answered.
    public CompletableFuture<StreamsGroupHeartbeatResponseData> heartbeat(
            Caller caller, StreamsGroupHeartbeatRequestData request) {
        StreamsGroupHeartbeatResponseData refused = StreamsChecks.check(request);
        if (refused != null) {
            return CompletableFuture.completedFuture(refused);
        }
        int shard = shardOf.applyAsInt(request.groupId());
        Function<Errors, StreamsGroupHeartbeatResponseData> refusal =
                error -> StreamsChecks.refused(error, error.message());
        return runtime.<StreamsOutcome>submit(
                        shard,
                        error -> new StreamsOutcome(refusal.apply(error), List.of()),
                        (groups, ticket, now, out) -> groups.streams().heartbeat(caller, request, ticket, now, out))
                .thenCompose(outcome -> outcome.toMake().isEmpty()
                        ? CompletableFuture.completedFuture(outcome.answer())
                        : maker.make(outcome.toMake())
                                .thenCompose(failures -> runtime.submit(
                                        shard,
                                        refusal,
                                        (groups, ticket, now, out) ->
                                                groups.streams().again(caller, request, failures, ticket, now, out))));
    }

    /// StreamsGroupDescribe, in the order of the request.
    public CompletableFuture<StreamsGroupDescribeResponseData> describe(StreamsGroupDescribeRequestData request) {
        List<CompletableFuture<DescribedGroup>> parts = request.groupIds().stream()
                .map(groupId -> runtime.<DescribedGroup>submit(
                        shardOf.applyAsInt(groupId),
                        error -> new DescribedGroup().setGroupId(groupId).setErrorCode(error.code()),
                        (groups, ticket, now, out) -> groups.streams().describe(groupId, ticket, out)))
                .toList();
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(nothing -> new StreamsGroupDescribeResponseData()
                        .setGroups(parts.stream().map(CompletableFuture::join).toList()));
    }
}
