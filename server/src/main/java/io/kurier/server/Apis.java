package io.kurier.server;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.ApiRegistry;
import io.kurier.broker.api.ApiVersionsHandler;
import io.kurier.broker.api.GatedApi;
import io.kurier.broker.api.cluster.BrokerCalls;
import io.kurier.broker.api.cluster.ControllerCalls;
import io.kurier.broker.api.cluster.ElectLeadersHandler;
import io.kurier.broker.api.cluster.EnvelopeHandler;
import io.kurier.broker.api.cluster.UnregisterBrokerHandler;
import io.kurier.broker.api.cluster.UpdateFeaturesHandler;
import io.kurier.broker.api.configs.AlterConfigsHandler;
import io.kurier.broker.api.configs.CoordinatedGroupEvents;
import io.kurier.broker.api.configs.DescribeConfigsHandler;
import io.kurier.broker.api.configs.GroupEvents;
import io.kurier.broker.api.configs.IncrementalAlterConfigsHandler;
import io.kurier.broker.api.configs.ListConfigResourcesHandler;
import io.kurier.broker.api.groups.ConsumerGroupDescribeHandler;
import io.kurier.broker.api.groups.ConsumerGroupHeartbeatHandler;
import io.kurier.broker.api.groups.DeleteGroupsHandler;
import io.kurier.broker.api.groups.DescribeGroupsHandler;
import io.kurier.broker.api.groups.FindCoordinatorHandler;
import io.kurier.broker.api.groups.HeartbeatHandler;
import io.kurier.broker.api.groups.JoinGroupHandler;
import io.kurier.broker.api.groups.LeaveGroupHandler;
import io.kurier.broker.api.groups.ListGroupsHandler;
import io.kurier.broker.api.groups.OffsetCommitHandler;
import io.kurier.broker.api.groups.OffsetDeleteHandler;
import io.kurier.broker.api.groups.OffsetFetchHandler;
import io.kurier.broker.api.groups.ShareGroupDescribeHandler;
import io.kurier.broker.api.groups.ShareGroupHeartbeatHandler;
import io.kurier.broker.api.groups.SyncGroupHandler;
import io.kurier.broker.api.groups.streams.StreamsGroupDescribeHandler;
import io.kurier.broker.api.groups.streams.StreamsGroupHeartbeatHandler;
import io.kurier.broker.api.groups.streams.StreamsTopicMaker;
import io.kurier.broker.api.metadata.DescribeClusterHandler;
import io.kurier.broker.api.metadata.DescribeTopicPartitionsHandler;
import io.kurier.broker.api.metadata.MetadataHandler;
import io.kurier.broker.api.metadata.NewLeaderWait;
import io.kurier.broker.api.metadata.NodeAddresses;
import io.kurier.broker.api.metadata.TopicCreator;
import io.kurier.broker.api.producers.InitProducerIdHandler;
import io.kurier.broker.api.quorum.AddRaftVoterHandler;
import io.kurier.broker.api.quorum.DescribeQuorumHandler;
import io.kurier.broker.api.quorum.MetadataFetch;
import io.kurier.broker.api.quorum.QuorumApi;
import io.kurier.broker.api.quorum.RemoveRaftVoterHandler;
import io.kurier.broker.api.quotas.AlterClientQuotasHandler;
import io.kurier.broker.api.quotas.DescribeClientQuotasHandler;
import io.kurier.broker.api.records.FetchHandler;
import io.kurier.broker.api.records.FetchSessions;
import io.kurier.broker.api.records.LeaderHints;
import io.kurier.broker.api.records.ListOffsetsHandler;
import io.kurier.broker.api.records.OffsetForLeaderEpochHandler;
import io.kurier.broker.api.records.ProduceHandler;
import io.kurier.broker.api.records.RackReplicas;
import io.kurier.broker.api.security.DescribeUserScramCredentialsHandler;
import io.kurier.broker.api.sharestate.ShareStateApi;
import io.kurier.broker.api.storage.AlterReplicaLogDirsHandler;
import io.kurier.broker.api.storage.DeleteRecordsHandler;
import io.kurier.broker.api.storage.DescribeLogDirsHandler;
import io.kurier.broker.api.storage.DescribeProducersHandler;
import io.kurier.broker.api.telemetry.ClientTelemetry;
import io.kurier.broker.api.telemetry.GetTelemetrySubscriptionsHandler;
import io.kurier.broker.api.telemetry.PushTelemetryHandler;
import io.kurier.broker.api.topics.AlterPartitionReassignmentsHandler;
import io.kurier.broker.api.topics.CreatePartitionsHandler;
import io.kurier.broker.api.topics.CreateTopicsHandler;
import io.kurier.broker.api.topics.DeleteTopicsHandler;
import io.kurier.broker.api.topics.ListPartitionReassignmentsHandler;
import io.kurier.broker.api.topics.PartitionChanges;
import io.kurier.broker.api.transactions.AddOffsetsToTxnHandler;
import io.kurier.broker.api.transactions.AddPartitionsToTxnHandler;
import io.kurier.broker.api.transactions.DescribeTransactionsHandler;
import io.kurier.broker.api.transactions.EndTxnHandler;
import io.kurier.broker.api.transactions.ListTransactionsHandler;
import io.kurier.broker.api.transactions.TxnOffsetCommitHandler;
import io.kurier.broker.api.transactions.WriteTxnMarkersHandler;
import io.kurier.broker.compaction.Compactor;
import io.kurier.broker.internal.Coordinators;
import io.kurier.broker.replica.DataFolders;
import io.kurier.broker.replica.DirectoryAssignments;
import io.kurier.broker.replica.Partitions;
import io.kurier.broker.replica.ReplicaMoves;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.KRaftCluster;
import io.kurier.cluster.config.FetchSettings;
import io.kurier.cluster.config.ReplicationSettings;
import io.kurier.cluster.config.TopicDefaults;
import io.kurier.cluster.raft.FeatureLevels;
import io.kurier.coordinator.group.GroupCoordinator;
import io.kurier.coordinator.group.StreamsGroups;
import io.kurier.coordinator.txn.TransactionCoordinator;
import io.kurier.kernel.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/// Every API that a node serves, put together: the list to read when one wants to know what there is.
final class Apis {
    /// What the handlers work on.
    record Rooms(
            World world,
            LiveSettings settings,
            KRaftCluster cluster,
            Storage storage,
            GroupCoordinator groups,
            Transactions transactions,
            Shares shares,
            TopicCreator creator,
            ClientTelemetry telemetry) {
        Partitions partitions() {
            return storage.partitions();
        }
    }

    /// What lies on this node's disks.
    record Storage(
            Partitions partitions,
            DataFolders folders,
            DirectoryAssignments assignments,
            ReplicaMoves moves,
            Compactor compactor) {}

    /// `max.request.partition.size.limit` of Kafka.
    private static final int MOST_PARTITIONS_DESCRIBED = 2_000;
    private static final String SHARE_VERSION = "share.version";

    private Apis() {}

    /// What a starting node serves: the other voters must reach it, or a quorum that stood still could never elect.
    /// ApiVersions is not among it, so that clients come again later.
    static List<ApiHandler<?>> whileStarting(KRaftCluster cluster) {
        List<ApiHandler<?>> some = new ArrayList<>(QuorumApi.all(cluster));
        some.add(QuorumApi.fetch(cluster));
        some.add(new EnvelopeHandler(cluster));
        return some;
    }

    /// Everything.
    static List<ApiHandler<?>> all(ApiRegistry registry, Rooms rooms, NodeAddresses addresses) {
        List<ApiHandler<?>> all = new ArrayList<>();
        all.addAll(records(rooms, addresses));
        all.addAll(storage(rooms));
        all.addAll(metadata(rooms, addresses));
        all.addAll(topics(rooms));
        all.addAll(answeredFromMetadata(rooms));
        all.addAll(groups(rooms, addresses));
        all.addAll(streamsGroups(rooms));
        all.addAll(shares(rooms, addresses));
        all.addAll(transactions(rooms));
        all.addAll(configs(
                rooms.world(),
                rooms.settings(),
                rooms.cluster(),
                new CoordinatedGroupEvents(
                        rooms.cluster(), rooms.groups(), rooms.transactions().calls())));
        all.addAll(cluster(rooms.world(), rooms.cluster()));
        all.add(new GetTelemetrySubscriptionsHandler(rooms.telemetry()));
        all.add(new PushTelemetryHandler(rooms.telemetry()));
        all.add(new ApiVersionsHandler(registry, rooms.cluster(), FeatureLevels.supported()));
        return all;
    }

    private static List<ApiHandler<?>> records(Rooms rooms, NodeAddresses addresses) {
        FetchSettings fetch = FetchSettings.of(rooms.settings().get());
        ProduceHandler produce = new ProduceHandler(
                rooms.partitions(), rooms.world().clock(), rooms.transactions().verifications());
        FetchHandler records = new FetchHandler(
                rooms.world(),
                rooms.partitions(),
                new FetchSessions(fetch.sessionSlots(), rooms.world().random()),
                fetch.maxBytes(),
                racks(rooms, addresses));
        return List.of(
                new LeaderHints<>(produce, rooms.cluster(), addresses),
                new MetadataFetch(rooms.cluster(), new LeaderHints<>(records, rooms.cluster(), addresses)),
                new ListOffsetsHandler(rooms.world(), rooms.partitions()),
                new OffsetForLeaderEpochHandler(rooms.partitions()));
    }

    /// Null where consumers read from leaders only.
    private static @Nullable RackReplicas racks(Rooms rooms, NodeAddresses addresses) {
        int nodeId = rooms.settings().config().identity().nodeId();
        return ReplicationSettings.of(rooms.settings().get()).rackAware()
                ? new RackReplicas(nodeId, rooms.cluster(), addresses)
                : null;
    }

    private static List<ApiHandler<?>> storage(Rooms rooms) {
        return List.of(
                new DeleteRecordsHandler(rooms.world(), rooms.partitions(), rooms.creator()::isInternal),
                new DescribeLogDirsHandler(rooms.storage().folders()),
                new AlterReplicaLogDirsHandler(rooms.storage().moves()),
                new DescribeProducersHandler(rooms.partitions()));
    }

    private static List<ApiHandler<?>> groups(Rooms rooms, NodeAddresses addresses) {
        GroupCoordinator groups = rooms.groups();
        Coordinators coordinators = new Coordinators(rooms.cluster(), rooms.creator(), addresses);
        return List.of(
                new FindCoordinatorHandler(
                        groups,
                        rooms.transactions().coordinator(),
                        rooms.shares().coordinator(),
                        coordinators,
                        coordinators),
                new JoinGroupHandler(groups),
                new SyncGroupHandler(groups),
                new HeartbeatHandler(groups),
                new LeaveGroupHandler(groups),
                new ConsumerGroupHeartbeatHandler(groups),
                new ConsumerGroupDescribeHandler(groups),
                new OffsetCommitHandler(groups),
                new OffsetFetchHandler(groups),
                new OffsetDeleteHandler(groups),
                new ListGroupsHandler(groups),
                new DescribeGroupsHandler(groups),
                new DeleteGroupsHandler(groups));
    }

    private static List<ApiHandler<?>> streamsGroups(Rooms rooms) {
        StreamsGroups groups = rooms.groups()
                .streams(new StreamsTopicMaker(
                        new ControllerCalls(rooms.cluster(), rooms.world().timers())));
        return List.of(
                new StreamsGroupHeartbeatHandler(groups, rooms.cluster()),
                new StreamsGroupDescribeHandler(groups, rooms.cluster()));
    }

    private static List<ApiHandler<?>> shares(Rooms rooms, NodeAddresses addresses) {
        List<ApiHandler<?>> all = new ArrayList<>(
                ShareStateApi.ofAdministrators(rooms.groups().shares().offsets()));
        all.addAll(rooms.shares().reads().handlers(addresses));
        all.add(new ShareGroupHeartbeatHandler(rooms.groups().shares()));
        all.add(new ShareGroupDescribeHandler(rooms.groups().shares()));
        all.replaceAll(api -> ofShareGroups(api, rooms.cluster()));
        all.addAll(ShareStateApi.all(rooms.shares().coordinator()));
        return all;
    }

    private static <Q extends ApiMessage> ApiHandler<Q> ofShareGroups(ApiHandler<Q> api, ClusterView cluster) {
        return new GatedApi<>(
                api, SHARE_VERSION, () -> cluster.image().features().getOrDefault(SHARE_VERSION, (short) 0) > 0);
    }

    /// What a node serves that is a controller only: the quorum, and what its metadata answer.
    static List<ApiHandler<?>> ofController(
            ApiRegistry registry, World world, LiveSettings settings, KRaftCluster cluster) {
        List<ApiHandler<?>> all = new ArrayList<>();
        all.add(QuorumApi.fetch(cluster));
        all.addAll(configs(world, settings, cluster, GroupEvents.NONE));
        all.addAll(cluster(world, cluster));
        all.add(new DescribeClusterHandler(
                cluster, cluster, new NodeAddresses(settings.config().identity().nodeId(), Set.of())));
        all.add(new DescribeQuorumHandler(cluster));
        all.add(new ApiVersionsHandler(registry, cluster, FeatureLevels.supported()));
        return all;
    }

    private static List<ApiHandler<?>> configs(
            World world, LiveSettings settings, KRaftCluster cluster, GroupEvents events) {
        ControllerCalls controller = new ControllerCalls(cluster, world.timers());
        return List.of(
                new DescribeConfigsHandler(
                        settings.config().identity().nodeId(), settings.config().settings(), cluster, events),
                new AlterConfigsHandler(controller),
                new IncrementalAlterConfigsHandler(controller),
                new ListConfigResourcesHandler(cluster));
    }

    private static List<ApiHandler<?>> cluster(World world, KRaftCluster cluster) {
        ControllerCalls controller = new ControllerCalls(cluster, world.timers());
        List<ApiHandler<?>> all = new ArrayList<>(QuorumApi.all(cluster));
        all.addAll(BrokerCalls.all(cluster));
        all.addAll(List.of(
                new EnvelopeHandler(cluster),
                new AddRaftVoterHandler(controller),
                new RemoveRaftVoterHandler(controller),
                new ElectLeadersHandler(controller),
                new UpdateFeaturesHandler(controller),
                new UnregisterBrokerHandler(controller),
                new AlterPartitionReassignmentsHandler(controller),
                new ListPartitionReassignmentsHandler(cluster),
                new AlterClientQuotasHandler(controller),
                new DescribeClientQuotasHandler(cluster)));
        return all;
    }

    private static List<ApiHandler<?>> metadata(Rooms rooms, NodeAddresses addresses) {
        return List.of(
                new NewLeaderWait(
                        new MetadataHandler(rooms.cluster(), addresses, rooms.creator()),
                        rooms.cluster(),
                        rooms.cluster()::isGoneLately,
                        rooms.world().timers()),
                new DescribeClusterHandler(rooms.cluster(), rooms.cluster(), addresses),
                new DescribeTopicPartitionsHandler(
                        rooms.cluster(), rooms.creator()::isInternal, MOST_PARTITIONS_DESCRIBED),
                new DescribeQuorumHandler(rooms.cluster()));
    }

    /// What is answered from the metadata alone, as a single node has nothing of its own to add.
    private static List<ApiHandler<?>> answeredFromMetadata(Rooms rooms) {
        return List.of(new DescribeUserScramCredentialsHandler(rooms.cluster()));
    }

    private static List<ApiHandler<?>> topics(Rooms rooms) {
        ControllerCalls controller =
                new ControllerCalls(rooms.cluster(), rooms.world().timers());
        PartitionChanges changes = new PartitionChanges(
                rooms.cluster(), () -> TopicDefaults.of(rooms.settings().get()).partitions());
        return List.of(
                new CreateTopicsHandler(controller, changes),
                new DeleteTopicsHandler(
                        controller,
                        changes,
                        () -> TopicDefaults.of(rooms.settings().get()).deletable()),
                new CreatePartitionsHandler(controller, changes),
                new InitProducerIdHandler(
                        rooms.transactions().producerIds(), rooms.transactions().coordinator()));
    }

    private static List<ApiHandler<?>> transactions(Rooms rooms) {
        TransactionCoordinator coordinator = rooms.transactions().coordinator();
        return List.of(
                new AddPartitionsToTxnHandler(coordinator, rooms.cluster()),
                new AddOffsetsToTxnHandler(coordinator, rooms.groups()),
                new EndTxnHandler(coordinator),
                new TxnOffsetCommitHandler(rooms.groups(), rooms.transactions().verifications()),
                new WriteTxnMarkersHandler(rooms.transactions().markers()),
                new DescribeTransactionsHandler(coordinator),
                new ListTransactionsHandler(coordinator));
    }
}
