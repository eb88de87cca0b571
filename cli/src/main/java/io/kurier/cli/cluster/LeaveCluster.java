package io.kurier.cli.cluster;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.UsageException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.QuorumInfo.ReplicaState;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.VoterNotFoundException;
import org.jspecify.annotations.Nullable;

/// `kurier cluster leave`: takes a node out. Its replicas move to the others first, then it is unregistered and stops
/// by itself, and last it is taken out of the voters, of which an odd number stays. The same command again goes on
/// where an earlier one was interrupted.
final class LeaveCluster {
    static final Command COMMAND = Command.connected(
                    "leave",
                    "Take a node out of the cluster, after moving what it holds.",
                    call -> new LeaveCluster(call).run())
            .with(
                    Option.value("--node-id", "ID", "The node that leaves."),
                    Option.flag("--dry-run", "Only show what would move."));

    private static final int MOST_ROUNDS = 10;
    private static final int MOST_VOTERS = 5;
    private static final int CONNECT_TIMEOUT_MS = 1_000;
    /// So long after its last fetch the others count a node when they reckon how many may vote, and a little more.
    private static final long FORGOTTEN_MS = 2_000;

    private static final long FORGOTTEN_WITHIN_NS = TimeUnit.SECONDS.toNanos(20);

    private static final long STOP_NS = TimeUnit.SECONDS.toNanos(30);

    private final Call call;
    private final Connection connection;
    private final int node;

    private LeaveCluster(Call call) {
        this.call = call;
        connection = call.connection();
        call.need("--node-id");
        node = call.number("--node-id", -1);
        if (node < 0) {
            throw new UsageException("--node-id takes the id of a node, from 0 on");
        }
    }

    private void run() {
        Map<String, @Nullable Object> value = new LinkedHashMap<>();
        value.put("node", node);
        try (Admin admin = connection.admin()) {
            Reassignments reassignments = new Reassignments(connection, admin, call.err());
            reassignments.awaitAll();
            ClusterState state = ClusterState.read(connection, admin);
            Node leaving = state.nodes().get(node);
            if (leaving == null && !state.votes(node)) {
                throw new Failure("There is no node " + node + " in the cluster. It has "
                        + state.nodes().keySet());
            }
            checkOthersVote(state);
            int moved = 0;
            if (leaving != null) {
                checkHasOtherCopies(state, leaving);
                if (call.has("--dry-run")) {
                    dryRun(state, value);
                    return;
                }
                moved = move(admin, reassignments, state);
                unregister(admin, leaving);
            }
            boolean voted = removeVoters(admin);
            value.put("moved", moved);
            value.put("voterRemoved", voted);
            call.output()
                    .done(
                            "Node " + node + " has left: " + moved + " replicas moved"
                                    + (voted ? ", it votes no more" : ""),
                            value);
        }
    }

    private void dryRun(ClusterState state, Map<String, @Nullable Object> value) {
        ReplicaPlan plan = new ReplicaPlan(state.racks(), state.replicas()).without(node);
        var table = BalanceCluster.table(plan.changes(), state);
        value.put("copies", plan.copies());
        value.put("changes", table.objects());
        call.output()
                .answer(
                        table.text() + plan.copies() + " replicas would be copied, then node " + node + " stops",
                        value);
    }

    private void checkOthersVote(ClusterState state) {
        if (state.votes(node) && state.quorum().voters().size() == 1) {
            throw new Failure("Node " + node + " cannot leave: it is the only voter. Start a third node first "
                    + "(kurier start --join), so that others vote as well");
        }
    }

    /// What only a node that is down has cannot be moved.
    private void checkHasOtherCopies(ClusterState state, Node leaving) {
        if (!leaving.isFenced()) {
            return;
        }
        List<String> only = state.partitions().entrySet().stream()
                .filter(entry -> ClusterState.ids(entry.getValue().replicas()).contains(node)
                        && ClusterState.ids(entry.getValue().isr()).stream().noneMatch(id -> id != node))
                .map(entry -> entry.getKey().toString())
                .sorted()
                .limit(10)
                .toList();
        if (!only.isEmpty()) {
            throw new Failure("Node " + node + " cannot leave: it is down, and no other node has all records of "
                    + String.join(", ", only) + ". Start it, or delete these topics");
        }
    }

    /// Partitions that are made meanwhile may be placed on it, so it looks again.
    private int move(Admin admin, Reassignments reassignments, ClusterState first) {
        ClusterState state = first;
        int moved = 0;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            ReplicaPlan plan = new ReplicaPlan(state.racks(), state.replicas()).without(node);
            Map<TopicPartition, List<Integer>> changes = plan.changes();
            if (changes.isEmpty()) {
                return moved;
            }
            moved += plan.copies();
            call.err().println("Moving " + plan.copies() + " replicas off node " + node);
            reassignments.run(changes);
            state = ClusterState.read(connection, admin);
        }
        throw new Failure("Partitions are placed on node " + node + " again and again. Try it when fewer are made");
    }

    /// The answer is lost if the node that gives it is the one that stops.
    private void unregister(Admin admin, Node leaving) {
        Throwable refusal = connection.refusal(admin.unregisterBroker(node).all());
        if (refusal != null && ClusterState.read(connection, admin).nodes().containsKey(node)) {
            throw connection.failure(refusal, "Node " + node);
        }
        if (leaving.isFenced()) {
            return;
        }
        call.err().println("Node " + node + " is taken out of the cluster, and stops");
        long deadlineNs = System.nanoTime() + STOP_NS;
        while (answers(leaving)) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new Failure("Node " + node + " does not stop. Stop it, and give the same command again");
            }
            Reassignments.pause();
        }
    }

    private static boolean answers(Node at) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(at.host(), at.port()), CONNECT_TIMEOUT_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// True if the node voted. Of an even number of voters one more goes, never the leader: with four the loss of two
    /// stops all, as with three.
    private boolean removeVoters(Admin admin) {
        ClusterState state = ClusterState.read(connection, admin);
        boolean voted = false;
        for (ReplicaState voter : state.quorum().voters()) {
            if (voter.replicaId() == node) {
                remove(admin, voter);
                voted = true;
            }
        }
        List<ReplicaState> rest = state.quorum().voters().stream()
                .filter(voter -> voter.replicaId() != node)
                .toList();
        if (voted && rest.size() > mostVoters(state.racks().keySet(), node)) {
            awaitForgotten(admin);
            int leader = connection
                    .await(admin.describeMetadataQuorum().quorumInfo(), "The quorum")
                    .leaderId();
            rest.stream()
                    .filter(voter -> voter.replicaId() != leader)
                    .max(Comparator.comparingInt(ReplicaState::replicaId))
                    .ifPresent(voter -> {
                        call.err().println("Node " + voter.replicaId() + " votes no more, so that their number is odd");
                        remove(admin, voter);
                    });
        }
        return voted;
    }

    private void remove(Admin admin, ReplicaState voter) {
        Throwable refusal = connection.refusal(admin.removeRaftVoter(voter.replicaId(), voter.replicaDirectoryId())
                .all());
        if (refusal != null && !(refusal instanceof VoterNotFoundException)) {
            throw connection.failure(refusal, "The quorum");
        }
    }

    /// Otherwise one that gives its vote back might take it again at once.
    private void awaitForgotten(Admin admin) {
        long deadlineNs = System.nanoTime() + FORGOTTEN_WITHIN_NS;
        while (isRemembered(connection.await(admin.describeMetadataQuorum().quorumInfo(), "The quorum"), node)) {
            if (System.nanoTime() - deadlineNs > 0) {
                call.err()
                        .println("Node " + node + " has left, but still asks for metadata. Until it is stopped the"
                                + " number of voters may stay even");
                return;
            }
            Reassignments.pause();
        }
    }

    private static boolean isRemembered(QuorumInfo quorum, int node) {
        long newestMs = Stream.concat(quorum.voters().stream(), quorum.observers().stream())
                .mapToLong(one -> one.lastFetchTimestamp().orElse(0))
                .max()
                .orElse(0);
        return quorum.observers().stream()
                .anyMatch(one ->
                        one.replicaId() == node && one.lastFetchTimestamp().orElse(0) > newestMs - FORGOTTEN_MS);
    }

    /// The largest odd number of nodes, up to five.
    ///
    /// @param running as the node that was asked knows them; it may not have seen yet that one has left
    static int mostVoters(Set<Integer> running, int leaving) {
        int nodes = (int) running.stream().filter(id -> id != leaving).count();
        return Math.min(MOST_VOTERS, nodes % 2 == 0 ? nodes - 1 : nodes);
    }
}
