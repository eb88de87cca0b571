package io.kurier.cluster;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeQuorumResponseData.PartitionData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.ReplicaState;

/// Who votes as a cluster grows: one node, then three, then five, so that a majority survives the loss of as many nodes
/// as their number allows. Two nodes have one voter: with two, the loss of either would stop both.
final class VoterGrowth {
    private static final int MOST_VOTERS = 5;
    /// An observer that has not fetched for so long is not counted.
    private static final long RECENT_MS = 1_500;

    private VoterGrowth() {}

    /// What a node that may vote does next.
    sealed interface Step {
        /// It leaves the quorum as it is.
        record Stay() implements Step {}

        /// It becomes a voter.
        record Join() implements Step {}

        /// It first takes away the voter of its own id whose directory is not there any more.
        record Replace(Uuid lostDirectory) implements Step {}
    }

    /// Decides.
    ///
    /// @param quorum voters and observers, as the leader knows them
    /// @param directoryId of the node's metadata log
    static Step next(PartitionData quorum, int nodeId, Uuid directoryId) {
        List<ReplicaState> voters = quorum.currentVoters();
        Optional<ReplicaState> mine =
                voters.stream().filter(voter -> voter.replicaId() == nodeId).findFirst();
        if (mine.isPresent()) {
            Uuid known = mine.get().replicaDirectoryId();
            return known.equals(directoryId) ? new Step.Stay() : new Step.Replace(known);
        }
        Set<Integer> nodes = new HashSet<>();
        voters.forEach(voter -> nodes.add(voter.replicaId()));
        recent(quorum).forEach(observer -> nodes.add(observer.replicaId()));
        nodes.add(nodeId);
        return voters.size() < voters(nodes.size()) ? new Step.Join() : new Step.Stay();
    }

    /// The leader remembers observers for minutes after they have gone.
    private static Stream<ReplicaState> recent(PartitionData quorum) {
        long newestMs = quorum.observers().stream()
                .mapToLong(ReplicaState::lastFetchTimestamp)
                .max()
                .orElse(0);
        long votersMs = quorum.currentVoters().stream()
                .mapToLong(ReplicaState::lastFetchTimestamp)
                .max()
                .orElse(0);
        long sinceMs = Math.max(newestMs, votersMs) - RECENT_MS;
        return quorum.observers().stream().filter(observer -> observer.lastFetchTimestamp() >= sinceMs);
    }

    /// How many of so many nodes vote: the largest odd number, at most five.
    static int voters(int nodes) {
        int odd = nodes % 2 == 0 ? nodes - 1 : nodes;
        return Math.min(MOST_VOTERS, odd);
    }
}
