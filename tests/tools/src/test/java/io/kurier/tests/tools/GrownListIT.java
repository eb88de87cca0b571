package io.kurier.tests.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import io.kurier.testkit.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.tools.FeatureCommand;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A single node of Apache Kafka with a fixed list of voters (`kraft.version` 0) becomes Kurier, and its list one that
/// grows: by command, or by the nodes that join. Nothing is formatted again, and nothing is lost.
@Timeout(240)
class GrownListIT {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final int FIRST = 5;

    @TempDir
    Path folder;

    private final Map<Integer, String> clients = addresses();
    private final Map<Integer, String> controllers = addresses();
    private ClusterContents left;

    private static Map<Integer, String> addresses() {
        return Stream.of(FIRST, 6, 7).collect(Collectors.toMap(id -> id, id -> "127.0.0.1:" + FreePorts.next()));
    }

    private Path config(int id) {
        Path own = folder.resolve("node-" + id);
        String quorum = id == FIRST
                ? "controller.quorum.voters=5@" + controllers.get(FIRST)
                : "controller.quorum.bootstrap.servers=" + controllers.get(FIRST);
        String settings = """
                process.roles=broker,controller
                node.id=%d
                %s
                listeners=PLAINTEXT://%s,CONTROLLER://%s
                controller.listener.names=CONTROLLER
                inter.broker.listener.name=PLAINTEXT
                log.dirs=%s
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=3
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=3
                group.initial.rebalance.delay.ms=0
                """.formatted(id, quorum, clients.get(id), controllers.get(id), own.resolve("data"));
        try {
            Files.createDirectories(own);
            return Files.writeString(own.resolve("server.properties"), settings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @BeforeEach
    void aNodeOfApacheKafka() throws Exception {
        KafkaNode.format(config(FIRST), Uuid.randomUuid().toString(), List.of());
        try (KafkaNode kafka = kafka()) {
            new ExchangeWork(clients.get(FIRST)).first();
            left = contents();
            kafka.stop();
        }
    }

    private KafkaNode kafka() throws Exception {
        return KafkaNode.start(folder, config(FIRST), clients.get(FIRST));
    }

    private NodeProcess kurier(int id) {
        Path config = config(id);
        return NodeProcess.startWith(config.getParent(), config, clients.get(id));
    }

    private ClusterContents contents() throws Exception {
        return ClusterContents.read(clients.get(FIRST));
    }

    private Set<Integer> voters() {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", clients.get(FIRST)))) {
            return admin.describeMetadataQuorum().quorumInfo().get().voters().stream()
                    .map(QuorumInfo.ReplicaState::replicaId)
                    .collect(Collectors.toSet());
        } catch (ExecutionException e) {
            return Set.of();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// None serves before a majority is there.
    private List<NodeProcess> together() {
        return Stream.of(FIRST, 6, 7).map(id -> CompletableFuture.supplyAsync(() -> kurier(id))).toList().stream()
                .map(CompletableFuture::join)
                .toList();
    }

    @Test
    void byCommandAndApacheKafkaGoesOnWithIt() throws Exception {
        try (NodeProcess kurier = kurier(FIRST)) {
            contents().assertSameAs("on Kurier", left);
            kurier.run(FeatureCommand::main, "upgrade", "--feature", "kraft.version=1")
                    .ok();
            contents().assertSameAs("with another kraft.version", left.with("kraft.version", 1));
            kurier.run(FeatureCommand::main, "downgrade", "--feature", "kraft.version=0")
                    .failsSaying("Can't downgrade the version of this feature.");
            kurier.stop();
            assertThat(kurier.output()).doesNotContain("WARN", "ERROR");
        }
        try (KafkaNode kafka = kafka()) {
            contents().assertSameAs("on Apache Kafka again", left.with("kraft.version", 1));
            kafka.stop();
        }
    }

    @Test
    void byTheNodesThatJoin() throws Exception {
        List<NodeProcess> nodes = new ArrayList<>();
        try {
            for (int id = FIRST; id <= 7; id++) {
                nodes.add(kurier(id));
            }
            Await.until(LIMIT, "three voters", () -> voters().equals(Set.of(FIRST, 6, 7)));
            contents().assertSameAs("with three voters", left.with("kraft.version", 1));
            nodes.forEach(NodeProcess::close);
            nodes.clear();
            nodes.addAll(together());
            Await.until(LIMIT, "three voters again", () -> voters().equals(Set.of(FIRST, 6, 7)));
            contents().assertSameAs("after all were killed", left.with("kraft.version", 1));
            nodes.get(1).close();
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", clients.get(FIRST)))) {
                admin.createTopics(List.of(new NewTopic("by-two-of-three", Map.of(0, List.of(FIRST)))))
                        .all()
                        .get();
            }
        } finally {
            nodes.forEach(NodeProcess::close);
        }
    }
}
