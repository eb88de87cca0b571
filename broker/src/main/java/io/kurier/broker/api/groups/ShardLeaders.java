package io.kurier.broker.api.groups;

import io.kurier.broker.api.RequestContext;
import java.util.Optional;

/// Which node leads a partition of an internal topic, as this node sees the cluster now. Must not block.
public interface ShardLeaders {
    /// The leader's address on the listener that the client came by; empty while there is no leader, or none on that
    /// listener.
    Optional<Leader> leaderOf(String topic, int partition, RequestContext context);

    /// A node as its clients reach it.
    record Leader(int nodeId, String host, int port) {}
}
