package io.kurier.broker.internal;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.image.TopicImage;
import io.kurier.coordinator.group.GroupCoordinator;
import java.util.ArrayList;
import java.util.List;

/// Tells the group coordinator which partitions of its topic this node leads, and which topics are gone.
public final class GroupShards implements AutoCloseable {
    private final GroupCoordinator coordinator;
    private final ClusterView.Subscription subscription;
    private final LedShards led;

    /// Begins with what the cluster is now.
    public GroupShards(int nodeId, ClusterView cluster, GroupCoordinator coordinator) {
        this.coordinator = coordinator;
        this.led =
                new LedShards(nodeId, cluster, GroupCoordinator.TOPIC, coordinator::becomeLeader, coordinator::resign);
        this.subscription = cluster.subscribe(this::follow);
    }

    private void follow(ImageChange change) {
        if (change.before().topicsById() == change.after().topicsById()) {
            return;
        }
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

    @Override
    public void close() {
        led.close();
        subscription.close();
    }
}
