package io.kurier.broker.internal;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;

/// Tells a coordinator which partitions of its topic this node leads.
public final class LedShards implements AutoCloseable {
    private final int nodeId;
    private final String topic;
    private final Change become;
    private final Change resign;
    private final ClusterView.Subscription subscription;

    /// This node leads a partition in an epoch, or does not any more; harmless to repeat.
    @FunctionalInterface
    public interface Change {
        /// A partition is led, or not, as of an epoch.
        void happened(int shard, int leaderEpoch);
    }

    /// Begins with what the cluster is now.
    public LedShards(int nodeId, ClusterView cluster, String topic, Change become, Change resign) {
        this.nodeId = nodeId;
        this.topic = topic;
        this.become = become;
        this.resign = resign;
        this.subscription = cluster.subscribe(change -> {
            if (change.before().topicsById() != change.after().topicsById()) {
                lead(change.after());
            }
        });
        lead(cluster.image());
    }

    private void lead(ClusterImage image) {
        TopicImage known = image.topic(topic);
        if (known == null) {
            return;
        }
        for (int shard = 0; shard < known.partitions().size(); shard++) {
            PartitionImage partition = known.partitions().get(shard);
            Change change = partition.leader() == nodeId ? become : resign;
            change.happened(shard, partition.leaderEpoch());
        }
    }

    @Override
    public void close() {
        subscription.close();
    }
}
