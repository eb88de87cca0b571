package io.kurier.broker.replica.leader;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.kernel.Clock;
import java.util.Arrays;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource.Type;

/// Holds replicas back that are filled, so that clients keep their share of the disks and the network (KIP-73): those
/// that are not in sync, of partitions that `SIDE.replication.throttled.replicas` names, at no more than
/// `SIDE.replication.throttled.rate` in all. Both are read from the metadata each time, and what is still to be paid
/// for is paid at the new rate; whoever is in sync is never held back. Safe for use by several threads.
public final class ReplicaThrottle {
    private static final double SECOND_NS = 1e9;

    private final ClusterView cluster;
    private final int nodeId;
    private final Clock clock;
    private final Side side;
    /// Bytes that went and are not paid for yet. Written under the lock.
    private volatile double owedBytes;
    private long paidNs;

    /// Which end of the line counts.
    public enum Side {
        /// What this node's leaders send.
        LEADER("leader"),
        /// What this node's followers take.
        FOLLOWER("follower");

        final String rate;
        final String replicas;

        Side(String name) {
            this.rate = name + ".replication.throttled.rate";
            this.replicas = name + ".replication.throttled.replicas";
        }
    }

    /// For one side of one node.
    public ReplicaThrottle(ClusterView cluster, int nodeId, Clock clock, Side side) {
        this.cluster = cluster;
        this.nodeId = nodeId;
        this.clock = clock;
        this.side = side;
        this.paidNs = clock.nanos();
    }

    /// True if records of this partition must wait, as its replica is not in sync: what went is more than the rate
    /// allows for the next second.
    public boolean holdsBack(TopicPartition partition) {
        return owedBytes > 0 && isThrottled(partition) && pay() > rate();
    }

    /// So many bytes went to a replica that is not in sync.
    public void went(TopicPartition partition, int bytes) {
        if (bytes > 0 && isThrottled(partition)) {
            synchronized (this) {
                owedBytes = pay() + bytes;
            }
        }
    }

    /// True if this node's own replica of the partition is not in sync.
    public boolean isBehind(TopicPartition partition) {
        PartitionImage state = cluster.image().partition(partition.topic(), partition.partition());
        return state != null && !state.isr().contains(nodeId);
    }

    private synchronized double pay() {
        long nowNs = clock.nanos();
        owedBytes = Math.max(0, owedBytes - rate() * ((nowNs - paidNs) / SECOND_NS));
        paidNs = nowNs;
        return owedBytes;
    }

    private boolean isThrottled(TopicPartition partition) {
        String named = cluster.image().configs(Type.TOPIC, partition.topic()).get(side.replicas);
        if (named == null || named.isBlank() || rate() == Long.MAX_VALUE) {
            return false;
        }
        String mine = partition.partition() + ":" + nodeId;
        return named.equals("*")
                || Arrays.stream(named.split(",", -1)).map(String::strip).anyMatch(mine::equals);
    }

    private long rate() {
        ClusterImage image = cluster.image();
        String own = image.configs(Type.BROKER, String.valueOf(nodeId)).get(side.rate);
        String value = own != null ? own : image.configs(Type.BROKER, "").get(side.rate);
        return value == null ? Long.MAX_VALUE : Math.max(1, Long.parseLong(value));
    }
}
