package io.kurier.tests.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// One set of directories and one `server.properties`, and Apache Kafka and Kurier on them in turn: whatever one left,
/// the other has.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class ExchangeIT {
    @TempDir
    Path folder;

    private String bootstrap;
    private String controller;
    private Path config;
    private String clusterId;

    /// How Apache Kafka is told who votes.
    enum Quorum {
        /// A list that is fixed (`kraft.version` 0).
        STATIC("controller.quorum.voters=5@", List.of()),
        /// KIP-853 (`kraft.version` 1).
        STANDALONE("controller.quorum.bootstrap.servers=", List.of("--standalone"));

        final String setting;
        final List<String> formatting;

        Quorum(String setting, List<String> formatting) {
            this.setting = setting;
            this.formatting = formatting;
        }
    }

    @BeforeEach
    void places() {
        bootstrap = "127.0.0.1:" + FreePorts.next();
        controller = "127.0.0.1:" + FreePorts.next();
        config = folder.resolve("server.properties");
        clusterId = Uuid.randomUuid().toString();
    }

    private void format(Quorum quorum) throws IOException {
        Files.writeString(config, """
                process.roles=broker,controller
                node.id=5
                %s%s
                listeners=PLAINTEXT://%s,CONTROLLER://%s
                controller.listener.names=CONTROLLER
                inter.broker.listener.name=PLAINTEXT
                log.dirs=%s,%s
                num.partitions=2
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=3
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=3
                group.initial.rebalance.delay.ms=0
                log.cleaner.backoff.ms=200
                metadata.log.max.record.bytes.between.snapshots=2000
                """.formatted(
                quorum.setting, controller, bootstrap, controller, folder.resolve("one"), folder.resolve("two")));
        KafkaNode.format(config, clusterId, quorum.formatting);
    }

    private KafkaNode kafka() throws InterruptedException {
        return KafkaNode.start(folder, config, bootstrap);
    }

    private NodeProcess kurier() {
        return NodeProcess.startWith(folder, config, bootstrap);
    }

    private ClusterContents contents() throws Exception {
        return ClusterContents.read(bootstrap);
    }

    private Stream<Path> files() throws IOException {
        return Stream.concat(Files.walk(folder.resolve("one")), Files.walk(folder.resolve("two")))
                .filter(Files::isRegularFile);
    }

    /// The bytes of all segments of logs that nothing is ever taken away from.
    private Map<Path, byte[]> segments() throws IOException {
        Map<Path, byte[]> segments = new TreeMap<>();
        try (Stream<Path> files = files()) {
            for (Path file : files.filter(path -> path.toString().endsWith(".log"))
                    .filter(path -> path.toString().contains("codecs-")
                            || path.toString().contains("application-")
                            || path.toString().contains("transactions-"))
                    .toList()) {
                segments.put(file, Files.readAllBytes(file));
            }
        }
        return segments;
    }

    private static void assertNothingWasChanged(Map<Path, byte[]> before, Map<Path, byte[]> after) {
        assertThat(before).isNotEmpty();
        before.forEach((path, bytes) -> assertThat(Arrays.copyOf(after.get(path), bytes.length))
                .as("the first %s bytes of %s", bytes.length, path)
                .isEqualTo(bytes));
    }

    private void assertNothingOfOursIsLeft() throws IOException {
        try (Stream<Path> files = files()) {
            assertThat(files.map(path -> path.getFileName().toString()))
                    .as("files that only Kurier knows")
                    .noneMatch(name -> name.startsWith("kurier"));
        }
    }

    private List<Path> snapshots() throws IOException {
        try (Stream<Path> files = files()) {
            return files.filter(path -> path.toString().endsWith(".checkpoint"))
                    .filter(path -> path.toString().contains("__cluster_metadata-0"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void eachGoesOnWhereTheOtherStopped(Quorum quorum) throws Exception {
        format(quorum);
        ExchangeWork work = new ExchangeWork(bootstrap);
        ClusterContents left;
        Application application;
        try (KafkaNode kafka = kafka()) {
            work.first();
            work.trim();
            application = new Application(bootstrap, "application");
            application.work("on kafka", 50);
            left = contents();
            kafka.stop();
        }
        try (application) {
            left = onKurier(work, application, left, "second");
            Map<Path, byte[]> bytes = segments();
            try (KafkaNode kafka = kafka()) {
                contents().assertSameAs("on Apache Kafka again", left);
                work.more("third");
                application.work("on kafka again", 50);
                left = contents();
                kafka.stop();
            }
            assertNothingWasChanged(bytes, segments());
            if (quorum == Quorum.STANDALONE) {
                onKurier(work, application, left, "fourth");
            }
        }
    }

    /// A whole run of our node, in which everything was there before anything was written; what it left.
    private ClusterContents onKurier(ExchangeWork work, Application application, ClusterContents left, String run)
            throws Exception {
        Map<Path, byte[]> bytes = segments();
        List<Path> snapshots = snapshots();
        ClusterContents now;
        try (NodeProcess kurier = kurier()) {
            assertThat(kurier.output()).contains("cluster " + clusterId);
            contents().assertSameAs("on Kurier", left);
            work.more(run);
            application.work("on kurier " + run, 50);
            now = contents();
            kurier.stop();
            assertThat(kurier.output()).doesNotContain("WARN", "ERROR");
        }
        assertNothingWasChanged(bytes, segments());
        assertThat(snapshots()).as("a snapshot of our own").isNotEqualTo(snapshots);
        assertNothingOfOursIsLeft();
        return now;
    }

    @Test
    void eachRecoversWhatWasKilledUnderTheOther() throws Exception {
        format(Quorum.STANDALONE);
        ExchangeWork work = new ExchangeWork(bootstrap);
        ClusterContents left;
        try (KafkaNode killed = kafka()) {
            work.first();
            left = contents();
        }
        try (NodeProcess killed = kurier()) {
            contents().assertSameAs("on Kurier, after Apache Kafka was killed", left);
            work.more("second");
            left = contents();
        }
        try (NodeProcess kurier = kurier()) {
            kurier.stop();
        }
        assertNothingOfOursIsLeft();
        try (KafkaNode kafka = kafka()) {
            contents().assertSameAs("on Apache Kafka, after Kurier was killed", left);
            work.more("third");
            kafka.stop();
        }
    }
}
