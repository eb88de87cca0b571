package io.kurier.server;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.TopicImage;
import io.kurier.coordinator.TopicMetadata;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/// The topics of the cluster as coordinators ask for them.
final class ClusterTopics implements TopicMetadata {
    private final ClusterView cluster;
    /// A change of topics makes another map of them.
    private Map<Uuid, TopicImage> seen = Map.of();
    private long version;

    ClusterTopics(ClusterView cluster) {
        this.cluster = cluster;
    }

    @Override
    public Optional<String> nameOf(Uuid topicId) {
        return Optional.ofNullable(cluster.image().topic(topicId)).map(TopicImage::name);
    }

    @Override
    public Optional<Uuid> idOf(String name) {
        return Optional.ofNullable(cluster.image().topic(name)).map(TopicImage::id);
    }

    @Override
    public int partitionsOf(Uuid topicId) {
        TopicImage topic = cluster.image().topic(topicId);
        return topic == null ? 0 : topic.partitions().size();
    }

    @Override
    public Collection<String> names() {
        return cluster.image().topicsByName().keySet();
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // whether it is the same map says whether anything changed
    public synchronized long version() {
        Map<Uuid, TopicImage> now = cluster.image().topicsById();
        if (now != seen) {
            seen = now;
            version++;
        }
        return version;
    }
}
