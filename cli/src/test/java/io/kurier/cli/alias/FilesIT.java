package io.kurier.cli.alias;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.kurier.cli.Terminal;
import io.kurier.server.Kurier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kafka-dump-log` and `kafka-storage` on the files of a node that was used and stopped.
class FilesIT {
    private static final String SEGMENT = "/00000000000000000000";

    @TempDir
    static Path data;

    @TempDir
    Path folder;

    private final Terminal terminal = new Terminal();

    @BeforeAll
    static void useANode() {
        Terminal terminal = new Terminal();
        try (Kurier node = Kurier.builder().data(data).start()) {
            String server = " --bootstrap-server " + node.bootstrapServers();
            terminal.type("h:x\tk\tv\n"
                    + IntStream.range(0, 3000).mapToObj(i -> "\t\t" + i + "\n").collect(Collectors.joining()));
            terminal.ok("kafka-console-producer --topic words --property parse.key=true --property parse.headers=true"
                    + " --property ignore.error=true --property headers.key.separator=: --batch-size 1000" + server);
            terminal.ok("kafka-console-consumer --topic words --group g --from-beginning --max-messages 3" + server);
        }
    }

    @AfterAll
    static void nothingWasChanged() {
        try (Kurier node = Kurier.builder().data(data).start()) {
            assertThat(new Terminal()
                            .ok("kafka-get-offsets --topic words --bootstrap-server " + node.bootstrapServers()))
                    .isEqualTo("words:0:3001\n");
        }
    }

    private String dump(String file, String more) {
        return terminal.ok("kafka-dump-log --files " + data + "/" + file + more);
    }

    @Test
    void batchesAndRecordsAreShownInKafkasLines() {
        assertThat(dump("words-0" + SEGMENT + ".log", "").lines().toList())
                .startsWith("Dumping " + data + "/words-0" + SEGMENT + ".log", "Log starting offset: 0")
                .element(2)
                .asString()
                .matches(
                        "baseOffset: 0 lastOffset: \\d+ count: \\d+ baseSequence: 0 lastSequence: \\d+ producerId: \\d+"
                                + " producerEpoch: 0 partitionLeaderEpoch: 0 isTransactional: false isControl: false"
                                + " deleteHorizonMs: OptionalLong.empty position: 0 CreateTime: \\d+ size: \\d+ magic: 2"
                                + " compresscodec: none crc: \\d+ isvalid: true");
        assertThat(dump("words-0" + SEGMENT + ".log", " --deep-iteration --print-data-log")
                        .lines()
                        .toList()
                        .get(3))
                .matches("\\| offset: 0 CreateTime: \\d+ keySize: 1 valueSize: 1 sequence: 0 headerKeys: \\[h] key: k"
                        + " payload: v");
        assertThat(dump("words-0" + SEGMENT + ".log", " --print-data-log --skip-record-metadata")
                        .lines()
                        .toList()
                        .get(3))
                .isEqualTo("| key: k payload: v");
        assertThat(terminal.ok("log dump --records --json " + data + "/words-0" + SEGMENT + ".log")
                        .lines()
                        .toList()
                        .get(1))
                .contains("\"kind\":\"record\"", "\"payload\":\"v\"");
    }

    @Test
    void indexesAndProducersAreShown() throws IOException {
        String index = "words-0" + SEGMENT + ".index";
        assertThat(dump(index, "").lines().toList())
                .hasSizeGreaterThan(3)
                .last()
                .asString()
                .matches("offset: \\d+ position: \\d+");
        assertThat(dump(index, " --index-sanity-check")).endsWith(".index passed sanity check.\n");
        assertThat(dump(index, " --verify-index-only")).hasLineCount(1);
        assertThat(dump("words-0" + SEGMENT + ".timeindex", "").lines().toList().getLast())
                .matches("timestamp: \\d+ offset: \\d+");
        String snapshot;
        try (Stream<Path> files = Files.list(data.resolve("words-0"))) {
            snapshot = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".snapshot"))
                    .findFirst()
                    .orElseThrow();
        }
        assertThat(dump("words-0/" + snapshot, "").lines().toList().getLast())
                .matches("producerId: \\d+ producerEpoch: 0 coordinatorEpoch: -1 currentTxnFirstOffset:"
                        + " OptionalLong.empty lastTimestamp: \\d+ firstSequence: \\d+ lastSequence: 3000 lastOffset: 3000"
                        + " offsetDelta: \\d+ timestamp: \\d+");
    }

    @Test
    void aWrongIndexIsFound() throws IOException {
        for (String suffix : new String[] {".index", ".log"}) {
            Files.copy(data.resolve("words-0" + SEGMENT + suffix), Path.of(folder + SEGMENT + suffix));
        }
        Path index = Path.of(folder + SEGMENT + ".index");
        byte[] bytes = Files.readAllBytes(index);
        bytes[3]++;
        Files.write(index, bytes);
        assertThat(terminal.ok("kafka-dump-log --verify-index-only --files " + index))
                .contains("Mismatches in :" + index + "\n  Index offset: ");
        bytes[0] = 0x7f;
        Files.write(index, bytes);
        assertThat(terminal.fails("kafka-dump-log --index-sanity-check --files " + index))
                .contains("did not pass the sanity check");
    }

    @Test
    void theNodesOwnRecordsAreJson() throws IOException {
        assertThat(dump("__cluster_metadata-0" + SEGMENT + ".log", " --cluster-metadata-decoder"))
                .contains(
                        "LeaderChange: {\"version\":0,\"leaderId\":1",
                        "KRaftVersion {\"version\":0,\"kRaftVersion\":1}",
                        "payload: {\"type\":\"FEATURE_LEVEL_RECORD\",\"version\":0,\"data\":{\"name\":\"metadata.version\"",
                        "\"name\":\"words\"");
        assertThat(dump("__cluster_metadata-0" + SEGMENT + "-0000000000.checkpoint", " --cluster-metadata-decoder"))
                .contains("Snapshot end offset: 0, epoch: 0\n", "SnapshotHeader {", "SnapshotFooter {\"version\":0}");
        StringBuilder groups = new StringBuilder();
        try (Stream<Path> folders = Files.list(data)) {
            for (Path one : folders.filter(path -> path.toString().contains("__consumer_offsets"))
                    .toList()) {
                groups.append(terminal.ok("kafka-dump-log --offsets-decoder --files " + one + SEGMENT + ".log"));
            }
        }
        assertThat(groups.toString())
                .contains(
                        "key: {\"type\":\"1\",\"data\":{\"group\":\"g\",\"topic\":\"words\",\"partition\":0}} payload:"
                                + " {\"version\":\"4\",\"data\":{\"offset\":3,",
                        "key: {\"type\":\"2\",\"data\":{\"group\":\"g\"}}");
    }

    @Test
    void aTornFileIsSaidToBe() throws IOException {
        Path log = folder.resolve("00000000000000000000.log");
        byte[] whole = Files.readAllBytes(data.resolve("words-0" + SEGMENT + ".log"));
        Files.write(log, java.util.Arrays.copyOf(whole, 200));
        assertThat(terminal.ok("kafka-dump-log --files " + log)).contains("Found problem in " + log + ": [at position");
        assertThat(terminal.fails("kafka-dump-log --files " + folder + "/missing.log"))
                .contains("There is no file " + folder + "/missing.log");
        assertThat(terminal.fails("kafka-dump-log --files " + data + "/meta.properties"))
                .contains("is none of .log");
    }

    @Test
    void foldersAreGivenToACluster() throws IOException {
        String id = terminal.ok("kafka-storage random-uuid").strip();
        assertThat(id).matches("[A-Za-z0-9_][A-Za-z0-9_-]{21}");
        Path config = folder.resolve("server.properties");
        Files.writeString(
                config,
                "process.roles=broker,controller\nnode.id=7\nlog.dirs=" + folder.resolve("a") + ","
                        + folder.resolve("b") + "\n");
        assertThat(terminal.fails("kafka-storage info -c " + config)).contains("Not every folder");
        assertThat(terminal.out()).startsWith("Found problems:\n  " + folder.resolve("a") + " does not exist\n");

        assertThat(terminal.ok("kafka-storage format --standalone -c " + config + " -t " + id))
                .hasLineCount(2);
        assertThat(terminal.ok("kafka-storage info -c " + config))
                .contains("Found log directories:", "Found metadata: {cluster.id=" + id + ", directory.id=");
        assertThat(terminal.fails("kafka-storage format -c " + config + " -t " + id))
                .contains("is already formatted");
        assertThat(terminal.ok("kafka-storage format -g -c " + config + " -t " + id))
                .isEqualTo("All of the log directories are already formatted.\n");
        assertThat(terminal.fails("kafka-storage format -g -c " + config + " -t IJP-hTYMSwmYf9PtBEONew"))
                .contains("belongs to the cluster " + id);
        assertThat(terminal.fails("kafka-storage format -g -c " + config + " -t nonsense"))
                .contains("16 bytes in Base64");
        assertThat(terminal.fails("kafka-storage format -g -c " + config + " -t " + id
                        + " -I 8@localhost:9093:IJP-hTYMSwmYf9PtBEONew,9@localhost:9094:IJP-hTYMSwmYf9PtBEONew"))
                .contains("This node, whose node.id is 7, is not among the --initial-controllers");
        assertThat(terminal.fails("kafka-storage format -g -c " + config + " -t " + id + " -I 7@localhost:9093"))
                .contains("is not of the form ID@HOST:PORT:DIRECTORY-ID");
        assertThat(terminal.fails("kafka-storage format -g -s -N -c " + config + " -t " + id))
                .contains("and not --standalone and --no-initial-controllers");

        try (Kurier node =
                Kurier.builder().set("node.id", "7").data(folder.resolve("a")).start()) {
            assertThat(node.clusterId()).isEqualTo(id);
        }
        assertThat(new ObjectMapper()
                        .readTree(terminal.ok("storage info --json --config " + config))
                        .at("/0/node")
                        .asText())
                .isEqualTo("7");
    }
}
