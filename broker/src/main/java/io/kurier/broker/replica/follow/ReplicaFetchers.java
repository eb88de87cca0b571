package io.kurier.broker.replica.follow;

import io.kurier.broker.replica.Followed;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.replica.Partitions;
import io.kurier.broker.replica.follow.ReplicaFetcher.Fetching;
import io.kurier.broker.replica.leader.ReplicaThrottle;
import io.kurier.broker.replica.leader.ReplicaThrottle.Side;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.config.ReplicationSettings;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import io.kurier.kernel.SideBySide;
import io.kurier.kernel.World;
import io.kurier.log.LogException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The partitions that this node follows, each with the fetcher of its leader, as the cluster's metadata changes.
public final class ReplicaFetchers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaFetchers.class);

    private final World world;
    private final int nodeId;
    private final ClusterView cluster;
    private final Partitions partitions;
    private final LeaderCalls calls;
    private final Fetching fetching;
    private final Executor executor;
    private final ClusterView.Subscription subscription;
    private volatile boolean closed;

    // on the executor alone
    private final Map<Integer, ReplicaFetcher> fetchers = new ConcurrentHashMap<>();
    private final Map<TopicPartition, Assigned> assigned = new HashMap<>();

    private record Assigned(ReplicaFetcher fetcher, Uuid topicId, int leaderEpoch) {}

    /// Begins with what the cluster is now.
    public ReplicaFetchers(
            World world,
            int nodeId,
            ClusterView cluster,
            Partitions partitions,
            LeaderCalls calls,
            ReplicationSettings.Fetch settings) {
        this.world = world;
        this.nodeId = nodeId;
        this.cluster = cluster;
        this.partitions = partitions;
        this.calls = calls;
        this.fetching = new Fetching(
                nodeId,
                settings,
                this::brokerEpoch,
                new ReplicaThrottle(cluster, nodeId, world.clock(), Side.FOLLOWER));
        this.executor = world.threads().serial("replica-fetchers");
        this.subscription = cluster.subscribe(this::changed);
        executor.execute(() -> follow(all(cluster.image())));
    }

    private long brokerEpoch() {
        BrokerImage self = cluster.image().broker(nodeId);
        return self == null ? -1 : self.epoch();
    }

    private static List<TopicPartition> all(ClusterImage image) {
        List<TopicPartition> names = new ArrayList<>();
        image.topics().forEach(topic -> addAll(topic, names));
        return names;
    }

    private static void addAll(TopicImage topic, List<TopicPartition> names) {
        for (int number = 0; number < topic.partitions().size(); number++) {
            names.add(new TopicPartition(topic.name(), number));
        }
    }

    private void changed(ImageChange change) {
        if (change.before().topicsById() == change.after().topicsById()) {
            return;
        }
        List<TopicPartition> names = new ArrayList<>();
        for (TopicImage topic : change.after().topics()) {
            TopicImage before = change.before().topic(topic.id());
            for (int number = 0; number < topic.partitions().size(); number++) {
                if (before == null || before.partition(number) != topic.partition(number)) {
                    names.add(new TopicPartition(topic.name(), number));
                }
            }
        }
        for (TopicImage topic : change.before().topics()) {
            if (change.after().topic(topic.id()) == null) {
                addAll(topic, names);
            }
        }
        executor.execute(() -> follow(names));
    }

    /// Looks at these partitions as they are now.
    private void follow(List<TopicPartition> names) {
        List<TopicPartition> toOpen = new ArrayList<>();
        for (TopicPartition name : names) {
            TopicImage topic = cluster.image().topic(name.topic());
            PartitionImage state = topic == null ? null : topic.partition(name.partition());
            boolean mine = state != null && partitions.isFollowed(state);
            Assigned now = assigned.get(name);
            boolean same = now != null
                    && topic != null
                    && state != null
                    && now.leaderEpoch == state.leaderEpoch()
                    && now.topicId.equals(topic.id());
            if (now != null && !(mine && same)) {
                now.fetcher.remove(name);
                assigned.remove(name);
            }
            if (mine && !assigned.containsKey(name)) {
                toOpen.add(name);
            }
        }
        if (!closed && !toOpen.isEmpty()) {
            Map<TopicPartition, Followed> opened = new ConcurrentHashMap<>();
            SideBySide.forEach(world.threads(), toOpen, name -> open(name, opened));
            opened.forEach(this::assign);
        }
    }

    private void open(TopicPartition name, Map<TopicPartition, Followed> opened) {
        try {
            opened.put(name, partitions.follow(name));
        } catch (PartitionException | LogException e) {
            LOG.warn("{} cannot be followed: {}", name, e.getMessage());
            world.timers()
                    .after(
                            TimeUnit.MILLISECONDS.toNanos(fetching.settings().backoffMs()),
                            () -> executor.execute(() -> follow(List.of(name))));
        }
    }

    private void assign(TopicPartition name, Followed partition) {
        PartitionImage state = cluster.image().partition(name.topic(), name.partition());
        if (state != null && partitions.isFollowed(state) && state.leaderEpoch() == partition.leaderEpoch()) {
            ReplicaFetcher fetcher = fetchers.computeIfAbsent(
                    state.leader(), leader -> new ReplicaFetcher(world, leader, fetching, calls));
            fetcher.add(partition);
            assigned.put(name, new Assigned(fetcher, partition.topicId(), state.leaderEpoch()));
        } // else metadata has moved on, and this is called again
    }

    @Override
    public void close() {
        closed = true;
        subscription.close();
        fetchers.values().forEach(ReplicaFetcher::close);
    }
}
