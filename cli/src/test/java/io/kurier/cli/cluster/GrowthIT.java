package io.kurier.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cli.Terminal;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A fourth node joins three under load, partitions move to it, and it leaves again.
class GrowthIT {
    @TempDir
    Path folder;

    private final Terminal terminal = new Terminal();

    @Test
    void aFourthNodeJoinsTakesItsShareAndLeavesUnderLoad() throws Exception {
        try (Nodes nodes = new Nodes(folder, Map.of(1, "a", 2, "b", 3, "c", 4, "a"))) {
            List.of(1, 2, 3).forEach(nodes::start);
            try (Admin admin = nodes.admin()) {
                nodes.awaitNodes(admin, 3);
                Nodes.await("three voters", () -> Nodes.voters(admin).size() == 3);
                Nodes.create(admin, "t", 8, 3);
                try (Load load = new Load(nodes.servers(), "t", 8)) {
                    load.awaitProgress();
                    String servers = nodes.servers();
                    nodes.start(4);
                    nodes.awaitNodes(admin, 4);
                    assertThat(Nodes.voters(admin))
                            .as("four voters stand no more than three")
                            .hasSize(3);

                    assertThat(terminal.ok("cluster balance --dry-run -b " + servers))
                            .contains("would be copied");
                    assertThat(held(admin, 4)).isZero();
                    terminal.ok("cluster balance -b " + servers);
                    assertThat(held(admin, 4)).as("its share, within its rack").isBetween(4L, 6L);
                    assertThat(Nodes.partitions(admin, "t"))
                            .as("each partition in all three racks")
                            .allMatch(one -> !ids(one).containsAll(Set.of(1, 4)));
                    load.awaitProgress();
                    assertThat(terminal.ok("cluster status -b " + servers)).contains("0 under-replicated");

                    assertThat(terminal.ok("cluster leave --node-id 4 -b " + servers))
                            .contains("Node 4 has left");
                    assertThat(held(admin, 4)).isZero();
                    nodes.awaitNodes(admin, 3);
                    assertThat(terminal.fails("cluster leave --node-id 4 -b " + servers))
                            .contains("There is no node 4");
                    load.awaitProgress();
                    load.verify();
                }
                assertThat(terminal.fails("cluster leave --node-id 3 -b " + nodes.servers()))
                        .contains("Node 3 cannot leave: 2 other node(s) run")
                        .contains("t (3)")
                        .contains("kurier start --join");
            }
        }
    }

    /// With one replica each nothing holds a node back, and an odd number of voters stays.
    @Test
    void ofThreeVotersOneStaysWhenANodeLeaves() throws Exception {
        try (Nodes nodes = new Nodes(folder, Map.of())) {
            List.of(1, 2, 3).forEach(nodes::start);
            try (Admin admin = nodes.admin()) {
                nodes.awaitNodes(admin, 3);
                Nodes.await("three voters", () -> Nodes.voters(admin).size() == 3);
                Nodes.create(admin, "single", 6, 1);
                terminal.ok("cluster leave --node-id 1 --json -b " + nodes.servers());
                assertThat(terminal.out()).contains("\"node\":1").contains("\"voterRemoved\":true");
                assertThat(Nodes.voters(admin)).hasSize(1).doesNotContain(1);
                assertThat(Nodes.partitions(admin, "single"))
                        .allMatch(one -> one.leader() != null && one.leader().id() != 1);
            }
        }
    }

    private static long held(Admin admin, int node) {
        return Nodes.partitions(admin, "t").stream()
                .filter(one -> ids(one).contains(node))
                .count();
    }

    private static List<Integer> ids(TopicPartitionInfo partition) {
        return partition.replicas().stream().map(Node::id).toList();
    }
}
