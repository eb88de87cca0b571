package io.kurier.tests.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.tools.ClusterTool;
import org.apache.kafka.tools.TopicCommand;
import org.apache.kafka.tools.reassign.ReassignPartitionsCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes, each in a process of its own: replicas move between them by Kafka's own tool, `kafka-topics` shows who
/// is eligible, and a node that is unregistered ends.
class ReassignToolIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private NodeProcess start(int id, String seed) throws IOException {
        Path own = Files.createDirectories(folder.resolve("n" + id));
        String[] first = {"node.id=" + id, "kurier.http.port=-1"};
        return seed.isEmpty()
                ? NodeProcess.start(own, first)
                : NodeProcess.start(own, first[0], first[1], "controller.quorum.bootstrap.servers=" + seed);
    }

    /// Without a look at stderr, where clients complain about a node that is down.
    private static List<String> describe(NodeProcess node) {
        return node.run(TopicCommand::main, "--describe", "--topic", "t").lines();
    }

    private static void await(NodeProcess node, String what) {
        Await.until(LIMIT, what, () -> describe(node).stream().anyMatch(line -> line.contains(what)));
    }

    @Test
    void replicasMoveAndWhoIsEligibleIsShown() throws Exception {
        try (NodeProcess one = start(1, "");
                NodeProcess two = start(2, one.bootstrap());
                NodeProcess three = start(3, one.bootstrap())) {
            one.run(
                            TopicCommand::main,
                            "--create",
                            "--topic",
                            "t",
                            "--replica-assignment",
                            "1:2",
                            "--config",
                            "min.insync.replicas=2")
                    .ok();
            one.produce("t", "a:1", "b:2", "c:3");
            Path plan = Files.writeString(
                    folder.resolve("plan.json"),
                    "{\"version\":1,\"partitions\":[{\"topic\":\"t\",\"partition\":0,\"replicas\":[3,1]}]}");
            Tool.Main reassign = ReassignPartitionsCommand::main;
            String[] file = {"--reassignment-json-file", plan.toString()};
            assertThat(one.run(reassign, "--execute", file[0], file[1], "--throttle", "100000000")
                            .ok()
                            .out())
                    .contains("Successfully started partition reassignment for t-0");
            Await.until(
                    LIMIT,
                    "it is complete",
                    () -> one.run(reassign, "--verify", file[0], file[1])
                            .ok()
                            .out()
                            .contains("Reassignment of partition t-0 is completed."));
            await(one, "Replicas: 3,1");
            assertThat(one.run(reassign, "--list").ok().line()).isEqualTo("No partition reassignments found.");

            three.stop();
            await(one, "Isr: 1\tElr: 3");
            assertThat(Tool.run(ClusterTool::main, "unregister", "--bootstrap-server", one.bootstrap(), "--id", "2")
                            .ok()
                            .out())
                    .contains("Broker 2 is no longer registered.");
            Await.until(LIMIT, "node 2 has ended", () -> !two.isRunning());
            assertThat(two.output()).contains("This node was taken out of its cluster");
        }
    }
}
