package io.kurier.broker.replica;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.cluster.config.TopicSettings;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.log.Durability;
import io.kurier.log.LogConfig;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.apache.kafka.common.record.TimestampType;

/// A topic's policy as the cluster's metadata and this node's file say it now.
public final class TopicPolicies implements Function<String, TopicPolicy> {
    private final Supplier<EffectiveConfig> node;
    private final ClusterView cluster;

    /// @param node what holds on this node now
    public TopicPolicies(Supplier<EffectiveConfig> node, ClusterView cluster) {
        this.node = node;
        this.cluster = cluster;
    }

    @Override
    public TopicPolicy apply(String topic) {
        ClusterImage image = cluster.image();
        TopicSettings settings = TopicSettings.of(node.get(), image.configs(Type.TOPIC, topic));
        // One source for all nodes, where the metadata has it: KIP-966.
        int least = image.minInSync(topic).orElse(settings.durability().minInsyncReplicas());
        return policy(settings, least);
    }

    private static TopicPolicy policy(TopicSettings of, int minInSync) {
        LogConfig log = new LogConfig(
                new LogConfig.Segments(
                        of.segments().bytes(),
                        of.segments().ms(),
                        of.segments().jitterMs(),
                        of.segments().indexBytes(),
                        of.segments().indexIntervalBytes()),
                new LogConfig.Retention(
                        of.retention().ms(),
                        of.retention().bytes(),
                        of.retention().delete(),
                        of.compaction().compact(),
                        of.retention().fileDeleteDelayMs()),
                new LogConfig.Compaction(
                        of.compaction().minLagMs(),
                        of.compaction().maxLagMs(),
                        of.compaction().minDirtyRatio(),
                        of.compaction().deleteRetentionMs()),
                new LogConfig.Timestamps(
                        of.batches().logAppendTime() ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME,
                        of.batches().timestampBeforeMaxMs(),
                        of.batches().timestampAfterMaxMs()),
                new LogConfig.Flush(
                        of.durability().memory() ? Durability.MEMORY : Durability.DISK,
                        of.durability().flushMessages(),
                        of.durability().flushMs()),
                of.batches().maxBytes());
        return new TopicPolicy(log, minInSync);
    }
}
