package io.kurier.cluster.config;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/// Who votes on the metadata, as far as a node is told, and where it asks for the others.
///
/// @param seeds nodes of the cluster that this one joins; none if it begins one, or has been the only one
/// @param fixed the addresses of all voters by their ids, where they are a fixed list (`kraft.version` 0); empty where
///     the metadata name them
/// @param canVote whether this node may become a voter
public record QuorumMembers(List<InetSocketAddress> seeds, Map<Integer, InetSocketAddress> fixed, boolean canVote) {
    /// The first half of the directory ids by which nodes that never vote follow the metadata log: who counts the nodes
    /// that may vote leaves them out. Nothing is stored under these ids.
    private static final long NEVER_VOTES = 0x4b75726965722d30L;

    /// The directory id by which a node that never votes is known to the quorum.
    public static Uuid neverVoting(Uuid directoryId) {
        return new Uuid(NEVER_VOTES, directoryId.getLeastSignificantBits());
    }

    /// True if a node of this directory id never votes.
    public static boolean neverVotes(Uuid directoryId) {
        return directoryId.getMostSignificantBits() == NEVER_VOTES;
    }

    /// True for a node that was told of nobody: it is the first of its cluster.
    public boolean isFirst() {
        return seeds.isEmpty() && fixed.isEmpty();
    }
}
