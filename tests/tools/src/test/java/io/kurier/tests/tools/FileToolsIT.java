package io.kurier.tests.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import kafka.tools.StorageTool;
import org.apache.kafka.tools.DumpLogSegments;
import org.apache.kafka.tools.ProducerPerformance;
import org.apache.kafka.tools.TopicCommand;
import org.apache.kafka.tools.consumer.group.ConsumerGroupCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files in both directions: `kafka-dump-log` reads every kind that our node writes, and our node starts on what
/// `kafka-storage` formats.
class FileToolsIT {
    private static final int RECORDS = 1_500;

    @TempDir
    Path folder;

    private static Printed dump(Path file, String... arguments) {
        return Tool.run(
                        DumpLogSegments::main,
                        Stream.concat(Stream.of("--files", file.toString()), Stream.of(arguments))
                                .toArray(String[]::new))
                .ok();
    }

    private static List<Path> files(Path folder, String ending) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(ending))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void everyKindOfFileIsRead() throws Exception {
        try (NodeProcess node = NodeProcess.start(folder)) {
            fill(node);
            node.stop();
        }
        Path data = folder.resolve("data");
        segments(data.resolve("dumped-0"));
        small(data.resolve("small-0"));
        offsets(data);
        metadata(data.resolve("__cluster_metadata-0"));
    }

    private static void fill(NodeProcess node) {
        node.createTopic("dumped", 1, "segment.bytes=1048576");
        node.run(
                        ProducerPerformance::main,
                        "--topic",
                        "dumped",
                        "--num-records",
                        Integer.toString(RECORDS),
                        "--throughput",
                        "-1",
                        "--record-size",
                        "1000",
                        "--command-property",
                        "compression.type=none")
                .ok();
        node.createTopic("small", 1);
        node.produce("small", "key:value");
        node.run(
                        ConsumerGroupCommand::main,
                        "--reset-offsets",
                        "--group",
                        "dumpers",
                        "--topic",
                        "small",
                        "--to-latest",
                        "--execute")
                .ok();
    }

    private static void segments(Path partition) throws IOException {
        List<Path> logs = files(partition, ".log");
        assertThat(logs).as("segments").hasSizeGreaterThan(1);
        long records = 0;
        for (Path log : logs) {
            long base = Long.parseLong(log.getFileName().toString().replace(".log", ""));
            Printed dumped = Tool.run(DumpLogSegments::main, "--files", log.toString(), "--deep-iteration");
            if (base == 0) {
                dumped.ok();
            } else { // the tool expects that every file begins at offset 0
                dumped.okSaying("Non-consecutive offsets in .*", "-1 is followed by " + base);
            }
            List<String> lines = dumped.lines();
            assertThat(lines).contains("Log starting offset: " + base);
            assertThat(lines)
                    .filteredOn(line -> line.startsWith("baseOffset:"))
                    .isNotEmpty()
                    .allMatch(line -> line.endsWith("isvalid: true"));
            records +=
                    lines.stream().filter(line -> line.startsWith("| offset:")).count();
        }
        assertThat(records).isEqualTo(RECORDS);
        for (String kind : List.of(".index", ".timeindex")) {
            List<Path> indexes = files(partition, kind);
            assertThat(indexes).hasSameSizeAs(logs);
            for (Path index : indexes) {
                assertThat(dump(index, "--index-sanity-check").out()).contains(index + " passed sanity check.");
                assertThat(dump(index, "--verify-index-only").out()).doesNotContain("Mismatch", "Found");
            }
            assertThat(dump(indexes.getFirst()).lines())
                    .filteredOn(line -> line.matches("(offset: \\d+ position: \\d+|timestamp: \\d{13} offset: \\d+)"))
                    .hasSizeGreaterThan(1);
        }
        assertThat(files(partition, ".snapshot"))
                .as("producer snapshots")
                .isNotEmpty()
                .allSatisfy(
                        snapshot -> assertThat(dump(snapshot).lines())
                                .anyMatch(
                                        line -> line.matches(
                                                "producerId: 0 producerEpoch: 0 coordinatorEpoch: -1 .*firstSequence: \\d+ lastSequence: \\d+ lastOffset: .*")));
    }

    private static void small(Path partition) throws IOException {
        Path log = files(partition, ".log").getFirst();
        assertThat(dump(log, "--print-data-log").lines()).anyMatch(line -> line.endsWith("key: key payload: value"));
        assertThat(dump(log, "--print-data-log", "--skip-record-metadata").lines())
                .anyMatch(line -> line.endsWith("key: key payload: value"));
        assertThat(dump(
                                log,
                                "--max-message-size",
                                "1000",
                                "--max-bytes",
                                "4096",
                                "--key-decoder-class",
                                "org.apache.kafka.tools.api.StringDecoder",
                                "--value-decoder-class",
                                "org.apache.kafka.tools.api.StringDecoder")
                        .lines())
                .anyMatch(line -> line.endsWith("key: key payload: value"));
    }

    private static void offsets(Path data) throws IOException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> partitions = Files.list(data)) {
            for (Path partition : partitions
                    .filter(path -> path.getFileName().toString().startsWith("__consumer_offsets-"))
                    .toList()) {
                for (Path log : files(partition, ".log")) {
                    if (Files.size(log) > 0) {
                        all.append(dump(log, "--offsets-decoder").out());
                    }
                }
            }
        }
        assertThat(all.toString())
                .contains("key: {\"type\":\"1\",\"data\":{\"group\":\"dumpers\",\"topic\":\"small\",\"partition\":0}}")
                .contains("\"offset\":1,\"leaderEpoch\":");
    }

    private static void metadata(Path partition) throws IOException {
        String log = dump(files(partition, ".log").getFirst(), "--cluster-metadata-decoder")
                .out();
        assertThat(log)
                .contains("LeaderChange: {\"version\":0,\"leaderId\":1", "KRaftVoters {")
                .contains("{\"type\":\"TOPIC_RECORD\",\"version\":0,\"data\":{\"name\":\"dumped\"")
                .contains(
                        "\"type\":\"REGISTER_BROKER_RECORD\"",
                        "\"type\":\"PARTITION_RECORD\"",
                        "\"type\":\"CONFIG_RECORD\"")
                .contains("\"type\":\"PRODUCER_IDS_RECORD\"", "\"type\":\"FEATURE_LEVEL_RECORD\"")
                .doesNotContain("isvalid: false");
        for (Path checkpoint : files(partition, ".checkpoint")) {
            assertThat(dump(checkpoint, "--cluster-metadata-decoder").out())
                    .contains("Snapshot end offset: ", "SnapshotHeader {", "SnapshotFooter {");
        }
        assertThat(files(partition, ".checkpoint")).isNotEmpty();
    }

    @Test
    void ourNodeStartsOnWhatTheStorageToolFormats() throws Exception {
        assertThat(Tool.run(StorageTool::main, "random-uuid").ok().line()).matches("[\\w-]{22}");
        String id = Tool.run(StorageTool::main, "random-uuid").ok().line();
        String bootstrap = "127.0.0.1:" + FreePorts.next();
        String controller = "127.0.0.1:" + FreePorts.next();
        Path config = Files.writeString(folder.resolve("server.properties"), """
                process.roles=broker,controller
                node.id=1
                controller.quorum.bootstrap.servers=%s
                listeners=PLAINTEXT://%s,CONTROLLER://%s
                controller.listener.names=CONTROLLER
                log.dirs=%s,%s
                """.formatted(
                        controller, bootstrap, controller, folder.resolve("one"), folder.resolve("two")));
        String[] info = {"info", "-c", config.toString()};
        assertThat(Tool.run(StorageTool::main, info)
                        .failsSaying("Found problems:")
                        .out())
                .contains("one does not exist");
        assertThat(Tool.run(StorageTool::main, "format", "-c", config.toString(), "-t", id, "--standalone")
                        .ok()
                        .out())
                .contains("Formatting dynamic metadata voter directory");
        try (NodeProcess node = NodeProcess.startWith(folder, config, bootstrap)) {
            assertThat(node.output()).contains("cluster " + id);
            node.createTopic("formatted", 4);
            assertThat(node.run(TopicCommand::main, "--list").ok().lines()).containsExactly("formatted");
            assertThat(node.run(org.apache.kafka.tools.FeatureCommand::main, "describe")
                            .ok()
                            .out())
                    .containsPattern("metadata.version +SupportedMinVersion: 3.3-IV3 .*FinalizedVersionLevel: 4.3-IV0");
            node.stop();
        }
        assertThat(Tool.run(StorageTool::main, info).ok().out())
                .contains("Found log directories:", "cluster.id=" + id, "node.id=1");
        Tool.run(StorageTool::main, "format", "-c", config.toString(), "-t", id, "--standalone", "--ignore-formatted")
                .ok();
    }
}
