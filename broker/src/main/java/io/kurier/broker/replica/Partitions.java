package io.kurier.broker.replica;

import io.kurier.broker.replica.leader.Moments;
import io.kurier.broker.replica.leader.ReplicaFetch;
import io.kurier.broker.replica.leader.ReplicaThrottle;
import io.kurier.broker.replica.leader.ReplicaThrottle.Side;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ImageChange;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import io.kurier.kernel.SideBySide;
import io.kurier.kernel.World;
import io.kurier.log.LogDirectory;
import io.kurier.log.PartitionLog;
import java.util.Collection;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The partitions of this node, in step with the cluster's metadata: those that it leads, opened when they are first
/// touched, and those that it follows. A partition is one or the other.
public final class Partitions implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);

    private final int nodeId;
    private final ClusterView cluster;
    private final World world;
    private final DataFolders folders;
    private final Function<String, TopicPolicy> policyOfTopic;
    private final ReplicaThrottle throttle;
    private final ConcurrentHashMap<TopicPartition, Partition> open = new ConcurrentHashMap<>();
    /// Who leads a partition is changed inside its entry here.
    private final ConcurrentHashMap<TopicPartition, Followed> followed = new ConcurrentHashMap<>();

    private final ClusterView.Subscription subscription;
    private final Moments moments = new Moments();
    private volatile Consumer<Partition> proposed = _ -> {};
    private volatile boolean closed;

    /// @param policyOfTopic what a topic's settings demand, as they are now
    public Partitions(
            int nodeId,
            ClusterView cluster,
            World world,
            DataFolders folders,
            Function<String, TopicPolicy> policyOfTopic) {
        this.nodeId = nodeId;
        this.cluster = cluster;
        this.world = world;
        this.folders = folders;
        this.policyOfTopic = policyOfTopic;
        this.throttle = new ReplicaThrottle(cluster, nodeId, world.clock(), Side.LEADER);
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
    /// @throws PartitionException UNKNOWN_TOPIC_OR_PARTITION, NOT_LEADER_OR_FOLLOWER or KAFKA_STORAGE_ERROR
    public Partition find(TopicPartition name) {
        Partition partition = open.get(name);
        if (partition == null) {
            partition = open(name);
        }
        partition.makeReady();
        return partition;
    }

    /// As [#ready] for a consumer, which may read what this node follows as well (KIP-392).
    public @Nullable ReadablePartition readyToRead(TopicPartition name) {
        Partition led = ready(name);
        return led != null ? led : readAsFollower(name);
    }

    /// As [#find] for a consumer, which may read what this node follows as well (KIP-392).
    ///
    /// @throws PartitionException as [#find]
    public ReadablePartition findToRead(TopicPartition name) {
        Followed follower = readAsFollower(name);
        return follower != null ? follower : find(name);
    }

    private @Nullable Followed readAsFollower(TopicPartition name) {
        Followed follower = followed.get(name);
        PartitionImage state = follower == null ? null : cluster.image().partition(name.topic(), name.partition());
        return follower != null
                        && state != null
                        && state.leader() != nodeId
                        && follower.log().isReady()
                ? follower
                : null;
    }

    private boolean isInSync(TopicPartition name) {
        PartitionImage state = cluster.image().partition(name.topic(), name.partition());
        return state != null && state.isr().contains(nodeId);
    }

    /// Opens and recovers those that are not ready, several at a time. Blocks. What is wrong with one is told by the
    /// next [#find] of it.
    public void makeReady(Collection<TopicPartition> names) {
        SideBySide.forEach(world.threads(), names, name -> {
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

    /// Sets who is told when a partition has something to ask the controller for.
    void onProposal(Consumer<Partition> listener) {
        proposed = listener;
    }

    /// What the cluster's metadata says of a partition now.
    private record Known(TopicImage topic, PartitionImage state) {}

    private Known known(TopicPartition name) {
        TopicImage topic = cluster.image().topic(name.topic());
        PartitionImage state = topic == null ? null : topic.partition(name.partition());
        if (topic == null || state == null) {
            throw new PartitionException(Errors.UNKNOWN_TOPIC_OR_PARTITION, "There is no partition " + name);
        }
        return new Known(topic, state);
    }

    private Known requireLed(TopicPartition name) {
        Known known = known(name);
        if (known.state.leader() != nodeId) {
            // Also where nobody leads: to LEADER_NOT_AVAILABLE in a Fetch, Java consumers fail.
            throw new PartitionException(
                    Errors.NOT_LEADER_OR_FOLLOWER,
                    name + (known.state.hasLeader() ? " is led by node " + known.state.leader() : " is led by nobody"));
        }
        return known;
    }

    private Partition open(TopicPartition name) {
        requireLed(name);
        AtomicReference<@Nullable Partition> opened = new AtomicReference<>();
        followed.compute(name, (n, follower) -> {
            Known known = requireLed(n);
            if (follower != null) {
                follower.stop();
            }
            opened.set(open.computeIfAbsent(n, absent -> make(absent, known)));
            return null;
        });
        return Objects.requireNonNull(opened.get());
    }

    private Partition make(TopicPartition name, Known known) {
        TopicPolicy policy = policyOfTopic.apply(name.topic());
        return new Partition(
                name,
                known.topic.id(),
                log(name, known, policy),
                known.state,
                policy,
                new Partition.Surroundings(nodeId, world.clock(), partition -> proposed.accept(partition)));
    }

    private PartitionLog log(TopicPartition name, Known known, TopicPolicy policy) {
        if (closed) {
            throw new PartitionException(Errors.NOT_LEADER_OR_FOLLOWER, "This node is stopping");
        }
        return folders.open(name, known.topic.id(), known.state.directory(nodeId), policy.log());
    }

    /// The partition as this node follows it, with its log recovered; its leader and epoch are those of the newest
    /// metadata. A leadership of this node ends by it. Blocks.
    ///
    /// @throws PartitionException NOT_LEADER_OR_FOLLOWER if this node leads it, or has no replica, or nobody leads it;
    ///     UNKNOWN_TOPIC_OR_PARTITION, KAFKA_STORAGE_ERROR
    public Followed follow(TopicPartition name) {
        AtomicReference<@Nullable Known> now = new AtomicReference<>();
        Followed follower = followed.compute(name, (n, before) -> {
            Known known = known(n);
            if (!isFollowed(known.state)) {
                throw new PartitionException(Errors.NOT_LEADER_OR_FOLLOWER, n + " is not followed by this node");
            }
            now.set(known);
            Partition led = open.remove(n);
            if (led != null) {
                led.close(Errors.NOT_LEADER_OR_FOLLOWER);
            }
            return before != null && before.topicId().equals(known.topic.id())
                    ? before
                    : new Followed(
                            n, known.topic.id(), log(n, known, policyOfTopic.apply(n.topic())), () -> isInSync(n));
        });
        follower.follow(Objects.requireNonNull(now.get()).state.leaderEpoch());
        return follower;
    }

    /// True if this node is to follow the partition's leader.
    public boolean isFollowed(PartitionImage state) {
        return state.hasLeader() && state.leader() != nodeId && isHere(state);
    }

    /// The log of a partition that nobody leads in this epoch, not recovered yet; else as [#find].
    public PartitionLog leaderless(TopicPartition name, int leaderEpoch) {
        Known known = known(name);
        PartitionException.checkEpoch(name, leaderEpoch, known.state.leaderEpoch());
        if (known.state.hasLeader() || !isHere(known.state)) {
            throw new PartitionException(Errors.NOT_LEADER_OR_FOLLOWER, name + " is led, or not here");
        }
        return log(name, known, policyOfTopic.apply(name.topic()));
    }

    /// A node that fetches as a follower, at this moment.
    ///
    /// @param brokerEpoch of its registration, -1 if it does not say
    public ReplicaFetch follower(int id, long brokerEpoch) {
        BrokerImage broker = cluster.image().broker(id);
        boolean eligible = broker != null && broker.isActive() && (brokerEpoch < 0 || broker.epoch() == brokerEpoch);
        return new ReplicaFetch(id, brokerEpoch, world.clock().nanos(), eligible, ReplicaFetch.UNDATED);
    }

    /// Orders what this process says and is asked.
    public Moments moments() {
        return moments;
    }

    /// Tells `listener` as soon as it is known that nobody else led the partition in a later epoch at that moment: then
    /// this node knows of all that anybody saw committed before it. All who could be elected in its place must be heard
    /// for that, so it takes what an append with acks=all takes. REQUEST_TIMED_OUT if they are not heard.
    ///
    /// @param deadlineNs by the monotonic clock; observed to about a second
    public void whenLed(Partition partition, long moment, long deadlineNs, CommitListener listener) {
        partition.commitment().whenLedAt(moment, deadlineNs, listener);
    }

    /// True if this fetch of a follower is to be answered at once, as its next one is waited for ([#whenLed]).
    public boolean isWaitedFor(Partition partition, ReplicaFetch fetch) {
        return partition.commitment().isWaitedFor(fetch);
    }

    /// What followers that are not in sync may fetch.
    public ReplicaThrottle throttle() {
        return throttle;
    }

    /// Those that this node follows now.
    public Collection<Followed> followed() {
        return followed.values();
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
            for (Followed follower : followed.values()) {
                if (change.after().topic(follower.topicId()) == null) {
                    followed.remove(follower.name(), follower);
                    follower.stop();
                }
            }
            deleteUnopened(change);
            deleteMovedAway(change);
        }
        if (!change.before().configs().equals(change.after().configs())) {
            for (Partition partition : open.values()) {
                partition.configure(policyOfTopic.apply(partition.name().topic()));
            }
            for (Followed follower : followed.values()) {
                follower.log()
                        .updateConfig(
                                policyOfTopic.apply(follower.name().topic()).log());
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

    /// A reassignment has ended, and this node's replica is not among those that stay.
    private void deleteMovedAway(ImageChange change) {
        for (TopicImage after : change.after().topics()) {
            TopicImage before = change.before().topic(after.id());
            if (before == null || before == after) {
                continue;
            }
            for (int number = 0; number < before.partitions().size(); number++) {
                if (isHere(before.partitions().get(number))
                        && !isHere(after.partitions().get(number))) {
                    TopicPartition name = new TopicPartition(after.name(), number);
                    Followed follower = followed.remove(name);
                    if (follower != null) {
                        follower.stop();
                    }
                    folders.deleteUnopened(name, after.id());
                }
            }
        }
    }

    private boolean isHere(PartitionImage state) {
        return state.replicas().contains(nodeId);
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
    /// sets aside what belongs to no topic, or went to other nodes while this one was away. Blocks; for a background
    /// thread.
    public void recoverAll() {
        ClusterImage image = cluster.image();
        for (TopicPartition name : folders.found()) {
            if (closed) {
                return;
            }
            try {
                if (image.topic(name.topic()) == null && cluster.image().topic(name.topic()) == null
                        || !isHere(known(name).state)) {
                    folders.setAside(name);
                } else if (known(name).state.leader() == nodeId) {
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
        followed.values().forEach(Followed::stop);
    }
}
