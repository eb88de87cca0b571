package io.kurier.cli.cluster;

import io.kurier.server.Kurier;
import io.kurier.testkit.Await;
import io.kurier.testkit.FreePorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.QuorumInfo.ReplicaState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartitionInfo;

/// Nodes of one cluster inside this process, each with its folder and port.
final class Nodes implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    private final Map<Integer, Integer> ports = new TreeMap<>();
    private final Map<Integer, Kurier> running = new TreeMap<>();
    private final Map<Integer, String> racks;

    /// @param racks of nodes that have one
    Nodes(Path folder, Map<Integer, String> racks) {
        this.folder = folder;
        this.racks = racks;
    }

    /// Starts a node; the first one begins the cluster.
    void start(int id) {
        Kurier.Builder builder = Kurier.builder()
                .data(folder.resolve("d" + id))
                .port(ports.computeIfAbsent(id, one -> FreePorts.next()))
                .set("node.id", String.valueOf(id))
                .set("controller.quorum.fetch.timeout.ms", "3000")
                .set("controller.quorum.election.timeout.ms", "2000")
                .set("broker.session.timeout.ms", "5000")
                .set("offsets.topic.num.partitions", "3")
                .set("leader.imbalance.check.interval.seconds", "1");
        if (racks.containsKey(id)) {
            builder.set("broker.rack", racks.get(id));
        }
        if (id != 1) {
            builder.set("controller.quorum.bootstrap.servers", "127.0.0.1:" + ports.get(1));
        }
        running.put(id, builder.start());
    }

    /// Stops a node cleanly.
    void stop(int id) {
        running.remove(id).close();
    }

    String servers() {
        return running.values().stream().map(Kurier::bootstrapServers).collect(Collectors.joining(","));
    }

    Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", servers()));
    }

    static <T> T join(KafkaFuture<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    static void await(String what, BooleanSupplier condition) {
        Await.until(LIMIT, what, condition::getAsBoolean);
    }

    void awaitNodes(Admin admin, int count) {
        await(count + " nodes", () -> join(admin.describeCluster().nodes()).size() == count);
    }

    static Set<Integer> voters(Admin admin) {
        return join(admin.describeMetadataQuorum().quorumInfo()).voters().stream()
                .map(ReplicaState::replicaId)
                .collect(Collectors.toSet());
    }

    static void create(Admin admin, String topic, int partitions, int replicas) {
        join(admin.createTopics(List.of(new NewTopic(topic, partitions, (short) replicas)
                        .configs(Map.of("min.insync.replicas", replicas > 2 ? "2" : "1"))))
                .all());
    }

    /// The partitions of a topic; none while that is not answered.
    static List<TopicPartitionInfo> partitions(Admin admin, String topic) {
        try {
            return admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions();
        } catch (InterruptedException | ExecutionException e) {
            return new ArrayList<>();
        }
    }

    static boolean all(Admin admin, String topic, Predicate<TopicPartitionInfo> which) {
        List<TopicPartitionInfo> partitions = partitions(admin, topic);
        return !partitions.isEmpty() && partitions.stream().allMatch(which);
    }

    @Override
    public void close() {
        List<Kurier> all = new ArrayList<>(running.values());
        all.reversed().forEach(Kurier::close);
    }
}
