package io.kurier.broker.replica;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import io.kurier.kernel.SideBySide;
import io.kurier.kernel.Threads;
import io.kurier.log.LogDirectory;
import io.kurier.log.PartitionLog;
import java.util.Collection;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The partitions that this node leads, opened when they are first touched, and kept in step with the cluster's
/// metadata.
public final class Partitions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);

    private final int nodeId;
    private final ClusterView cluster;
    private final Threads threads;
    private final DataFolders folders;
    private final Function<String, TopicPolicy> policyOfTopic;
    private final ConcurrentHashMap<TopicPartition, Partition> open = new ConcurrentHashMap<>();
    private final ClusterView.Subscription subscription;
    private volatile boolean closed;

    /// @param policyOfTopic what a topic's settings demand, as they are now
    public Partitions(
            int nodeId,
            ClusterView cluster,
            Threads threads,
            DataFolders folders,
            Function<String, TopicPolicy> policyOfTopic) {
        this.nodeId = nodeId;
        this.cluster = cluster;
        this.threads = threads;
        this.folders = folders;
        this.policyOfTopic = policyOfTopic;
        this.subscription = cluster.subscribe(this::follow);
    }

    /// The partition if it is open and its log is ready, so that using it does not block; otherwise null, and [#find]
    /// tells.
    public @Nullable Partition ready(TopicPartition name) {
        Partition partition = open.get(name);
        return partition != null && partition.isReady() ? partition : null;
    }

    /// The partition, ready for use. Blocks while its log is opened and recovered.
    ///
    /// @throws PartitionException UNKNOWN_TOPIC_OR_PARTITION, LEADER_NOT_AVAILABLE, NOT_LEADER_OR_FOLLOWER or
    ///     KAFKA_STORAGE_ERROR
    public Partition find(TopicPartition name) {
        Partition partition = open.get(name);
        if (partition == null) {
            partition = open(name);
        }
        partition.makeReady();
        return partition;
    }

    /// Opens and recovers those that are not ready, several at a time. Blocks. What is wrong with one is told by the
    /// next [#find] of it.
    public void makeReady(Collection<TopicPartition> names) {
        SideBySide.forEach(threads, names, name -> {
            try {
                find(name);
            } catch (RuntimeException e) {
                LOG.debug("{} is not ready", name, e);
            }
        });
    }

    /// The topic's name, for requests that carry only its id.
    ///
    /// @throws PartitionException UNKNOWN_TOPIC_ID
    public String topicName(Uuid topicId) {
        TopicImage topic = cluster.image().topic(topicId);
        if (topic == null) {
            throw new PartitionException(Errors.UNKNOWN_TOPIC_ID, "There is no topic with the id " + topicId);
        }
        return topic.name();
    }

    private Partition open(TopicPartition name) {
        ClusterImage image = cluster.image();
        TopicImage topic = image.topic(name.topic());
        PartitionImage state = topic == null ? null : topic.partition(name.partition());
        if (topic == null || state == null) {
            throw new PartitionException(Errors.UNKNOWN_TOPIC_OR_PARTITION, "There is no partition " + name);
        }
        if (state.leader() != nodeId) {
            throw new PartitionException(
                    state.hasLeader() ? Errors.NOT_LEADER_OR_FOLLOWER : Errors.LEADER_NOT_AVAILABLE,
                    name + " is led by node " + state.leader());
        }
        return open.computeIfAbsent(name, n -> {
            if (closed) {
                throw new PartitionException(Errors.NOT_LEADER_OR_FOLLOWER, "This node is stopping");
            }
            TopicPolicy policy = policyOfTopic.apply(n.topic());
            PartitionLog log = folders.open(n, topic.id(), state.directory(nodeId), policy.log());
            return new Partition(n, topic.id(), log, state, policy);
        });
    }

    /// Those that were touched since the start.
    public Collection<Partition> opened() {
        return open.values();
    }

    private void follow(ImageChange change) {
        if (change.before().topicsById() != change.after().topicsById()) {
            for (Partition partition : open.values()) {
                follow(partition, change.after());
            }
            deleteUnopened(change);
        }
        if (!change.before().configs().equals(change.after().configs())) {
            for (Partition partition : open.values()) {
                partition.configure(policyOfTopic.apply(partition.name().topic()));
            }
        }
    }

    private void deleteUnopened(ImageChange change) {
        for (TopicImage topic : change.before().topics()) {
            if (change.after().topic(topic.id()) == null) {
                for (int number = 0; number < topic.partitions().size(); number++) {
                    folders.deleteUnopened(new TopicPartition(topic.name(), number), topic.id());
                }
            }
        }
    }

    private void follow(Partition partition, ClusterImage image) {
        TopicImage topic = image.topic(partition.topicId());
        PartitionImage state =
                topic == null ? null : topic.partition(partition.name().partition());
        if (state == null) {
            open.remove(partition.name(), partition);
            partition.close(Errors.UNKNOWN_TOPIC_OR_PARTITION);
            folders.delete(partition.log());
        } else if (state.leader() != nodeId) {
            open.remove(partition.name(), partition);
            partition.close(Errors.NOT_LEADER_OR_FOLLOWER);
        } else {
            partition.lead(state);
        }
    }

    /// Opens and recovers what lies on disk, one after the other, so that it need not be done when it is asked for;
    /// sets aside what belongs to no topic. Blocks; for a background thread.
    public void recoverAll() {
        ClusterImage image = cluster.image();
        for (TopicPartition name : folders.found()) {
            if (closed) {
                return;
            }
            try {
                if (image.topic(name.topic()) == null && cluster.image().topic(name.topic()) == null) {
                    folders.setAside(name);
                } else {
                    find(name);
                }
            } catch (RuntimeException e) {
                LOG.warn("{} cannot be opened: {}", name, e.getMessage());
            }
        }
    }

    /// A directory went offline: nothing in it can be committed any more.
    public void offline(LogDirectory directory) {
        for (Partition partition : open.values()) {
            if (partition.log().directory() == directory) {
                partition.fail(Errors.KAFKA_STORAGE_ERROR);
            }
        }
    }

    /// Ends all partitions; who waits is told so. The directories are closed by their owner afterwards.
    @Override
    public void close() {
        closed = true;
        subscription.close();
        for (Partition partition : open.values()) {
            partition.close(Errors.NOT_LEADER_OR_FOLLOWER);
        }
    }
}
