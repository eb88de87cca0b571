package io.kurier.cluster;

import io.kurier.cluster.config.QuorumMembers;
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

        /// It gives its vote back: nodes that joined at the same moment have made an even number.
        record Leave() implements Step {}

        /// It first takes away the voter of its own id whose directory is not there any more.
        record Replace(Uuid lostDirectory) implements Step {}
    }

    /// Decides. Of several nodes that look at the same quorum at most one leaves it: not the leader, and the one with
    /// the highest number.
    ///
    /// @param quorum voters and observers, as the leader knows them. Voters without a directory are a fixed list
    ///     (`kraft.version` 0)
    /// @param directoryId of the node's metadata log
    static Step next(PartitionData quorum, int nodeId, Uuid directoryId) {
        List<ReplicaState> voters = quorum.currentVoters();
        if (voters.stream().anyMatch(voter -> voter.replicaDirectoryId().equals(Uuid.ZERO_UUID))) {
            return new Step.Stay();
        }
        Optional<ReplicaState> mine =
                voters.stream().filter(voter -> voter.replicaId() == nodeId).findFirst();
        int wanted = voters(nodesThatMayVote(quorum, nodeId));
        if (mine.isEmpty()) {
            return voters.size() < wanted ? new Step.Join() : new Step.Stay();
        }
        Uuid known = mine.get().replicaDirectoryId();
        if (!known.equals(directoryId)) {
            return new Step.Replace(known);
        }
        boolean tooMany = voters.size() > 2 && voters.size() % 2 == 0 && voters.size() > wanted;
        return tooMany && isLast(voters, quorum.leaderId(), nodeId) ? new Step.Leave() : new Step.Stay();
    }

    private static int nodesThatMayVote(PartitionData quorum, int nodeId) {
        Set<Integer> nodes = new HashSet<>();
        quorum.currentVoters().forEach(voter -> nodes.add(voter.replicaId()));
        recent(quorum)
                .filter(observer -> !QuorumMembers.neverVotes(observer.replicaDirectoryId()))
                .forEach(observer -> nodes.add(observer.replicaId()));
        nodes.add(nodeId);
        return nodes.size();
    }

    private static boolean isLast(List<ReplicaState> voters, int leader, int nodeId) {
        return nodeId
                == voters.stream()
                        .mapToInt(ReplicaState::replicaId)
                        .filter(id -> id != leader)
                        .max()
                        .orElse(-1);
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
