package io.kurier.cli.cluster;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.QuorumInfo.ReplicaState;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.jspecify.annotations.Nullable;

/// `kurier cluster status`: which nodes run, what each does, and which partitions are not as they should be.
final class ClusterStatus {
    static final Command COMMAND = Command.connected(
            "status",
            "Which nodes run, what they hold, and which partitions are not well.",
            call -> new ClusterStatus(call).run());

    private final Call call;
    private final Connection connection;

    private ClusterStatus(Call call) {
        this.call = call;
        connection = call.connection();
    }

    private void run() {
        ClusterState state;
        int moving;
        try (Admin admin = connection.admin()) {
            state = ClusterState.read(connection, admin);
            moving = connection
                    .await(admin.listPartitionReassignments().reassignments(), "The reassignments")
                    .size();
        }
        List<TopicPartitionInfo> all = List.copyOf(state.partitions().values());
        Table table = table(state, all);
        long behind = count(all, one -> one.isr().size() < one.replicas().size());
        long offline = count(all, one -> one.leader() == null || one.leader().isEmpty());
        Map<String, @Nullable Object> value = new LinkedHashMap<>();
        value.put("clusterId", state.clusterId());
        value.put("controller", state.quorum().leaderId());
        value.put("nodes", table.objects());
        value.put("partitions", all.size());
        value.put("underReplicated", behind);
        value.put("offline", offline);
        value.put("moving", moving);
        call.output()
                .answer(
                        "Cluster " + state.clusterId() + ", controller "
                                + state.quorum().leaderId() + "\n" + table.text() + all.size()
                                + " partitions: " + behind + " under-replicated, " + offline + " without a leader, "
                                + moving + " being moved",
                        value);
    }

    private static Table table(ClusterState state, List<TopicPartitionInfo> all) {
        Table table = new Table("node", "address", "rack", "state", "quorum", "lag", "leads", "replicas", "in sync");
        for (Node node : state.nodes().values()) {
            int id = node.id();
            table.row(
                    id,
                    node.host() + ":" + node.port(),
                    node.rack(),
                    node.isFenced() ? "down" : "up",
                    role(state.quorum(), id),
                    lag(state.quorum(), id),
                    count(all, one -> one.leader() != null && one.leader().id() == id),
                    count(all, one -> ClusterState.ids(one.replicas()).contains(id)),
                    count(all, one -> ClusterState.ids(one.isr()).contains(id)));
        }
        return table;
    }

    private static long count(List<TopicPartitionInfo> all, Predicate<TopicPartitionInfo> which) {
        return all.stream().filter(which).count();
    }

    private static @Nullable String role(QuorumInfo quorum, int node) {
        if (quorum.leaderId() == node) {
            return "leader";
        }
        if (quorum.voters().stream().anyMatch(voter -> voter.replicaId() == node)) {
            return "voter";
        }
        return quorum.observers().stream().anyMatch(observer -> observer.replicaId() == node) ? "observer" : null;
    }

    /// How many records of the metadata a node lacks, or null if it is not known.
    private static @Nullable Long lag(QuorumInfo quorum, int node) {
        long end = quorum.voters().stream()
                .mapToLong(ReplicaState::logEndOffset)
                .max()
                .orElse(0);
        return Stream.concat(quorum.voters().stream(), quorum.observers().stream())
                .filter(replica -> replica.replicaId() == node)
                .map(replica -> Math.max(0, end - replica.logEndOffset()))
                .findFirst()
                .orElse(null);
    }
}
