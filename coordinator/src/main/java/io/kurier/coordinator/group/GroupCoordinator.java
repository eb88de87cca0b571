package io.kurier.coordinator.group;

import io.kurier.coordinator.BatchKind;
import io.kurier.coordinator.Caller;
import io.kurier.coordinator.CoordinatorLog;
import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.GroupAdministration.Listing;
import io.kurier.coordinator.group.classic.GroupEvent;
import io.kurier.coordinator.group.classic.JoinAnswers;
import io.kurier.coordinator.group.consumer.ConsumerChecks;
import io.kurier.coordinator.group.offsets.OffsetAnswers;
import io.kurier.coordinator.group.offsets.TxnOffsetAnswers;
import io.kurier.coordinator.group.streams.topology.InternalTopicMaker;
import io.kurier.coordinator.runtime.CoordinatorRuntime;
import io.kurier.coordinator.runtime.RuntimeLimits;
import io.kurier.kernel.World;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Utils;

/// All groups that this node coordinates, behind the group APIs of the protocol. Safe for use by several threads; no
/// method blocks; no returned future fails: errors are in the answers. An answer is for the request's version.
public final class GroupCoordinator implements AutoCloseable {
    /// The topic that it keeps its records in.
    public static final String TOPIC = "__consumer_offsets";

    private final CoordinatorRuntime<GroupShard> runtime;
    private final World world;
    private final GroupSettings settings;
    private final Outside outside;
    private final GroupConfigs configs;
    private final ShareGroups shares;

    /// What it needs of its node.
    ///
    /// @param shardCount partitions of [#TOPIC]: what it really has once it exists, `offsets.topic.num.partitions`
    ///     before
    /// @param ofShares what share groups need
    public record Outside(
            CoordinatorLog log, TopicMetadata topics, IntSupplier shardCount, ShareGroups.Outside ofShares) {}

    /// @param configs settings of single groups
    public GroupCoordinator(World world, Outside outside, GroupSettings settings, GroupConfigs configs) {
        this.world = world;
        this.settings = settings;
        this.outside = outside;
        this.configs = configs;
        this.runtime = new CoordinatorRuntime<>(
                world,
                "groups",
                outside.log(),
                (shard, leaderEpoch) -> shard(shard),
                new RuntimeLimits(settings.maxBatchBytes(), settings.maxQueuedEvents()));
        this.shares = new ShareGroups(runtime, outside.topics(), this::shardOf, outside.ofShares());
    }

    private GroupShard shard(int number) {
        return new GroupShard(settings, configs, outside.topics(), world.random(), shares.protocol(number));
    }

    /// Share groups.
    public ShareGroups shares() {
        return shares;
    }

    /// The streams groups among them.
    ///
    /// @param maker makes the internal topics of applications
    public StreamsGroups streams(InternalTopicMaker maker) {
        return new StreamsGroups(runtime, this::shardOf, maker);
    }

    /// The partition that a group belongs to.
    public int shardOf(String groupId) {
        return Utils.abs(groupId.hashCode()) % outside.shardCount().getAsInt();
    }

    /// This node leads partition `shard` in this epoch; loads it, once an epoch. Until that is done all are told
    /// COORDINATOR_LOAD_IN_PROGRESS.
    public void becomeLeader(int shard, int leaderEpoch) {
        runtime.load(shard, leaderEpoch);
    }

    /// This node does not lead partition `shard` any more, as of this epoch: all are told NOT_COORDINATOR.
    public void resign(int shard, int leaderEpoch) {
        runtime.unload(shard, leaderEpoch);
    }

    /// These topics are gone: forgets all offsets committed for them, where this node is in charge.
    public void topicsDeleted(Collection<String> topics) {
        Set<String> deleted = Set.copyOf(topics);
        for (int shard : runtime.led()) {
            CompletableFuture<Errors> _ = runtime.submit(
                    shard,
                    error -> error,
                    (groups, ticket, now, out) -> groups.topicsDeleted(deleted, ticket, now, out));
        }
    }

    /// JoinGroup: answered when the next generation is formed, which may take as long as a member's rebalance timeout.
    public CompletableFuture<JoinGroupResponseData> joinGroup(Caller caller, JoinGroupRequestData request) {
        Function<Errors, JoinGroupResponseData> refusal = error -> JoinAnswers.error(request.memberId(), error);
        if (request.groupId().isEmpty() || !Names.fit(request.groupId())) {
            return done(refusal.apply(Errors.INVALID_GROUP_ID));
        }
        if (!Names.fit(request)) {
            return done(refusal.apply(Errors.INVALID_REQUEST));
        }
        if (request.sessionTimeoutMs() < settings.minSessionTimeoutMs()
                || request.sessionTimeoutMs() > settings.maxSessionTimeoutMs()) {
            return done(refusal.apply(Errors.INVALID_SESSION_TIMEOUT));
        }
        return runtime.submit(
                shardOf(request.groupId()),
                refusal,
                (groups, ticket, now, out) -> groups.join(caller, request, ticket, now, out));
    }

    /// SyncGroup: answered when the leader's assignment is stored.
    public CompletableFuture<SyncGroupResponseData> syncGroup(Caller caller, SyncGroupRequestData request) {
        Function<Errors, SyncGroupResponseData> refusal =
                error -> new SyncGroupResponseData().setErrorCode(error.code());
        if (request.groupId().isEmpty()) {
            return done(refusal.apply(Errors.INVALID_GROUP_ID));
        }
        if (caller.version() >= 5 && (request.protocolType() == null || request.protocolName() == null)) {
            return done(refusal.apply(Errors.INCONSISTENT_GROUP_PROTOCOL));
        }
        return runtime.submit(
                shardOf(request.groupId()),
                refusal,
                (groups, ticket, now, out) -> groups.sync(request, ticket, now, out));
    }

    /// Heartbeat of a member.
    public CompletableFuture<HeartbeatResponseData> heartbeat(Caller caller, HeartbeatRequestData request) {
        Function<Errors, HeartbeatResponseData> refusal =
                error -> new HeartbeatResponseData().setErrorCode(error.code());
        if (request.groupId().isEmpty()) {
            return done(refusal.apply(Errors.INVALID_GROUP_ID));
        }
        return runtime.submit(
                shardOf(request.groupId()),
                refusal,
                (groups, ticket, now, out) -> groups.heartbeat(request, ticket, now, out));
    }

    /// ConsumerGroupHeartbeat: a member of a consumer group comes, stays or leaves, and learns what it may read
    /// (KIP-848).
    public CompletableFuture<ConsumerGroupHeartbeatResponseData> consumerHeartbeat(
            Caller caller, ConsumerGroupHeartbeatRequestData request) {
        if (caller.version() == 0 && request.memberId().isEmpty()) {
            // only later versions leave that to the member
            request.setMemberId(
                    new Uuid(world.random().nextLong(), world.random().nextLong()).toString());
        }
        ConsumerGroupHeartbeatResponseData refused = ConsumerChecks.check(request, settings.consumers());
        if (refused != null) {
            return done(refused);
        }
        return runtime.submit(
                shardOf(request.groupId()),
                error -> new ConsumerGroupHeartbeatResponseData().setErrorCode(error.code()),
                (groups, ticket, now, out) -> groups.consumerHeartbeat(caller, request, ticket, now, out));
    }

    /// ConsumerGroupDescribe, in the order of the request (KIP-848).
    public CompletableFuture<ConsumerGroupDescribeResponseData> describeConsumerGroups(
            ConsumerGroupDescribeRequestData request) {
        var parts = request.groupIds().stream()
                .map(groupId -> runtime.<ConsumerGroupDescribeResponseData.DescribedGroup>submit(
                        shardOf(groupId),
                        error -> new ConsumerGroupDescribeResponseData.DescribedGroup()
                                .setGroupId(groupId)
                                .setErrorCode(error.code()),
                        (groups, ticket, now, out) ->
                                groups.administration().describeConsumer(groupId, outside.topics(), ticket, out)))
                .toList();
        return all(parts).thenApply(groups -> new ConsumerGroupDescribeResponseData().setGroups(groups));
    }

    /// LeaveGroup; before version 3 of one member, whose error is the answer's.
    public CompletableFuture<LeaveGroupResponseData> leaveGroup(Caller caller, LeaveGroupRequestData request) {
        Function<Errors, LeaveGroupResponseData> refusal =
                error -> new LeaveGroupResponseData().setErrorCode(error.code());
        if (request.groupId().isEmpty()) {
            return done(refusal.apply(Errors.INVALID_GROUP_ID));
        }
        boolean single = caller.version() < 3;
        LeaveGroupRequestData batch = single
                ? request.duplicate().setMembers(List.of(new MemberIdentity().setMemberId(request.memberId())))
                : request;
        CompletableFuture<LeaveGroupResponseData> left = runtime.submit(
                shardOf(request.groupId()),
                refusal,
                (groups, ticket, now, out) -> groups.leave(batch, ticket, now, out));
        return single ? left.thenApply(GroupCoordinator::unwrapped) : left;
    }

    private static LeaveGroupResponseData unwrapped(LeaveGroupResponseData answer) {
        return answer.members().isEmpty()
                ? answer
                : new LeaveGroupResponseData()
                        .setErrorCode(answer.members().getFirst().errorCode());
    }

    /// OffsetCommit: answered when the offsets are stored.
    public CompletableFuture<OffsetCommitResponseData> commitOffsets(Caller caller, OffsetCommitRequestData request) {
        if (!Names.fit(request.groupId())) {
            return done(OffsetAnswers.commitRefused(request, Errors.INVALID_GROUP_ID));
        }
        return runtime.submit(
                shardOf(request.groupId()),
                error -> OffsetAnswers.commitRefused(request, error),
                (groups, ticket, now, out) -> groups.offsets().commit(caller, request, ticket, now, out));
    }

    /// TxnOffsetCommit: answered when the offsets are stored; they hold when the transaction commits. Whether it is
    /// open is not asked here.
    ///
    /// @param markers what [#markersOf] said before the transaction was verified; negative if it needed none
    public CompletableFuture<TxnOffsetCommitResponseData> commitOffsets(
            Caller caller, TxnOffsetCommitRequestData request, long markers) {
        if (!Names.fit(request.groupId())) {
            return done(TxnOffsetAnswers.refused(request, Errors.INVALID_GROUP_ID));
        }
        return runtime.submit(
                shardOf(request.groupId()),
                error -> TxnOffsetAnswers.refused(request, error),
                (groups, ticket, now, out) ->
                        groups.txnOffsets().commit(request, caller.version() >= 6, markers, ticket, now, out));
    }

    /// How many ends of a producer's transactions were seen where a group's offsets are; 0 if nobody can tell now.
    public CompletableFuture<Long> markersOf(String groupId, long producerId) {
        return runtime.submit(
                shardOf(groupId),
                error -> 0L,
                (groups, ticket, now, out) -> groups.txnOffsets().markers(producerId, ticket, out));
    }

    /// Ends a producer's transaction in partition `shard`: its marker is written, and offsets that were committed in it
    /// hold, or are forgotten. Answered when that is stored; NOT_LEADER_OR_FOLLOWER if this node does not lead the
    /// partition.
    public CompletableFuture<Errors> endTransaction(int shard, BatchKind.Marker marker) {
        return runtime.submit(
                shard,
                error -> error == Errors.NOT_COORDINATOR ? Errors.NOT_LEADER_OR_FOLLOWER : error,
                (groups, ticket, now, out) -> groups.txnOffsets().end(marker, ticket, out));
    }

    /// OffsetFetch of one group (before version 8) or several.
    public CompletableFuture<OffsetFetchResponseData> fetchOffsets(Caller caller, OffsetFetchRequestData request) {
        boolean stable = request.requireStable();
        if (caller.version() < 8) {
            return fetchGroup(caller, onlyGroup(request), stable)
                    .thenApply(group -> OffsetAnswers.ofOneGroup(request, group, caller.version()));
        }
        List<CompletableFuture<OffsetFetchResponseGroup>> parts = request.groups().stream()
                .map(group -> fetchGroup(caller, group, stable))
                .toList();
        return all(parts).thenApply(groups -> new OffsetFetchResponseData().setGroups(groups));
    }

    private static OffsetFetchRequestGroup onlyGroup(OffsetFetchRequestData request) {
        List<OffsetFetchRequestTopics> topics = request.topics() == null
                ? null
                : request.topics().stream()
                        .map(topic -> new OffsetFetchRequestTopics()
                                .setName(topic.name())
                                .setPartitionIndexes(topic.partitionIndexes()))
                        .toList();
        return new OffsetFetchRequestGroup().setGroupId(request.groupId()).setTopics(topics);
    }

    private CompletableFuture<OffsetFetchResponseGroup> fetchGroup(
            Caller caller, OffsetFetchRequestGroup group, boolean stable) {
        OffsetAnswers.Form form = new OffsetAnswers.Form(caller.version() >= 10, outside.topics());
        return runtime.submit(
                shardOf(group.groupId()),
                error -> OffsetAnswers.fetchRefused(group, error),
                (groups, ticket, now, out) -> groups.offsets().fetch(group, form, stable, ticket, out));
    }

    /// OffsetDelete.
    public CompletableFuture<OffsetDeleteResponseData> deleteOffsets(Caller caller, OffsetDeleteRequestData request) {
        return runtime.submit(
                shardOf(request.groupId()),
                error -> new OffsetDeleteResponseData().setErrorCode(error.code()),
                (groups, ticket, now, out) -> groups.offsets().delete(request, ticket, now, out));
    }

    /// ListGroups: those that this node coordinates; an error if it does not know them all yet.
    public CompletableFuture<ListGroupsResponseData> listGroups(Caller caller, ListGroupsRequestData request) {
        List<CompletableFuture<Listing>> parts = runtime.led().stream()
                .map(shard -> runtime.<Listing>submit(
                        shard,
                        error -> new Listing(error, List.of()),
                        (groups, ticket, now, out) -> groups.administration().list(request, ticket, out)))
                .toList();
        return all(parts).thenApply(Listing::together);
    }

    /// DescribeGroups, in the order of the request.
    public CompletableFuture<DescribeGroupsResponseData> describeGroups(
            Caller caller, DescribeGroupsRequestData request) {
        List<CompletableFuture<DescribedGroup>> parts = request.groups().stream()
                .map(groupId -> runtime.<DescribedGroup>submit(
                        shardOf(groupId),
                        error -> new DescribedGroup().setGroupId(groupId).setErrorCode(error.code()),
                        (groups, ticket, now, out) ->
                                groups.administration().describe(groupId, caller.version(), ticket, out)))
                .toList();
        return all(parts).thenApply(groups -> new DescribeGroupsResponseData().setGroups(groups));
    }

    /// DeleteGroups: each group for itself.
    public CompletableFuture<DeleteGroupsResponseData> deleteGroups(Caller caller, DeleteGroupsRequestData request) {
        List<CompletableFuture<DeletableGroupResult>> parts = request.groupsNames().stream()
                .distinct()
                .map(groupId ->
                        shares.deleteGroup(groupId).thenApply(error -> GroupAdministration.deleted(groupId, error)))
                .toList();
        return all(parts).thenApply(results -> {
            DeleteGroupsResponseData answer = new DeleteGroupsResponseData();
            answer.results().addAll(results);
            return answer;
        });
    }

    /// What happened to a group lately, oldest first; nothing if it is unknown here.
    public CompletableFuture<List<GroupEvent>> history(String groupId) {
        return runtime.submit(
                shardOf(groupId),
                error -> List.of(),
                (groups, ticket, now, out) -> groups.administration().history(groupId, ticket, out));
    }

    private static <T> CompletableFuture<T> done(T answer) {
        return CompletableFuture.completedFuture(answer);
    }

    private static <T> CompletableFuture<List<T>> all(List<CompletableFuture<T>> parts) {
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(
                        nothing -> parts.stream().map(CompletableFuture::join).toList());
    }

    @Override
    public void close() {
        runtime.close();
    }
}
