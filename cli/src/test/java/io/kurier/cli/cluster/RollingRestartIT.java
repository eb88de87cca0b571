package io.kurier.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each of three nodes is stopped and started again while clients work. What it led others lead before it is gone, so
/// they see no error that cannot be retried, and the preferred replicas lead again afterwards.
class RollingRestartIT {
    @TempDir
    Path folder;

    @Test
    void clientsDoNotNotice() throws Exception {
        try (Nodes nodes = new Nodes(folder, Map.of())) {
            List.of(1, 2, 3).forEach(nodes::start);
            try (Admin admin = nodes.admin()) {
                nodes.awaitNodes(admin, 3);
                Nodes.await("three voters", () -> Nodes.voters(admin).size() == 3);
                Nodes.create(admin, "t", 6, 3);
                try (Load load = new Load(nodes.servers(), "t", 6)) {
                    load.awaitProgress();
                    for (int id : List.of(3, 2, 1)) {
                        nodes.stop(id);
                        assertThat(Nodes.partitions(admin, "t"))
                                .as("others led already when node " + id + " was gone")
                                .noneMatch(one -> leads(one, id));
                        load.awaitProgress();
                        nodes.start(id);
                        Nodes.await(
                                "all in sync",
                                () -> Nodes.all(admin, "t", one -> one.isr().size() == 3));
                        load.awaitProgress();
                    }
                    Nodes.await(
                            "preferred leaders",
                            () -> Nodes.all(
                                    admin,
                                    "t",
                                    one -> leads(one, one.replicas().getFirst().id())));
                    load.verify();
                }
            }
        }
    }

    private static boolean leads(TopicPartitionInfo partition, int node) {
        return partition.leader() != null && partition.leader().id() == node;
    }
}
