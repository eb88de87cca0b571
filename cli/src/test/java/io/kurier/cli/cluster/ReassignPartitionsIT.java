package io.kurier.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cli.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kafka-reassign-partitions` on two nodes, and the throttles that it sets.
class ReassignPartitionsIT {
    private static final int PARTS = 40;
    private static final int PART_BYTES = 100_000;

    @TempDir
    Path folder;

    private final Terminal terminal = new Terminal();

    private String plan(String name, String topic, List<Integer> replicas) throws IOException {
        return Files.writeString(
                        folder.resolve(name),
                        "{\"version\":1,\"partitions\":[{\"topic\":\"" + topic + "\",\"partition\":0,\"replicas\":"
                                + replicas + "}]}")
                .toString();
    }

    private static void fill(Nodes nodes, String topic) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", nodes.servers()), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < PARTS; i++) {
                producer.send(new ProducerRecord<>(topic, 0, null, new byte[PART_BYTES]))
                        .get();
            }
        }
    }

    private static List<Integer> replicas(Admin admin, String topic) {
        return Nodes.partitions(admin, topic).getFirst().replicas().stream()
                .map(Node::id)
                .toList();
    }

    private static long bytesOn(Admin admin, int node, String topic) {
        return Nodes.join(admin.describeLogDirs(List.of(node)).allDescriptions()).get(node).values().stream()
                .flatMap(directory -> directory.replicaInfos().entrySet().stream())
                .filter(replica -> replica.getKey().equals(new TopicPartition(topic, 0)))
                .mapToLong(replica -> replica.getValue().size())
                .sum();
    }

    private String reassign(Nodes nodes, String line) {
        return terminal.ok("kafka-reassign-partitions " + line + " --bootstrap-server " + nodes.servers());
    }

    /// Whichever node is asked hears of a change a moment after the controller.
    private static void awaitReplicas(Admin admin, List<Integer> expected) throws Exception {
        Nodes.await("replicas " + expected, () -> replicas(admin, "t").equals(expected));
    }

    private void awaitSettings(String of, String... expected) throws Exception {
        Nodes.await(
                "the settings of " + of,
                () -> List.of(expected).stream().allMatch(terminal.ok("kafka-configs --describe " + of)::contains));
    }

    private void awaitNoThrottle(String of) throws Exception {
        Nodes.await(
                "no throttle of " + of,
                () -> !terminal.ok("kafka-configs --describe " + of).contains("throttled"));
    }

    @Test
    void replicasMoveUnderAThrottleAndBackAgain() throws Exception {
        try (Nodes nodes = new Nodes(folder, Map.of())) {
            List.of(1, 2).forEach(nodes::start);
            try (Admin admin = nodes.admin()) {
                nodes.awaitNodes(admin, 2);
                String server = " --bootstrap-server " + nodes.servers();
                terminal.ok("kafka-topics --create --topic t --replica-assignment 1" + server);
                fill(nodes, "t");
                String file = " --reassignment-json-file " + plan("plan.json", "t", List.of(2));

                assertThat(reassign(nodes, "--execute --throttle 1000" + file))
                        .contains("{\"version\":1,\"partitions\":[{\"topic\":\"t\",\"partition\":0,\"replicas\":[1],"
                                + "\"log_dirs\":[\"any\"]}]}")
                        .contains("The inter-broker throttle limit was set to 1000 B/s")
                        .endsWith("Successfully started partition reassignment for t-0\n");
                assertThat(reassign(nodes, "--list"))
                        .isEqualTo(
                                "Current partition reassignments:\n" + "t-0: replicas: 2,1. adding: 2. removing: 1.\n");
                assertThat(reassign(nodes, "--verify" + file))
                        .isEqualTo("Status of partition reassignment:\n"
                                + "Reassignment of partition t-0 is still in progress.\n");
                awaitSettings(
                        "--topic t" + server,
                        "leader.replication.throttled.replicas=0:1",
                        "follower.replication.throttled.replicas=0:2");
                awaitSettings(
                        "--broker 2" + server,
                        "leader.replication.throttled.rate=1000",
                        "follower.replication.throttled.rate=1000");
                assertThat(terminal.fails("kafka-reassign-partitions --execute" + file + server))
                        .contains("Cannot execute because there is an existing partition assignment");
                assertThat(reassign(nodes, "--cancel --preserve-throttles" + file))
                        .isEqualTo("Successfully cancelled partition reassignment for: t-0.\n");
                awaitReplicas(admin, List.of(1));

                reassign(nodes, "--execute --additional --throttle 500000000" + file);
                Nodes.await(
                        "it is complete",
                        () -> reassign(nodes, "--verify" + file).contains("t-0 is completed."));
                awaitReplicas(admin, List.of(2));
                awaitNoThrottle("--topic t" + server);
                awaitNoThrottle("--broker 2" + server);
                assertThat(reassign(nodes, "--list")).isEqualTo("No partition reassignments found.\n");
                assertThat(reassign(
                                nodes, "--verify --reassignment-json-file " + plan("other.json", "t", List.of(1, 2))))
                        .contains("There is no active reassignment of partition t-0, but replica set is 2 rather than"
                                + " 1,2.");
            }
        }
    }

    @Test
    void whatIsProposedIsEvenAndCanBeExecuted() throws Exception {
        try (Nodes nodes = new Nodes(folder, Map.of(1, "a", 2, "b"))) {
            List.of(1, 2).forEach(nodes::start);
            try (Admin admin = nodes.admin()) {
                nodes.awaitNodes(admin, 2);
                terminal.ok("kafka-topics --create --topic g --replica-assignment 1,1,1,1 --bootstrap-server "
                        + nodes.servers());
                Path topics = Files.writeString(folder.resolve("topics.json"), "{\"topics\":[{\"topic\":\"g\"}]}");
                String proposed = reassign(nodes, "--generate --broker-list 1,2 --topics-to-move-json-file " + topics);
                assertThat(proposed).startsWith("Current partition replica assignment\n{");
                Path file = Files.writeString(
                        folder.resolve("proposed.json"),
                        proposed.lines().toList().getLast());
                assertThat(reassign(nodes, "--execute --reassignment-json-file " + file))
                        .endsWith("Successfully started partition reassignments for g-0,g-1,g-2,g-3\n");
                Nodes.await("all are there", () -> reassign(nodes, "--list").startsWith("No partition"));
                assertThat(Nodes.partitions(admin, "g"))
                        .filteredOn(one -> one.replicas().getFirst().id() == 2)
                        .hasSize(2);
                assertThat(terminal.fails("kafka-reassign-partitions --generate --broker-list 1,9"
                                + " --topics-to-move-json-file " + topics + " --bootstrap-server " + nodes.servers()))
                        .contains("There is no node 9");
            }
        }
    }

    /// Only the side that takes is limited here; the other topic's replicas share its line and are not.
    @Test
    void aFollowerThatIsNotInSyncTakesNoMoreThanItsRate() throws Exception {
        try (Nodes nodes = new Nodes(folder, Map.of())) {
            List.of(1, 2).forEach(nodes::start);
            try (Admin admin = nodes.admin()) {
                nodes.awaitNodes(admin, 2);
                String server = " --bootstrap-server " + nodes.servers();
                for (String topic : List.of("slow", "fast")) {
                    terminal.ok("kafka-topics --create --topic " + topic + " --replica-assignment 1" + server);
                    fill(nodes, topic);
                }
                terminal.ok("kafka-configs --alter --topic slow --add-config"
                        + " follower.replication.throttled.replicas=0:2" + server);
                terminal.ok(
                        "kafka-configs --alter --broker 2 --add-config follower.replication.throttled.rate=1" + server);
                for (String topic : List.of("slow", "fast")) {
                    reassign(
                            nodes,
                            "--execute --additional --reassignment-json-file " + plan(topic, topic, List.of(1, 2)));
                }
                Nodes.await("some is there", () -> bytesOn(admin, 2, "slow") > 0);
                Nodes.await(
                        "the other is whole",
                        () -> Nodes.all(admin, "fast", one -> one.isr().size() == 2));
                assertThat(bytesOn(admin, 2, "slow")).isLessThan((long) PARTS * PART_BYTES / 2);
                assertThat(Nodes.all(admin, "slow", one -> one.isr().size() == 1))
                        .isTrue();

                terminal.ok("kafka-configs --alter --broker 2 --add-config"
                        + " follower.replication.throttled.rate=1000000000" + server);
                Nodes.await(
                        "it is whole as well",
                        () -> Nodes.all(admin, "slow", one -> one.isr().size() == 2));
            }
        }
    }
}
