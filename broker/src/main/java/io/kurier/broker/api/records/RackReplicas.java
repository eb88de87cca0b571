package io.kurier.broker.api.records;

import io.kurier.broker.api.RequestContext;
import io.kurier.broker.api.metadata.NodeAddresses;
import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.leader.ReadCandidate;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Sends consumers to a replica in their rack (KIP-392, `RackAwareReplicaSelector`): one in sync that has the offset
/// they ask for and a listener of the name they came by. The leader itself is the best, if it is in their rack.
public final class RackReplicas {
    private static final int LEADER = -1;
    private static final Comparator<ReadCandidate> BEST = Comparator.comparingLong(ReadCandidate::endOffset)
            .thenComparing((a, b) -> Long.signum(a.caughtUpNs() - b.caughtUpNs()))
            .thenComparing(ReadCandidate::id, Comparator.reverseOrder());

    private final int nodeId;
    private final ClusterView cluster;
    private final NodeAddresses addresses;

    /// For the partitions that one node leads.
    ///
    /// @param addresses where clients reach a node
    public RackReplicas(int nodeId, ClusterView cluster, NodeAddresses addresses) {
        this.nodeId = nodeId;
        this.cluster = cluster;
        this.addresses = addresses;
    }

    /// Where one consumer should read.
    @FunctionalInterface
    interface Choice {
        /// Stays with the leader.
        Choice STAY = (_, _) -> LEADER;

        /// A node's id, -1 for this node.
        int of(Partition partition, long offset);
    }

    /// For a consumer in this rack, which may be empty for none.
    Choice forConsumer(RequestContext context, @Nullable String rack) {
        return rack == null || rack.isEmpty()
                ? Choice.STAY
                : (partition, offset) -> choose(context, rack, partition, offset);
    }

    private int choose(RequestContext context, String rack, Partition partition, long offset) {
        ClusterImage image = cluster.image();
        BrokerImage self = image.broker(nodeId);
        if (self != null && rack.equals(self.rack())) {
            return LEADER;
        }
        Optional<ReadCandidate> best = partition.readReplicas().at(offset).stream()
                .filter(candidate -> isIn(rack, image.broker(candidate.id()), context))
                .max(BEST);
        best.ifPresent(found -> partition.readReplicas().send(found.id()));
        return best.map(ReadCandidate::id).orElse(LEADER);
    }

    private boolean isIn(String rack, @Nullable BrokerImage broker, RequestContext context) {
        return broker != null
                && broker.isActive()
                && rack.equals(broker.rack())
                && addresses.of(context, broker) != null;
    }
}
