package io.kurier.server;

import io.kurier.broker.api.metadata.TopicCreator.InternalTopic;
import io.kurier.broker.internal.InternalTopicLog;
import io.kurier.broker.replica.Partitions;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.config.GroupSettings;
import io.kurier.cluster.image.TopicImage;
import io.kurier.coordinator.group.GroupCoordinator;
import io.kurier.coordinator.group.ShareGroups;
import io.kurier.coordinator.group.consumer.ConsumerSettings;
import io.kurier.coordinator.group.streams.StreamsSettings;
import io.kurier.kernel.World;
import java.util.Map;
import java.util.function.IntSupplier;

/// Puts the group coordinator on this node's partitions and settings.
final class Groups {
    private static final int QUEUED_EVENTS = 20_000;

    private Groups() {}

    static GroupCoordinator coordinator(
            World world, ClusterView cluster, Partitions partitions, LiveSettings live, ShareGroups.Outside ofShares) {
        GroupSettings settings = GroupSettings.of(live.config().settings());
        InternalTopicLog log = new InternalTopicLog(
                GroupCoordinator.TOPIC,
                partitions,
                world.clock(),
                settings.offsets().commitTimeoutMs());
        IntSupplier shards = () -> {
            TopicImage topic = cluster.image().topic(GroupCoordinator.TOPIC);
            return topic == null
                    ? settings.topic().partitions()
                    : topic.partitions().size();
        };
        return new GroupCoordinator(
                world,
                new GroupCoordinator.Outside(log, new ClusterTopics(cluster), shards, ofShares),
                coordinatorSettings(settings),
                new ClusterGroupConfigs(cluster, live));
    }

    static InternalTopic topic(GroupSettings settings) {
        return new InternalTopic(
                GroupCoordinator.TOPIC,
                settings.topic().partitions(),
                settings.topic().replicationFactor(),
                Map.of(
                        "cleanup.policy", "compact",
                        "compression.type", "producer",
                        "segment.bytes", String.valueOf(settings.topic().segmentBytes())));
    }

    private static io.kurier.coordinator.group.GroupSettings coordinatorSettings(GroupSettings of) {
        io.kurier.coordinator.group.GroupSettings defaults = io.kurier.coordinator.group.GroupSettings.defaults();
        return new io.kurier.coordinator.group.GroupSettings(
                of.membership().minSessionTimeoutMs(),
                of.membership().maxSessionTimeoutMs(),
                of.membership().maxSize(),
                of.membership().initialRebalanceDelayMs(),
                defaults.newMemberJoinTimeoutMs(),
                of.offsets().metadataMaxBytes(),
                of.offsets().retentionMs(),
                of.offsets().retentionCheckIntervalMs(),
                defaults.maxBatchBytes(),
                QUEUED_EVENTS,
                new ConsumerSettings(
                        of.consumers().sessionTimeoutMs(),
                        of.consumers().heartbeatIntervalMs(),
                        of.consumers().assignmentIntervalMs(),
                        of.consumers().maxSize(),
                        of.consumers().assignors(),
                        ConsumerSettings.Migration.valueOf(of.consumers().migrationPolicy())),
                new StreamsSettings(
                        of.streams().sessionTimeoutMs(),
                        of.streams().heartbeatIntervalMs(),
                        of.streams().assignmentIntervalMs(),
                        of.streams().maxSize(),
                        of.streams().initialRebalanceDelayMs(),
                        of.streams().standbyReplicas(),
                        of.streams().rackTags()));
    }
}
