package io.kurier.cluster.config.definition;

/// When a broker's setting can be changed (KIP-226).
public enum Update {
    /// In the node's file only, read when it starts.
    READ_ONLY,
    /// While the node runs, for one broker.
    PER_BROKER,
    /// While the node runs, for one broker or for all.
    CLUSTER_WIDE
}
