package io.kurier.broker.share;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import io.kurier.kernel.World;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// The share partitions of this node: those that its members read now, on partitions that it leads.
public final class SharePartitions implements AutoCloseable {
    private final int nodeId;
    private final ClusterView cluster;
    private final World world;
    private final ShareState state;
    private final DeadLetters deadLetters;
    private final Function<String, SharePolicy> policyOfGroup;
    private final ConcurrentHashMap<ShareKey, LedShare> led = new ConcurrentHashMap<>();

    /// @param policyOfGroup what a group's settings demand, as they are now
    public SharePartitions(
            int nodeId,
            ClusterView cluster,
            World world,
            ShareState state,
            DeadLetters deadLetters,
            Function<String, SharePolicy> policyOfGroup) {
        this.nodeId = nodeId;
        this.cluster = cluster;
        this.world = world;
        this.state = state;
        this.deadLetters = deadLetters;
        this.policyOfGroup = policyOfGroup;
    }

    /// What is set for a group now.
    public SharePolicy policy(String groupId) {
        return policyOfGroup.apply(groupId);
    }

    /// The partition's name, if this node is to lead it.
    ///
    /// @throws PartitionException UNKNOWN_TOPIC_ID, UNKNOWN_TOPIC_OR_PARTITION or NOT_LEADER_OR_FOLLOWER
    public TopicPartition requireLed(ShareKey key) {
        TopicImage topic = cluster.image().topic(key.topicId());
        if (topic == null) {
            throw new PartitionException(Errors.UNKNOWN_TOPIC_ID, "There is no topic with the id " + key.topicId());
        }
        PartitionImage partition = topic.partition(key.partition());
        if (partition == null) {
            throw new PartitionException(
                    Errors.UNKNOWN_TOPIC_OR_PARTITION,
                    "Topic " + topic.name() + " has no partition " + key.partition());
        }
        TopicPartition name = new TopicPartition(topic.name(), key.partition());
        if (partition.leader() != nodeId) {
            throw new PartitionException(Errors.NOT_LEADER_OR_FOLLOWER, name + " is not led by this node");
        }
        return name;
    }

    /// The share partition of a partition as it is led now. It is loaded when it is asked for the first time.
    public LedShare of(ShareKey key, Partition partition) {
        LedShare known = led.get(key);
        if (known != null && known.isOf(partition) && known.revive()) {
            return known;
        }
        List<LedShare> over = new ArrayList<>(1);
        LedShare now = led.compute(key, (_, before) -> {
            if (before != null && before.isOf(partition) && before.revive()) {
                return before;
            }
            if (before != null) {
                over.add(before);
            }
            return new LedShare(
                    key,
                    new LedLog(key, partition, deadLetters, world.clock()),
                    new LedShare.Surroundings(world, state, () -> policyOfGroup.apply(key.groupId())));
        });
        over.forEach(LedShare::end); // not above: who is told by it may change the map
        now.loadOnce();
        return now;
    }

    /// Null if nobody on this node reads it.
    public @Nullable LedShare find(ShareKey key) {
        return led.get(key);
    }

    /// A member is gone: what it has is for others.
    ///
    /// @param untouched true if what it has not acknowledged was never given to the application
    public void release(String groupId, String member, boolean untouched) {
        led.forEach((key, share) -> {
            if (key.groupId().equals(groupId)) {
                share.release(member, untouched);
            }
        });
    }

    /// No member of the group is left on this node. What is stored may be changed by others then.
    public void retire(String groupId) {
        led.forEach((key, share) -> {
            if (key.groupId().equals(groupId)) {
                share.retire();
            }
        });
        led.values().removeIf(LedShare::hasEnded);
    }

    /// How many there are.
    public int size() {
        return led.size();
    }

    @Override
    public void close() {
        led.values().forEach(LedShare::end);
        led.clear();
    }
}
