package io.kurier.cluster.config;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/// Who votes on the metadata, as far as a node is told, and where it asks for the others.
///
/// @param seeds nodes of the cluster that this one joins; none if it begins one, or has been the only one
/// @param fixed the addresses of all voters by their ids, where they are a fixed list (`kraft.version` 0); empty where
///     the metadata name them
/// @param canVote whether this node may become a voter
public record QuorumMembers(List<InetSocketAddress> seeds, Map<Integer, InetSocketAddress> fixed, boolean canVote) {
    /// True for a node that was told of nobody: it is the first of its cluster.
    public boolean isFirst() {
        return seeds.isEmpty() && fixed.isEmpty();
    }
}
