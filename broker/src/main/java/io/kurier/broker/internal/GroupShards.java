package io.kurier.broker.internal;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import io.kurier.coordinator.group.GroupCoordinator;
import java.util.ArrayList;
import java.util.List;

/// Tells the group coordinator which partitions of its topic this node leads, and which topics are gone.
public final class GroupShards implements AutoCloseable {
    private final int nodeId;
    private final GroupCoordinator coordinator;
    private final ClusterView.Subscription subscription;

    /// Begins with what the cluster is now.
    public GroupShards(int nodeId, ClusterView cluster, GroupCoordinator coordinator) {
        this.nodeId = nodeId;
        this.coordinator = coordinator;
        this.subscription = cluster.subscribe(this::follow);
        lead(cluster.image());
    }

    private void follow(ImageChange change) {
        if (change.before().topicsById() == change.after().topicsById()) {
            return;
        }
        lead(change.after());
        List<String> deleted = new ArrayList<>();
        for (TopicImage topic : change.before().topics()) {
            if (change.after().topic(topic.id()) == null) {
                deleted.add(topic.name());
            }
        }
        if (!deleted.isEmpty()) {
            coordinator.topicsDeleted(deleted);
        }
    }

    /// Harmless to repeat: the coordinator loads a partition once an epoch.
    private void lead(ClusterImage image) {
        TopicImage topic = image.topic(GroupCoordinator.TOPIC);
        if (topic == null) {
            return;
        }
        for (int shard = 0; shard < topic.partitions().size(); shard++) {
            PartitionImage partition = topic.partitions().get(shard);
            if (partition.leader() == nodeId) {
                coordinator.becomeLeader(shard, partition.leaderEpoch());
            } else {
                coordinator.resign(shard, partition.leaderEpoch());
            }
        }
    }

    @Override
    public void close() {
        subscription.close();
    }
}
