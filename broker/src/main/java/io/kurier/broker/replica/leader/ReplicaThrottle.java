package io.kurier.broker.replica.leader;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.kernel.Clock;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource.Type;

/// Holds replicas back that this node's leaders fill, so that clients keep their share of the disks and the network
/// (KIP-73): those that are not in sync, of partitions that `leader.replication.throttled.replicas` names, at no more
/// than `leader.replication.throttled.rate` in all. Both are read from the metadata each time; whoever is in sync is
/// never held back. Safe for use by several threads.
public final class ReplicaThrottle {
    static final String RATE = "leader.replication.throttled.rate";
    static final String REPLICAS = "leader.replication.throttled.replicas";
    private static final double SECOND_NS = 1e9;

    private final ClusterView cluster;
    private final int nodeId;
    private final Clock clock;
    /// When all that was sent will be paid for.
    private final AtomicLong paidNs;

    /// For the leaders of one node.
    public ReplicaThrottle(ClusterView cluster, int nodeId, Clock clock) {
        this.cluster = cluster;
        this.nodeId = nodeId;
        this.clock = clock;
        this.paidNs = new AtomicLong(clock.nanos());
    }

    /// True if records of this partition must wait for a replica that is not in sync: what was sent is more than the
    /// rate allows for the next second.
    public boolean holdsBack(TopicPartition partition) {
        return paidNs.get() - clock.nanos() > SECOND_NS && isThrottled(partition);
    }

    /// So many bytes go to a replica that is not in sync.
    public void sent(TopicPartition partition, int bytes) {
        if (bytes > 0 && isThrottled(partition)) {
            long nowNs = clock.nanos();
            long costNs = (long) (bytes * SECOND_NS / Math.max(1, rate()));
            paidNs.updateAndGet(paid -> (paid - nowNs > 0 ? paid : nowNs) + costNs);
        }
    }

    private boolean isThrottled(TopicPartition partition) {
        String named = cluster.image().configs(Type.TOPIC, partition.topic()).get(REPLICAS);
        if (named == null || named.isBlank() || rate() == Long.MAX_VALUE) {
            return false;
        }
        String mine = partition.partition() + ":" + nodeId;
        return named.equals("*")
                || Arrays.stream(named.split(",", -1)).map(String::strip).anyMatch(mine::equals);
    }

    private long rate() {
        ClusterImage image = cluster.image();
        String own = image.configs(Type.BROKER, String.valueOf(nodeId)).get(RATE);
        String value = own != null ? own : image.configs(Type.BROKER, "").get(RATE);
        return value == null ? Long.MAX_VALUE : Long.parseLong(value);
    }
}
