package io.kurier.server;

import io.kurier.broker.api.metadata.TopicCreator.InternalTopic;
import io.kurier.broker.api.producers.ProducerIds;
import io.kurier.broker.internal.InternalTopicLog;
import io.kurier.broker.internal.LedShards;
import io.kurier.broker.replica.Partitions;
import io.kurier.broker.replica.follow.PeerCalls;
import io.kurier.broker.transaction.CoordinatorVerifications;
import io.kurier.broker.transaction.MarkerSender;
import io.kurier.broker.transaction.NodeCalls;
import io.kurier.broker.transaction.PartitionMarkers;
import io.kurier.broker.transaction.Verifications;
import io.kurier.cluster.KRaftCluster;
import io.kurier.cluster.config.TransactionSettings;
import io.kurier.cluster.image.TopicImage;
import io.kurier.coordinator.group.GroupCoordinator;
import io.kurier.coordinator.txn.TransactionCoordinator;
import io.kurier.coordinator.txn.TxnSettings;
import io.kurier.kernel.World;
import java.util.Map;

/// Puts the transaction coordinator on this node's partitions and settings, with what ends and verifies transactions.
final class Transactions implements AutoCloseable {
    /// How long an append to `__transaction_state` may take until nobody can tell.
    private static final long COMMIT_TIMEOUT_MS = 5_000;

    private final ProducerIds producerIds;
    private final PartitionMarkers markers;
    private final NodeCalls calls;
    private final MarkerSender sender;
    private final TransactionCoordinator coordinator;
    private final Verifications verifications;
    private final LedShards shards;

    /// What they stand on.
    record Ground(World world, LiveSettings live, KRaftCluster cluster, Partitions partitions, PeerCalls peers) {
        int nodeId() {
            return live.config().identity().nodeId();
        }
    }

    Transactions(Ground ground, GroupCoordinator groups) {
        World world = ground.world();
        KRaftCluster cluster = ground.cluster();
        TransactionSettings settings =
                TransactionSettings.of(ground.live().config().settings());
        calls = new NodeCalls(cluster, ground.peers());
        producerIds = new ProducerIds(ground.nodeId(), cluster, cluster);
        markers = new PartitionMarkers(ground.partitions(), groups, world.clock());
        sender = new MarkerSender(world, ground.nodeId(), cluster, markers, calls);
        InternalTopicLog log = new InternalTopicLog(
                TransactionCoordinator.TOPIC, ground.partitions(), world.clock(), COMMIT_TIMEOUT_MS);
        coordinator = new TransactionCoordinator(
                world,
                new TransactionCoordinator.Outside(log, producerIds::next, sender, () -> {
                    TopicImage topic = cluster.image().topic(TransactionCoordinator.TOPIC);
                    return topic == null
                            ? settings.topic().partitions()
                            : topic.partitions().size();
                }),
                coordinatorSettings(settings.limits()));
        verifications = new CoordinatorVerifications(
                ground.nodeId(),
                cluster,
                coordinator,
                calls,
                () -> TransactionSettings.isVerified(ground.live().get()));
        shards = new LedShards(
                ground.nodeId(), cluster, TransactionCoordinator.TOPIC, coordinator::becomeLeader, coordinator::resign);
    }

    private static TxnSettings coordinatorSettings(TransactionSettings.Limits of) {
        TxnSettings defaults = TxnSettings.defaults();
        return new TxnSettings(
                of.maxTimeoutMs(),
                of.timeoutCheckIntervalMs(),
                of.idExpirationMs(),
                of.expirationCheckIntervalMs(),
                of.waitMs(),
                defaults.maxBatchBytes(),
                defaults.maxQueuedEvents());
    }

    static InternalTopic topic(TransactionSettings settings) {
        return new InternalTopic(
                TransactionCoordinator.TOPIC,
                settings.topic().partitions(),
                settings.topic().replicationFactor(),
                Map.of(
                        "cleanup.policy", "compact",
                        "compression.type", "uncompressed",
                        "unclean.leader.election.enable", "false",
                        "min.insync.replicas", String.valueOf(settings.topic().minInSyncReplicas()),
                        "segment.bytes", String.valueOf(settings.topic().segmentBytes())));
    }

    /// How other nodes are asked.
    NodeCalls calls() {
        return calls;
    }

    ProducerIds producerIds() {
        return producerIds;
    }

    PartitionMarkers markers() {
        return markers;
    }

    TransactionCoordinator coordinator() {
        return coordinator;
    }

    Verifications verifications() {
        return verifications;
    }

    @Override
    public void close() {
        shards.close();
        coordinator.close();
        sender.close();
    }
}
