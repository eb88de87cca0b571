package io.kurier.broker.api.groups.streams;

import io.kurier.cluster.ClusterView;

/// Whether the cluster has streams groups: its feature `streams.version` is 1 or more (KIP-1071).
record StreamsFeature(ClusterView cluster) {
    private static final String NAME = "streams.version";

    /// What is answered otherwise, with UNSUPPORTED_VERSION.
    static final String REFUSAL = "The cluster's streams.version is 0, which has no streams groups: raise it, or use"
            + " group.protocol=classic.";

    boolean isOn() {
        return cluster.image().feature(NAME) > 0;
    }
}
