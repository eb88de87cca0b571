package io.kurier.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.NodeProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes in processes of their own: the active controller is killed, another one takes over, and the killed one
/// comes back. Nobody waits for a time-out, which would be longer than this test.
class ControllerKillIT {
    @TempDir
    Path folder;

    private NodeProcess start(int id, String... more) throws Exception {
        Path own = folder.resolve("node" + id);
        Files.createDirectories(own);
        List<String> settings = new ArrayList<>(List.of(
                "node.id=" + id,
                "controller.quorum.fetch.timeout.ms=120000",
                "controller.quorum.election.timeout.ms=1000",
                "broker.session.timeout.ms=120000"));
        settings.addAll(List.of(more));
        return NodeProcess.start(own, settings.toArray(String[]::new));
    }

    private static Admin admin(NodeProcess node) {
        return Admin.create(Map.of(
                "bootstrap.servers", node.bootstrapServers(), "metadata.max.age.ms", "500", "retry.backoff.ms", "50"));
    }

    private interface Question<T> {
        T ask() throws InterruptedException, ExecutionException;
    }

    /// A question that fails has another answer soon.
    private static <T> void becomes(String what, Question<T> question, T wanted) throws Exception {
        Eventually.equal(what, Optional.of(wanted), () -> {
            try {
                return Optional.of(question.ask());
            } catch (ExecutionException e) {
                return Optional.empty();
            }
        });
    }

    private static Set<Integer> voters(Admin admin) throws InterruptedException, ExecutionException {
        return admin.describeMetadataQuorum().quorumInfo().get().voters().stream()
                .map(QuorumInfo.ReplicaState::replicaId)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Integer> brokers(Admin admin) throws InterruptedException, ExecutionException {
        return admin.describeCluster().nodes().get().stream().map(Node::id).collect(Collectors.toSet());
    }

    private static List<TopicPartitionInfo> partitions(Admin admin, String topic)
            throws InterruptedException, ExecutionException {
        return admin.describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .partitions();
    }

    private static void create(Admin admin, String topic, int replicas) throws Exception {
        admin.createTopics(List.of(new NewTopic(topic, 6, (short) replicas)))
                .all()
                .get();
    }

    @Test
    void anotherControllerTakesOverAndTheKilledOneComesBack() throws Exception {
        try (NodeProcess one = start(1);
                NodeProcess two = start(2, "controller.quorum.bootstrap.servers=" + one.bootstrapServers());
                NodeProcess three = start(3, "controller.quorum.bootstrap.servers=" + two.bootstrapServers())) {
            Map<Integer, NodeProcess> nodes = new HashMap<>(Map.of(1, one, 2, two, 3, three));
            int killed;
            try (Admin admin = admin(three)) {
                becomes("three voters", () -> voters(admin), Set.of(1, 2, 3));
                create(admin, "before", 3);
                killed = admin.describeMetadataQuorum().quorumInfo().get().leaderId();
            }
            nodes.get(killed).kill();
            Set<Integer> left = new TreeSet<>(Set.of(1, 2, 3));
            left.remove(killed);
            for (int id : left) {
                try (Admin admin = admin(nodes.get(id))) {
                    becomes("the killed node is out on node " + id, () -> brokers(admin), left);
                    becomes(
                            "all partitions are led by others on node " + id,
                            () -> partitions(admin, "before").stream()
                                    .allMatch(partition -> partition.leader() != null
                                            && left.contains(partition.leader().id())),
                            true);
                    assertThat(admin.describeMetadataQuorum().quorumInfo().get().leaderId())
                            .isNotEqualTo(killed);
                    create(admin, "through-" + id, 2);
                }
            }
            nodes.get(killed).restart();
            nodes.get(killed).awaitServing();
            try (Admin admin = admin(nodes.get(killed))) {
                becomes("the killed node is back", () -> brokers(admin), Set.of(1, 2, 3));
                becomes("it votes as before", () -> voters(admin), Set.of(1, 2, 3));
                for (int id : left) {
                    assertThat(partitions(admin, "through-" + id)).hasSize(6);
                }
                create(admin, "through-" + killed, 3);
            }
        }
    }
}
