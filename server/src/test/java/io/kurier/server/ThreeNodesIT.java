package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RaftVoterEndpoint;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes inside this process, the second and third of which join the first.
class ThreeNodesIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    /// How many replicas the topic's partitions have in all, as the nodes tell it that answer.
    private static int replicas(Admin admin, String topic) {
        try {
            return admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().stream()
                    .mapToInt(partition -> partition.replicas().size())
                    .sum();
        } catch (InterruptedException | ExecutionException e) {
            return 0;
        }
    }

    @Test
    void nodesJoinVoteAndServeCommandsEach() throws Exception {
        try (LocalNodes nodes = LocalNodes.three(folder, Map.of())) {
            for (int id = 1; id <= 3; id++) {
                assertThat(nodes.get(id).clusterId()).isEqualTo(nodes.get(1).clusterId());
                try (Admin admin = nodes.admin(id)) {
                    nodes.awaitBrokers(admin);
                    Await.until(
                            LIMIT,
                            "three voters",
                            () -> LocalNodes.voters(admin).equals(Set.of(1, 2, 3)));
                    String topic = "by-" + id;
                    admin.createTopics(List.of(new NewTopic(topic, 6, (short) 3)))
                            .all()
                            .get();
                    Await.until(LIMIT, topic + " is known on this node", () -> replicas(admin, topic) == 18);
                }
            }
        }
    }

    @Test
    void fourVotersAsARaceMakesThemBecomeThreeAgain() throws Exception {
        try (LocalNodes nodes = new LocalNodes(folder, Map.of())) {
            nodes.start(1);
            startAtOnce(nodes, 2, 4);
            try (Admin admin = nodes.admin(1)) {
                Await.until(
                        LIMIT, "three voters", () -> LocalNodes.voters(admin).size() == 3);
                int outside = IntStream.rangeClosed(1, 4)
                        .filter(id -> !LocalNodes.voters(admin).contains(id))
                        .findFirst()
                        .orElseThrow();
                Properties identity = new Properties();
                identity.load(new StringReader(
                        Files.readString(folder.resolve("d" + outside).resolve("meta.properties"))));
                LocalNodes.join(admin.addRaftVoter(
                                outside,
                                Uuid.fromString(identity.getProperty("directory.id")),
                                Set.of(new RaftVoterEndpoint(
                                        "PLAINTEXT",
                                        "127.0.0.1",
                                        nodes.get(outside)
                                                .addresses()
                                                .getFirst()
                                                .getPort())))
                        .all());
                Await.until(
                        LIMIT,
                        "an odd number again",
                        () -> LocalNodes.voters(admin).size() == 3);
                int leader = LocalNodes.join(admin.describeMetadataQuorum().quorumInfo())
                        .leaderId();
                assertThat(LocalNodes.voters(admin))
                        .as("the leader has not gone")
                        .contains(leader);
            }
        }
    }

    private static void startAtOnce(LocalNodes nodes, int from, int to) throws Exception {
        try (ExecutorService atOnce = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Kurier>> starting = IntStream.rangeClosed(from, to)
                    .mapToObj(id -> atOnce.submit(() -> nodes.start(id)))
                    .toList();
            for (Future<Kurier> node : starting) {
                node.get();
            }
        }
    }
}
