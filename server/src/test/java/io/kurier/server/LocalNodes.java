package io.kurier.server;

import io.kurier.testkit.Await;
import io.kurier.testkit.FreePorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;

/// Nodes of one cluster in this JVM. Node 1 begins it, the others join; each keeps its port and its folder (`d1`, `d2`)
/// when it is stopped and started again. They wait so long for each other that a busy machine makes none give up.
/// Safe for use by several threads.
final class LocalNodes implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    private final Map<String, String> settings;
    private final Map<Integer, Integer> ports = new ConcurrentHashMap<>();
    private final Map<Integer, Kurier> running = new ConcurrentHashMap<>();

    /// None runs yet.
    ///
    /// @param settings of each node
    LocalNodes(Path folder, Map<String, String> settings) {
        this.folder = folder;
        this.settings = settings;
    }

    /// Starts nodes 1 to 3.
    static LocalNodes three(Path folder, Map<String, String> settings) {
        var nodes = new LocalNodes(folder, settings);
        try {
            IntStream.rangeClosed(1, 3).forEach(nodes::start);
        } catch (RuntimeException e) {
            nodes.close();
            throw e;
        }
        return nodes;
    }

    /// Starts a node, and returns when it serves.
    Kurier start(int id) {
        return start(id, Map.of());
    }

    /// The same with more settings.
    Kurier start(int id, Map<String, String> more) {
        Kurier.Builder builder = Kurier.builder()
                .data(folder.resolve("d" + id))
                .port(port(id))
                .set("node.id", String.valueOf(id))
                .set("controller.quorum.fetch.timeout.ms", "3000")
                .set("controller.quorum.election.timeout.ms", "2000")
                .set("broker.session.timeout.ms", "5000");
        if (id > 1) {
            builder.set("controller.quorum.bootstrap.servers", servers(1));
        }
        settings.forEach(builder::set);
        more.forEach(builder::set);
        Kurier node = builder.start();
        running.put(id, node);
        return node;
    }

    private int port(int id) {
        return ports.computeIfAbsent(id, _ -> FreePorts.next());
    }

    /// Stops a node cleanly.
    void stop(int id) {
        running.remove(id).close();
    }

    /// A node that runs.
    Kurier get(int id) {
        return running.get(id);
    }

    /// Where clients begin: the addresses of these nodes, or of all that run.
    String servers(int... ids) {
        IntStream some =
                ids.length > 0 ? IntStream.of(ids) : running.keySet().stream().mapToInt(id -> id);
        return some.mapToObj(id -> "127.0.0.1:" + port(id)).collect(Collectors.joining(","));
    }

    /// A client of these nodes, or of all that run, that soon hears of changes.
    Admin admin(int... ids) {
        return Admin.create(
                Map.of("bootstrap.servers", servers(ids), "metadata.max.age.ms", "500", "retry.backoff.ms", "50"));
    }

    /// Waits until all that run, and no others, are brokers of the cluster.
    void awaitBrokers(Admin admin) {
        Set<Integer> all = new TreeSet<>(running.keySet());
        Await.until(LIMIT, "brokers " + all, () -> brokers(admin).equals(all));
    }

    /// Who are its brokers.
    static Set<Integer> brokers(Admin admin) {
        return join(admin.describeCluster().nodes()).stream()
                .map(Node::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// Who votes.
    static Set<Integer> voters(Admin admin) {
        return join(admin.describeMetadataQuorum().quorumInfo()).voters().stream()
                .map(QuorumInfo.ReplicaState::replicaId)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// What a client's call came to.
    static <T> T join(KafkaFuture<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    /// Stops all, the first one last.
    @Override
    public void close() {
        List<Integer> ids =
                new ArrayList<>(new TreeMap<>(running).descendingMap().keySet());
        ids.forEach(this::stop);
    }
}
