package io.kurier.cli.cluster;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// `kurier cluster balance`: moves replicas so that each node has its share, as few as that takes, and then lets the
/// preferred replicas lead.
final class BalanceCluster {
    static final Command COMMAND = Command.connected(
                    "balance",
                    "Spread partitions evenly over the nodes, for example after one has joined.",
                    call -> new BalanceCluster(call).run())
            .with(Option.flag("--dry-run", "Only show what would move."));

    private final Call call;
    private final Connection connection;

    private BalanceCluster(Call call) {
        this.call = call;
        connection = call.connection();
    }

    private void run() {
        try (Admin admin = connection.admin()) {
            Reassignments reassignments = new Reassignments(connection, admin, call.err());
            reassignments.awaitAll();
            ClusterState state = ClusterState.read(connection, admin);
            ReplicaPlan plan = new ReplicaPlan(state.racks(), state.replicas()).balanced();
            Map<TopicPartition, List<Integer>> changes = plan.changes();
            Table table = table(changes, state);
            boolean dry = call.has("--dry-run");
            if (!call.isJson() && !changes.isEmpty()) {
                call.out().print(table.text());
                call.out().flush();
            }
            if (!dry) {
                reassignments.run(changes);
                connection.refusal(admin.electLeaders(ElectionType.PREFERRED, electable(state))
                        .all());
            }
            Map<String, @Nullable Object> value = new LinkedHashMap<>();
            value.put("partitions", changes.size());
            value.put("copies", plan.copies());
            value.put("done", !dry);
            value.put("changes", table.objects());
            call.output()
                    .answer(
                            changes.isEmpty()
                                    ? "The partitions are spread evenly; nothing moves"
                                    : changes.size()
                                            + (dry ? " partitions would change, " : " partitions changed, ")
                                            + plan.copies()
                                            + (dry ? " replicas would be copied" : " replicas moved"),
                            value);
        }
    }

    /// Null stands for all, and an empty set for none.
    private static @Nullable Set<TopicPartition> electable(ClusterState state) {
        return state.topics().isEmpty() ? Set.of() : null;
    }

    static Table table(Map<TopicPartition, List<Integer>> changes, ClusterState state) {
        Map<TopicPartition, List<Integer>> before = state.replicas();
        Table table = new Table("topic", "partition", "from", "to");
        changes.forEach((partition, after) -> table.row(
                partition.topic(), partition.partition(), Objects.requireNonNull(before.get(partition)), after));
        return table;
    }
}
