package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.kernel.FileDisk;
import io.kurier.server.config.HostPort;
import io.kurier.server.config.NodeConfig;
import io.kurier.server.config.NodeConfig.CommandLine;
import io.kurier.server.files.DataFolders;
import io.kurier.testkit.Await;
import io.kurier.testkit.FreePorts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.FeatureUpdate.UpgradeType;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidUpdateVersionException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clusters as the files of Kafka's users describe them: controllers and brokers apart from each other, a fixed list of
/// voters or one that can grow, and listeners of their own for clients, brokers and controllers.
@Timeout(120)
class RolesIT {
    private static final Duration LIMIT = Duration.ofSeconds(40);
    private static final String CLUSTER = Uuid.randomUuid().toString();

    @TempDir
    Path folder;

    private final Map<Integer, Integer> controllerPorts = new TreeMap<>();
    private final TreeMap<Integer, Kurier> running = new TreeMap<>();

    @BeforeEach
    void threeControllers() {
        for (int id = 1; id <= 3; id++) {
            controllerPorts.put(id, FreePorts.next());
        }
    }

    @AfterEach
    void stopBrokersFirst() {
        stopAll();
    }

    private String controllers(String form, String separator) {
        return controllerPorts.entrySet().stream()
                .map(entry -> form.formatted(entry.getKey(), entry.getValue()))
                .collect(Collectors.joining(separator));
    }

    private String fixedVoters() {
        return "controller.quorum.voters=" + controllers("%d@127.0.0.1:%d", ",");
    }

    private String bootstrapServers() {
        return "controller.quorum.bootstrap.servers="
                + controllerPorts.values().stream()
                        .map(port -> "127.0.0.1:" + port)
                        .collect(Collectors.joining(","));
    }

    private NodeConfig controller(int id, String quorum) throws Exception {
        return config(id, quorum, """
                process.roles=controller
                listeners=CONTROLLER://127.0.0.1:%d
                advertised.listeners=CONTROLLER://127.0.0.1:%1$d
                controller.listener.names=CONTROLLER
                """.formatted(controllerPorts.get(id)));
    }

    private NodeConfig broker(int id, String quorum) throws Exception {
        return config(id, quorum, """
                process.roles=broker
                listeners=PLAINTEXT://127.0.0.1:%d,INTERNAL://127.0.0.1:%d
                inter.broker.listener.name=INTERNAL
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT
                """.formatted(FreePorts.next(), FreePorts.next()));
    }

    private NodeConfig config(int id, String quorum, String more) throws Exception {
        Path file = Files.writeString(
                folder.resolve("server-" + id + ".properties"),
                """
                node.id=%d
                %s
                log.dirs=%s
                kurier.http.port=-1
                controller.quorum.fetch.timeout.ms=3000
                controller.quorum.election.timeout.ms=2000
                broker.session.timeout.ms=5000
                offsets.topic.replication.factor=2
                """.formatted(id, quorum, folder.resolve("d" + id)) + more);
        return NodeConfig.read(new FileDisk(), file, CommandLine.of(Map.of()));
    }

    private void format(NodeConfig config, DataFolders.Voters voters) throws Exception {
        new DataFolders(new FileDisk(), config.directories())
                .format(CLUSTER, config.identity().nodeId(), voters, new Random());
    }

    private Kurier start(NodeConfig config) throws Exception {
        Kurier node = Kurier.start(config);
        running.put(config.identity().nodeId(), node);
        return node;
    }

    private void stop(int id) {
        running.remove(id).close();
    }

    private static Admin admin(Kurier node) {
        return Admin.create(Map.of("bootstrap.servers", node.bootstrapServers(), "retry.backoff.ms", "50"));
    }

    private static <T> T join(KafkaFuture<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private static Set<Integer> voters(Admin admin) {
        return join(admin.describeMetadataQuorum().quorumInfo()).voters().stream()
                .map(QuorumInfo.ReplicaState::replicaId)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Integer> brokers(Admin admin) {
        return join(admin.describeCluster().nodes()).stream().map(Node::id).collect(Collectors.toSet());
    }

    private static void write(Kurier broker, String topic) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                broker.bootstrapServers(),
                "acks",
                "all",
                "delivery.timeout.ms",
                30_000,
                "request.timeout.ms",
                10_000);
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < 20; i++) {
                producer.send(new ProducerRecord<>(topic, "value-" + i)).get();
            }
        }
    }

    private static void assertReplicated(Admin admin, String topic, int replicas) {
        Await.until(
                LIMIT,
                topic + " has " + replicas + " replicas in sync",
                () -> join(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic).partitions().stream()
                        .allMatch(partition -> partition.isr().size() == replicas));
    }

    @Test
    void aFixedListOfControllersAndBrokersOfTheirOwn() throws Exception {
        for (int id = 1; id <= 3; id++) {
            NodeConfig config = controller(id, fixedVoters());
            format(config, DataFolders.Voters.none());
            start(config);
        }
        Kurier four = start(broker(4, fixedVoters()));
        Kurier five = start(broker(5, fixedVoters()));
        assertThat(four.clusterId()).isEqualTo(CLUSTER);
        try (Admin admin = admin(five)) {
            assertThat(voters(admin)).containsExactly(1, 2, 3);
            assertThat(join(admin.describeFeatures().featureMetadata()).finalizedFeatures())
                    .as("kraft.version is 0")
                    .doesNotContainKey("kraft.version");
            Await.until(LIMIT, "two brokers", () -> brokers(admin).equals(Set.of(4, 5)));
            join(admin.createTopics(List.of(new NewTopic("apart", 4, (short) 2)))
                    .all());
            write(four, "apart");
            assertReplicated(admin, "apart", 2);

            int leader = join(admin.describeMetadataQuorum().quorumInfo()).leaderId();
            stop(leader);
            join(admin.createTopics(List.of(new NewTopic("two-of-three", 2, (short) 2)))
                    .all());
            start(controller(leader, fixedVoters()));
            stop(leader % 3 + 1);
            join(admin.createTopics(List.of(new NewTopic("it-is-back", 2, (short) 2)))
                    .all());
            assertThat(voters(admin)).containsExactly(1, 2, 3);
        }
    }

    private static Map<Integer, Uuid> voterDirectories(Admin admin) {
        return join(admin.describeMetadataQuorum().quorumInfo()).voters().stream()
                .collect(Collectors.toMap(
                        QuorumInfo.ReplicaState::replicaId, QuorumInfo.ReplicaState::replicaDirectoryId));
    }

    private static void updateKraftVersion(Admin admin, int level, FeatureUpdate.UpgradeType type, boolean dryRun) {
        join(admin.updateFeatures(
                        Map.of("kraft.version", new FeatureUpdate((short) level, type)),
                        new UpdateFeaturesOptions().validateOnly(dryRun))
                .all());
    }

    private static short kraftVersion(Admin admin) {
        var level = join(admin.describeFeatures().featureMetadata())
                .finalizedFeatures()
                .get("kraft.version");
        return level == null ? 0 : level.maxVersionLevel();
    }

    @Test
    void aFixedListBecomesOneThatGrows() throws Exception {
        for (int id = 1; id <= 2; id++) {
            NodeConfig config = controller(id, fixedVoters());
            format(config, DataFolders.Voters.none());
            start(config);
        }
        Kurier four = start(broker(4, fixedVoters()));
        try (Admin admin = admin(four)) {
            join(admin.createTopics(List.of(new NewTopic("t", 2, (short) 1))).all());
            write(four, "t");
            assertThatThrownBy(() -> updateKraftVersion(admin, 1, UpgradeType.UPGRADE, false))
                    .as("nobody knows what voter 3 can")
                    .hasCauseInstanceOf(InvalidUpdateVersionException.class)
                    .hasMessageContaining("not all of the voters support it")
                    .hasMessageContaining("Each voter must run");
            assertThat(kraftVersion(admin)).isZero();
            NodeConfig third = controller(3, fixedVoters());
            format(third, DataFolders.Voters.none());
            start(third);
            Await.until(LIMIT, "voter 3 has told what it can", () -> {
                try {
                    updateKraftVersion(admin, 1, UpgradeType.UPGRADE, true);
                    return true;
                } catch (CompletionException e) {
                    return false;
                }
            });
            assertThat(kraftVersion(admin)).isZero();
            updateKraftVersion(admin, 1, UpgradeType.UPGRADE, false);
            Await.until(LIMIT, "broker 4 knows", () -> kraftVersion(admin) == 1);
            assertThat(voterDirectories(admin)).hasSize(3).doesNotContainValue(Uuid.ZERO_UUID);
            updateKraftVersion(admin, 1, UpgradeType.UPGRADE, false);
            for (UpgradeType down : List.of(UpgradeType.SAFE_DOWNGRADE, UpgradeType.UNSAFE_DOWNGRADE)) {
                assertThatThrownBy(() -> updateKraftVersion(admin, 0, down, false))
                        .hasCauseInstanceOf(InvalidUpdateVersionException.class)
                        .hasMessageContaining("Can't downgrade the version of this feature.");
            }
        }
        grows();
        stopAll();
        for (int id = 1; id <= 3; id++) {
            start(controller(id, fixedVoters()));
        }
        start(both(5));
        start(both(6));
        Kurier again = start(broker(4, bootstrapServers()));
        try (Admin admin = admin(again)) {
            assertThat(voters(admin)).containsExactly(1, 2, 3, 5, 6);
            assertThat(kraftVersion(admin)).isEqualTo((short) 1);
            assertReplicated(admin, "t", 1);
            write(again, "t");
        }
    }

    private void grows() throws Exception {
        start(both(5));
        try (Admin admin = admin(start(both(6)))) {
            Await.until(LIMIT, "five voters", () -> voters(admin).equals(Set.of(1, 2, 3, 5, 6)));
        }
    }

    private NodeConfig both(int id) throws Exception {
        int port = controllerPorts.containsKey(id) ? controllerPorts.get(id) : FreePorts.next();
        String seeds = bootstrapServers();
        return config(id, seeds, """
                process.roles=broker,controller
                listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
                controller.listener.names=CONTROLLER
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
                """.formatted(FreePorts.next(), port));
    }

    private void stopAll() {
        running.descendingMap().values().forEach(Kurier::close);
        running.clear();
    }

    @Test
    void initialControllersThatNameThemselvesAreAQuorumThatCanGrow() throws Exception {
        List<Uuid> directories = List.of(Uuid.randomUuid(), Uuid.randomUuid(), Uuid.randomUuid());
        List<DataFolders.Voter> all = new ArrayList<>();
        for (int id = 1; id <= 3; id++) {
            all.add(new DataFolders.Voter(
                    id, directories.get(id - 1), new HostPort("127.0.0.1", controllerPorts.get(id))));
        }
        for (int id = 1; id <= 3; id++) {
            NodeConfig config = controller(id, bootstrapServers());
            format(config, new DataFolders.Voters(directories.get(id - 1), "CONTROLLER", all));
            start(config);
        }
        Kurier four = start(broker(4, bootstrapServers()));
        try (Admin admin = admin(four);
                Admin ofControllers = Admin.create(
                        Map.of("bootstrap.controllers", running.get(2).bootstrapServers()))) {
            assertThat(voters(admin)).containsExactly(1, 2, 3);
            assertThat(join(admin.describeFeatures().featureMetadata())
                            .finalizedFeatures()
                            .get("kraft.version")
                            .maxVersionLevel())
                    .isEqualTo((short) 1);
            assertThat(voters(ofControllers)).containsExactly(1, 2, 3);
            assertThat(brokers(ofControllers)).as("endpoints of controllers").isEqualTo(Set.of(1, 2, 3));
            join(admin.createTopics(List.of(new NewTopic("alone", 2, (short) 1)))
                    .all());
            write(four, "alone");
        }
    }

    @Test
    void nodesOfBothRolesWithListenersOfTheirOwnForBrokersAndControllers() throws Exception {
        List<Kurier> nodes = new ArrayList<>();
        for (int id = 1; id <= 3; id++) {
            String seed = id == 1 ? "" : "controller.quorum.bootstrap.servers=127.0.0.1:" + controllerPorts.get(1);
            nodes.add(start(
                    config(id, seed, """
                    process.roles=broker,controller
                    listeners=PLAINTEXT://127.0.0.1:%d,INTERNAL://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
                    inter.broker.listener.name=INTERNAL
                    controller.listener.names=CONTROLLER
                    listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,INTERNAL:PLAINTEXT
                    """.formatted(FreePorts.next(), FreePorts.next(), controllerPorts.get(id)))));
        }
        try (Admin admin = admin(nodes.get(2))) {
            Await.until(LIMIT, "three voters", () -> voters(admin).equals(Set.of(1, 2, 3)));
            assertThat(join(admin.describeMetadataQuorum().quorumInfo()).nodes().values())
                    .flatExtracting(QuorumInfo.Node::endpoints)
                    .allMatch(endpoint ->
                            endpoint.listener().equals("CONTROLLER") && controllerPorts.containsValue(endpoint.port()));
            join(admin.createTopics(List.of(new NewTopic("spread", 3, (short) 3)))
                    .all());
            write(nodes.get(0), "spread");
            assertReplicated(admin, "spread", 3);
        }
    }

    @Test
    void aFixedListThatBelongsToNoClusterYetSaysWhatToDo() throws Exception {
        NodeConfig config = controller(1, fixedVoters());
        assertThatThrownBy(() -> start(config))
                .hasMessage("Node 1 is one of a fixed list of voters (controller.quorum.voters), and its data folders"
                        + " belong to no cluster yet. Give all of them the same cluster before the first start: kurier"
                        + " storage format CLUSTER-ID --config FILE on each; kurier storage id makes up an id");
        assertThat(folder.resolve("d1").resolve("meta.properties")).doesNotExist();
    }
}
