package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import io.kurier.testkit.FreePorts;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.RaftVoterEndpoint;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes inside this process, the second and third of which join the first.
class ThreeNodesIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private Kurier start(int id, int port, int seed) {
        Kurier.Builder builder = Kurier.builder()
                .data(folder.resolve("d" + id))
                .port(port)
                .set("node.id", String.valueOf(id))
                .set("controller.quorum.fetch.timeout.ms", "3000")
                .set("controller.quorum.election.timeout.ms", "2000")
                .set("broker.session.timeout.ms", "5000");
        if (seed > 0) {
            builder.set("controller.quorum.bootstrap.servers", "127.0.0.1:" + seed);
        }
        return builder.start();
    }

    private static Set<Integer> voters(Admin admin) {
        return join(admin.describeMetadataQuorum().quorumInfo()).voters().stream()
                .map(QuorumInfo.ReplicaState::replicaId)
                .collect(Collectors.toCollection(TreeSet::new));
    }

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

    private static <T> T join(KafkaFuture<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private static Set<Integer> brokers(Admin admin) {
        return join(admin.describeCluster().nodes()).stream().map(Node::id).collect(Collectors.toSet());
    }

    @Test
    void nodesJoinVoteAndServeCommandsEach() throws Exception {
        int first = FreePorts.next();
        try (Kurier one = start(1, first, 0);
                Kurier two = start(2, 0, first);
                Kurier three = start(3, 0, first)) {
            assertThat(two.clusterId()).isEqualTo(one.clusterId());
            for (Kurier node : List.of(one, two, three)) {
                try (Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()))) {
                    Await.until(LIMIT, "three brokers", () -> brokers(admin).equals(Set.of(1, 2, 3)));
                    Await.until(LIMIT, "three voters", () -> voters(admin).equals(Set.of(1, 2, 3)));
                    String topic = "by-" + node.config().identity().nodeId();
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
        int first = FreePorts.next();
        Map<Integer, Kurier> nodes = new TreeMap<>();
        nodes.put(1, start(1, first, 0));
        try (ExecutorService atOnce = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Kurier>> starting = IntStream.rangeClosed(2, 4)
                    .mapToObj(id -> atOnce.submit(() -> start(id, 0, first)))
                    .toList();
            for (int id = 2; id <= 4; id++) {
                nodes.put(id, starting.get(id - 2).get());
            }
        }
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", nodes.get(1).bootstrapServers()))) {
            Await.until(LIMIT, "three voters", () -> voters(admin).size() == 3);
            int outside = IntStream.rangeClosed(1, 4)
                    .filter(id -> !voters(admin).contains(id))
                    .findFirst()
                    .orElseThrow();
            Properties identity = new Properties();
            identity.load(new StringReader(
                    Files.readString(folder.resolve("d" + outside).resolve("meta.properties"))));
            join(admin.addRaftVoter(
                            outside,
                            Uuid.fromString(identity.getProperty("directory.id")),
                            Set.of(new RaftVoterEndpoint(
                                    "PLAINTEXT",
                                    "127.0.0.1",
                                    nodes.get(outside).addresses().getFirst().getPort())))
                    .all());
            Await.until(LIMIT, "an odd number again", () -> voters(admin).size() == 3);
            int leader = join(admin.describeMetadataQuorum().quorumInfo()).leaderId();
            assertThat(voters(admin)).as("the leader has not gone").contains(leader);
        } finally {
            nodes.values().forEach(Kurier::close);
        }
    }
}
