package io.kurier.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.kurier.cluster.config.GroupSettings;
import io.kurier.cluster.config.TopicDefaults;
import io.kurier.cluster.config.TopicSettings;
import io.kurier.kernel.FileDisk;
import io.kurier.server.config.NodeConfig.CommandLine;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeConfigTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void nothingGivenIsALoopbackNodeWithItsDataInTheWorkingFolder() throws Exception {
        NodeConfig config = NodeConfig.read(new FileDisk(), null, CommandLine.of(Map.of()));
        assertThat(config.identity()).isEqualTo(new NodeConfig.Identity(1, false, null));
        assertThat(config.listeners())
                .containsExactly(new Listener("PLAINTEXT", new HostPort("127.0.0.1", 9092), null, false));
        assertThat(config.directories().data()).containsExactly(Path.of("kurier-data"));
        assertThat(config.directories().metadata()).isEqualTo(Path.of("kurier-data"));
        assertThat(config.warnings()).isEmpty();
        assertThat(TopicDefaults.of(config.settings())).isEqualTo(new TopicDefaults(1, (short) 1, true, true));
        assertThat(config.settings().brokerValue("node.id")).isEqualTo("1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kafka-3.3-kraft-server.properties",
                "kafka-3.9-kraft-reconfig-server.properties",
                "kafka-4-server.properties"
            })
    void aStockFileOfAKraftNodeWorksAsItIs(String stock) throws Exception {
        NodeConfig config = NodeConfig.read(new FileDisk(), copyOf(stock), CommandLine.of(Map.of()));
        assertThat(config.identity()).isEqualTo(new NodeConfig.Identity(1, true, null));
        assertThat(config.clientListeners())
                .containsExactly(
                        new Listener("PLAINTEXT", new HostPort("", 9092), new HostPort("localhost", 9092), false));
        assertThat(config.listeners()).hasSize(2).anySatisfy(listener -> {
            assertThat(listener.name()).isEqualTo("CONTROLLER");
            assertThat(listener.bind()).isEqualTo(new HostPort("", 9093));
            assertThat(listener.forControllers()).isTrue();
        });
        assertThat(config.directories().data()).containsExactly(Path.of("/tmp/kraft-combined-logs"));
        assertThat(GroupSettings.of(config.settings()).topic().replicationFactor())
                .isEqualTo((short) 1);
        assertThat(config.warnings())
                .contains("Open to the network without encryption or authentication: PLAINTEXT://:9092");
        assertThat(config.warnings())
                .hasSizeLessThanOrEqualTo(3)
                .allSatisfy(line -> assertThat(line).doesNotContain("\n"));
    }

    @Test
    void aFileOfAContainerWorksAsItIs() throws Exception {
        NodeConfig config = NodeConfig.read(new FileDisk(), copyOf("container.properties"), CommandLine.of(Map.of()));
        assertThat(config.clientListeners())
                .containsExactly(
                        new Listener("PLAINTEXT", new HostPort("broker", 29092), new HostPort("broker", 29092), false),
                        new Listener(
                                "PLAINTEXT_HOST",
                                new HostPort("0.0.0.0", 9092),
                                new HostPort("localhost", 9092),
                                false));
        assertThat(GroupSettings.of(config.settings()).membership().initialRebalanceDelayMs())
                .isZero();
        assertThat(config.warnings())
                .containsExactly(
                        "Open to the network without encryption or authentication: PLAINTEXT://broker:29092,"
                                + " PLAINTEXT_HOST://0.0.0.0:9092",
                        "Without effect (docs/configuration.md says why): metric.reporters,"
                                + " zookeeper.session.timeout.ms",
                        "Not Kurier's, ignored: confluent.metrics.reporter.topic.replicas,"
                                + " confluent.support.metrics.enable (Confluent's)");
    }

    @Test
    void filesForOtherRolesAreRefusedClearly() throws IOException {
        assertThat(problemsOfFile("kafka-3-zookeeper-server.properties"))
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .startsWith("Setting 'zookeeper.connect' in ")
                        .contains("cannot be set: A node of a ZooKeeper cluster"));
    }

    @Test
    void aBrokerOnlyJoinsTheControllersOfItsFile() throws Exception {
        NodeConfig config =
                NodeConfig.read(new FileDisk(), copyOf("kafka-4-broker.properties"), CommandLine.of(Map.of()));
        assertThat(config.quorum())
                .isEqualTo(
                        new NodeConfig.Quorum(List.of(new HostPort("localhost", 9093)), Map.of(), false, "CONTROLLER"));
        assertThat(config.isBroker()).isTrue();
    }

    @Test
    void aControllerOnlyHasNoListenerForClients() throws Exception {
        NodeConfig config =
                NodeConfig.read(new FileDisk(), copyOf("kafka-4-controller.properties"), CommandLine.of(Map.of()));
        assertThat(config.isBroker()).isFalse();
        assertThat(config.listeners())
                .singleElement()
                .satisfies(listener -> assertThat(listener.forControllers()).isTrue());
        assertThat(config.quorum()).isEqualTo(new NodeConfig.Quorum(List.of(), Map.of(), true, "CONTROLLER"));
    }

    @Test
    void aFixedListOfVotersIsKeptAndABrokerAsksThemAll() throws Exception {
        String voters = "1@one:9093,2@two:9093,3@three:9093";
        Map<Integer, HostPort> known =
                Map.of(1, new HostPort("one", 9093), 2, new HostPort("two", 9093), 3, new HostPort("three", 9093));
        NodeConfig voter = NodeConfig.of(Map.of(
                "node.id", "2",
                "process.roles", "controller",
                "listeners", "CONTROLLER://:9093",
                "controller.listener.names", "CONTROLLER",
                "controller.quorum.voters", voters));
        assertThat(voter.quorum()).isEqualTo(new NodeConfig.Quorum(List.of(), known, true, "CONTROLLER"));
        NodeConfig broker = NodeConfig.of(Map.of(
                "node.id", "4",
                "process.roles", "broker",
                "listeners", "PLAINTEXT://:9092",
                "controller.listener.names", "CONTROLLER",
                "controller.quorum.voters", voters));
        assertThat(broker.quorum().voters()).isEqualTo(known);
        assertThat(broker.quorum().seeds()).containsExactlyInAnyOrderElementsOf(known.values());
        assertThat(broker.quorum().canVote()).isFalse();
    }

    @Test
    void joiningIsSaidByTheCommandLineOrTheFile() throws Exception {
        NodeConfig joined = NodeConfig.read(
                new FileDisk(),
                null,
                new CommandLine(Map.of(), "d2", "127.0.0.1:9192", 2, "127.0.0.1:9092,node3:9092", "broker"));
        assertThat(joined.quorum())
                .isEqualTo(new NodeConfig.Quorum(
                        List.of(new HostPort("127.0.0.1", 9092), new HostPort("node3", 9092)),
                        Map.of(),
                        false,
                        "PLAINTEXT"));
        NodeConfig alone = NodeConfig.of(Map.of(
                "controller.quorum.bootstrap.servers", "localhost:9092", "listeners", "PLAINTEXT://127.0.0.1:9092"));
        assertThat(alone.quorum()).isEqualTo(new NodeConfig.Quorum(List.of(), Map.of(), true, "PLAINTEXT"));
    }

    @Test
    void allProblemsAreNamedAtOnceWithTheirLines() throws IOException {
        Path file = write("""
            # ours
            log.retention.hour=24
            num.partitions=0
            retention.ms=5
            ssl.keystore.location=/nowhere
            node.id=seven
            kurier.durabilty=disk
            wholly.made.up.setting=1
            """);
        assertThat(problems(file, CommandLine.of(Map.of())))
                .containsExactly(
                        "Unknown setting 'log.retention.hour' in " + file
                                + " line 2; did you mean 'log.retention.hours'?",
                        "Invalid value '0' for setting 'num.partitions' in " + file
                                + " line 3: allowed is a whole number from 1 to 2147483647",
                        "Unknown setting 'retention.ms' in " + file + " line 4; did you mean 'log.retention.ms'?",
                        "Invalid value 'seven' for setting 'node.id' in " + file
                                + " line 6: allowed is a whole number from 0 to 2147483647",
                        "Unknown setting 'kurier.durabilty' in " + file + " line 7; did you mean 'kurier.durability'?",
                        "Unknown setting 'wholly.made.up.setting' in " + file + " line 8");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
        listeners                | SSL://:9093                | listener SSL asks for SSL, and TLS and SASL are not supported
        listeners                | SASL_PLAINTEXT://:9092     | listener SASL_PLAINTEXT asks for SASL_PLAINTEXT
        listeners                | CLIENTS://:9092            | add CLIENTS:PLAINTEXT to listener.security.protocol.map
        listeners                | localhost:9092             | allowed is NAME://HOST:PORT
        listeners                | PLAINTEXT://:70000         | allowed is NAME://HOST:PORT
        listeners                | PLAINTEXT://a:1,PLAINTEXT://b:2 | listener PLAINTEXT comes twice
        listeners                | " "                        | allowed is any text but an empty one
        advertised.listeners     | PLAINTEXT://0.0.0.0:9092   | clients cannot connect to '0.0.0.0:9092'
        advertised.listeners     | OTHER://host:9092          | there is no listener OTHER in listeners
        controller.listener.names | CONTROLLER                | there is no listener CONTROLLER in listeners
        controller.listener.names | PLAINTEXT                 | there is no listener for clients
        inter.broker.listener.name | INTERNAL                 | there is no listener INTERNAL for brokers
        security.inter.broker.protocol | SSL                  | allowed is only 'PLAINTEXT'
        listener.security.protocol.map | A:TLS                | 'A:TLS' is no NAME:PROTOCOL
        process.roles            | broker                     | a node that is a broker only must join a cluster
        process.roles            | master                     | a comma-separated list of broker, controller
        controller.quorum.voters | 2@a:2,3@c:3                | this node, whose node.id is 1, is not among the voters
        controller.quorum.voters | 1@a:1,2@b:2,1@c:3          | node 1 comes twice
        controller.quorum.voters | 1@localhost:9093,2@b:2     | its listener PLAINTEXT for controllers has another port
        process.roles            | controller                 | listener PLAINTEXT is not in controller.listener.names
        controller.quorum.voters | localhost:9093             | allowed is ID@HOST:PORT
        controller.quorum.bootstrap.servers | elsewhere:0     | allowed is HOST:PORT
        controller.quorum.bootstrap.servers | elsewhere       | allowed is HOST:PORT
        broker.id                | 7                          | node.id is 1: remove broker.id
        log.dirs                 | /a,/b,/a/                  | folder /a/ comes twice
        log.dirs                 | ""                         | at least one folder is needed
        log.dirs                 | /a,,/b                     | an empty name is no folder
        group.min.session.timeout.ms | 1800001                | may not be more than group.max.session.timeout.ms (1800000)
        authorizer.class.name    | org.example.Acls           | There is no access control yet
        remote.log.storage.system.enable | true               | There is no tiered storage
        offsets.topic.replication.factor | 0                  | a whole number from 1 to 32767
        """)
    void whatCannotBeKeptIsRefused(String name, String value, String reason) {
        InvalidNodeConfigException refusal = Objects.requireNonNull(catchThrowableOfType(
                InvalidNodeConfigException.class,
                () -> NodeConfig.of(
                        name.equals("node.id") ? Map.of(name, value) : Map.of("node.id", "1", name, value))));
        assertThat(refusal.problems()).anySatisfy(line -> assertThat(line).contains(reason, name));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        PLAINTEXT://[::1]:9092    |                             | ::1     | 9092 |
        PLAINTEXT://:0            |                             | ''      | 0    |
        plaintext://host.example:1 | plaintext://pub.example:2  | host.example | 1 | pub.example:2
        PLAINTEXT://:9092         | PLAINTEXT://:9092           | ''      | 9092 |
        PLAINTEXT://0.0.0.0:9092  | PLAINTEXT://[2001:db8::1]:9 | 0.0.0.0 | 9092 | [2001:db8::1]:9
        """)
    void listenersAreReadAsKafkaReadsThem(
            String listeners, @Nullable String advertised, String host, int port, @Nullable String told)
            throws InvalidNodeConfigException {
        NodeConfig config = NodeConfig.of(
                advertised == null
                        ? Map.of("listeners", listeners)
                        : Map.of("listeners", listeners, "advertised.listeners", advertised));
        Listener listener = config.listeners().getFirst();
        assertThat(listener.name()).isEqualTo("PLAINTEXT");
        assertThat(listener.bind()).isEqualTo(new HostPort(host, port));
        assertThat(listener.advertised() == null ? null : listener.advertised().toString())
                .isEqualTo(told);
    }

    @Test
    void theCommandLineGoesBeforeTheFile() throws Exception {
        Path file = write("""
            node.id=3
            log.dirs=/a,/b
            num.partitions=2
            listeners=PLAINTEXT://:9092,CONTROLLER://:9093
            advertised.listeners=PLAINTEXT://public:9092
            controller.listener.names=CONTROLLER
            """);
        NodeConfig config = NodeConfig.read(
                new FileDisk(),
                file,
                new CommandLine(
                        Map.of("num.partitions", "4", "log.retention.hours", "1"),
                        "/c",
                        "127.0.0.1:1234",
                        5,
                        null,
                        null));
        assertThat(config.identity().nodeId()).isEqualTo(5);
        assertThat(config.directories().data()).containsExactly(Path.of("/c"));
        assertThat(TopicDefaults.of(config.settings()).partitions()).isEqualTo(4);
        assertThat(TopicSettings.of(config.settings(), Map.of()).retention().ms())
                .isEqualTo(3_600_000);
        assertThat(config.listeners())
                .containsExactly(
                        new Listener("PLAINTEXT", new HostPort("127.0.0.1", 1234), null, false),
                        new Listener("CONTROLLER", new HostPort("", 9093), null, true));
    }

    @Test
    void problemsOfTheCommandLineNameIt() {
        CommandLine line = new CommandLine(Map.of("num.partition", "4"), null, "9092", -1, null, null);
        assertThat(problems(null, line))
                .containsExactly(
                        "Unknown setting 'num.partition' in --set; did you mean 'num.partitions'?",
                        "Invalid value '-1' for setting 'node.id' in --node-id: allowed is a whole number from 0 to"
                                + " 2147483647",
                        "Invalid value '9092' in --listen: allowed is HOST:PORT, such as 127.0.0.1:9092 or"
                                + " 0.0.0.0:9092");
    }

    @Test
    void severalFoldersAndAnOwnOneForMetadata() throws InvalidNodeConfigException {
        NodeConfig config = NodeConfig.of(
                Map.of("log.dir", "/ignored", "log.dirs", "/a, /b", "metadata.log.dir", "/m", "broker.rack", " r1 "));
        assertThat(config.directories())
                .isEqualTo(new NodeConfig.Directories(List.of(Path.of("/a"), Path.of("/b")), Path.of("/m")));
        assertThat(config.identity().rack()).isEqualTo("r1");
        assertThat(NodeConfig.of(Map.of("log.dir", "/one")).directories().data())
                .containsExactly(Path.of("/one"));
    }

    @Test
    void brokerIdIsAnOlderNameOfNodeId() throws InvalidNodeConfigException {
        assertThat(NodeConfig.of(Map.of("broker.id", "9")).identity())
                .isEqualTo(new NodeConfig.Identity(9, true, null));
        assertThat(NodeConfig.of(Map.of("broker.id", "9", "node.id", "9"))
                        .identity()
                        .nodeId())
                .isEqualTo(9);
    }

    @Test
    void aNameGivenTwiceIsWarnedOf() throws Exception {
        Path file = write("num.partitions=2\nnum.partitions=3\n");
        NodeConfig config = NodeConfig.read(new FileDisk(), file, CommandLine.of(Map.of()));
        assertThat(TopicDefaults.of(config.settings()).partitions()).isEqualTo(3);
        assertThat(config.warnings())
                .containsExactly("Setting 'num.partitions' is in " + file + " twice, in lines 1 and 2: the last holds");
    }

    @Test
    void aMissingFileAndAnEndlessOneAreNamed() throws IOException {
        Path missing = folder.resolve("none.properties");
        assertThatThrownBy(() -> NodeConfig.read(new FileDisk(), missing, CommandLine.of(Map.of())))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(missing.toString());
        Path endless = write("#".repeat(2 << 20));
        assertThatThrownBy(() -> NodeConfig.read(new FileDisk(), endless, CommandLine.of(Map.of())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(endless.toString());
    }

    private Path write(String text) throws IOException {
        return Files.writeString(folder.resolve("server.properties"), text);
    }

    private Path copyOf(String stock) throws IOException {
        try (InputStream in = Objects.requireNonNull(NodeConfigTest.class.getResourceAsStream(stock))) {
            return write(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        }
    }

    private List<String> problemsOfFile(String stock) throws IOException {
        return problems(copyOf(stock), CommandLine.of(Map.of()));
    }

    private static List<String> problems(@Nullable Path file, CommandLine line) {
        InvalidNodeConfigException refusal = catchThrowableOfType(
                InvalidNodeConfigException.class, () -> NodeConfig.read(new FileDisk(), file, line));
        return Objects.requireNonNull(refusal).problems();
    }
}
