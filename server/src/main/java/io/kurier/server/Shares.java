package io.kurier.server;

import io.kurier.broker.api.metadata.TopicCreator;
import io.kurier.broker.api.metadata.TopicCreator.InternalTopic;
import io.kurier.broker.internal.InternalTopicLog;
import io.kurier.broker.internal.LedShards;
import io.kurier.broker.sharestate.PartitionEndCalls;
import io.kurier.broker.sharestate.ShareStateCalls;
import io.kurier.broker.transaction.NodeCalls;
import io.kurier.cluster.KRaftCluster;
import io.kurier.cluster.config.share.ShareCoordinatorSettings;
import io.kurier.cluster.image.TopicImage;
import io.kurier.coordinator.group.ShareGroups;
import io.kurier.coordinator.group.share.ShareSettings;
import io.kurier.coordinator.share.ShareCoordinator;
import io.kurier.coordinator.share.ShareStateSettings;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.protocol.Errors;

/// Puts the share coordinator on this node's partitions and settings, with the way to those of other nodes.
final class Shares implements AutoCloseable {
    private final ShareCoordinator coordinator;
    private final ShareGroups.Outside ofGroups;
    private final LedShards shards;
    private final ShareReads reads;

    Shares(Transactions.Ground ground, TopicCreator creator) {
        KRaftCluster cluster = ground.cluster();
        ShareCoordinatorSettings settings =
                ShareCoordinatorSettings.of(ground.live().config().settings());
        InternalTopicLog log = new InternalTopicLog(
                ShareCoordinator.TOPIC,
                ground.partitions(),
                ground.world().clock(),
                settings.state().writeTimeoutMs());
        ShareStateSettings defaults = ShareStateSettings.defaults();
        coordinator = new ShareCoordinator(
                ground.world(),
                log,
                new ClusterTopics(cluster),
                new ShareStateSettings(
                        settings.state().updatesPerSnapshot(),
                        defaults.maxBatchBytes(),
                        defaults.maxQueuedEvents(),
                        defaults.recordsPerRewrite()),
                () -> {
                    TopicImage topic = cluster.image().topic(ShareCoordinator.TOPIC);
                    return topic == null
                            ? settings.topic().partitions()
                            : topic.partitions().size();
                });
        NodeCalls calls = new NodeCalls(cluster, ground.peers());
        reads = new ShareReads(ground, coordinator, calls);
        ofGroups = new ShareGroups.Outside(
                new ShareSettings(
                        settings.membership().sessionTimeoutMs(),
                        settings.membership().heartbeatIntervalMs(),
                        settings.membership().assignmentIntervalMs(),
                        settings.membership().maxSize()),
                new ShareStateCalls(
                        ground.nodeId(),
                        cluster,
                        coordinator,
                        calls,
                        () -> creator.ensure(List.of(ShareCoordinator.TOPIC))
                                .thenApply(outcome -> outcome.getOrDefault(ShareCoordinator.TOPIC, Errors.NONE))),
                new PartitionEndCalls(ground.nodeId(), cluster, ground.partitions(), calls));
        shards = new LedShards(
                ground.nodeId(), cluster, ShareCoordinator.TOPIC, coordinator::becomeLeader, coordinator::resign);
    }

    /// The state goes by its snapshots, not by age or keys: what lies before all of them is deleted by the coordinator.
    static InternalTopic topic(ShareCoordinatorSettings settings) {
        return new InternalTopic(
                ShareCoordinator.TOPIC,
                settings.topic().partitions(),
                settings.topic().replicationFactor(),
                Map.of(
                        "cleanup.policy", "delete",
                        "compression.type", "producer",
                        "retention.ms", "-1",
                        "min.insync.replicas", String.valueOf(settings.topic().minInSyncReplicas()),
                        "segment.bytes", String.valueOf(settings.topic().segmentBytes())));
    }

    ShareCoordinator coordinator() {
        return coordinator;
    }

    /// What the coordinator of share groups needs.
    ShareGroups.Outside ofGroups() {
        return ofGroups;
    }

    /// What members read.
    ShareReads reads() {
        return reads;
    }

    @Override
    public void close() {
        reads.close();
        shards.close();
        coordinator.close();
    }
}
