package io.kurier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kurier.server.Kurier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/// The commands against a real node.
class CliIT {
    private static Kurier node;

    @TempDir
    Path folder;

    private final Terminal terminal = new Terminal();
    private String topic = "";
    private String out = "";
    private String err = "";

    @BeforeAll
    static void startNode() {
        node = Kurier.start();
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    @BeforeEach
    void ownTopic(TestInfo test) {
        topic = test.getTestMethod().orElseThrow().getName();
    }

    private int run(String... words) {
        List<String> args = new ArrayList<>(List.of(words));
        args.add("-b");
        args.add(node.bootstrapServers());
        int exitCode = terminal.run(args.toArray(String[]::new));
        out = terminal.out();
        err = terminal.err();
        return exitCode;
    }

    private void succeed(String... words) {
        assertThat(run(words)).as("exit code; errors: %s", err).isZero();
    }

    private JsonNode json(String... words) throws IOException {
        List<String> args = new ArrayList<>(List.of(words));
        args.add("--json");
        succeed(args.toArray(String[]::new));
        return new ObjectMapper().readTree(out);
    }

    private void produce(int records, String... more) throws IOException {
        Path file = folder.resolve("lines");
        Files.write(
                file,
                IntStream.range(0, records)
                        .mapToObj(i -> "k" + i % 10 + ":v" + i)
                        .toList());
        List<String> args = new ArrayList<>(List.of("produce", topic, "--file", file.toString(), "-K", ":"));
        args.addAll(List.of(more));
        succeed(args.toArray(String[]::new));
    }

    @Test
    void aTopicIsMadeListedDescribedChangedAndDeleted() throws IOException {
        succeed("topic", "create", topic, "--partitions", "3", "-c", "retention.ms=60000");
        assertThat(out).isEqualTo("Created topic " + topic + " with 3 partitions\n");

        succeed("topic", "list");
        assertThat(out.lines().filter(line -> line.startsWith(topic)))
                .singleElement()
                .asString()
                .contains("  3  ");

        JsonNode described = json("topic", "describe", topic).get(0);
        assertThat(described.at("/settings/retention.ms").asText()).isEqualTo("60000");
        assertThat(described.get("partitions")).hasSize(3);
        assertThat(described.at("/partitions/2/leader").asInt()).isEqualTo(1);

        succeed(
                "topic",
                "alter",
                topic,
                "--partitions",
                "4",
                "--delete-config",
                "retention.ms",
                "-c",
                "segment.ms=5000");
        assertThat(json("topic", "describe", topic).at("/0/settings").toString())
                .isEqualTo("{\"segment.ms\":\"5000\"}");
        assertThat(json("topic", "describe", topic).at("/0/partitions")).hasSize(4);

        succeed("topic", "delete", topic);
        assertThat(run("topic", "describe", topic)).isEqualTo(1);
        assertThat(err).isEqualTo("kurier: Topic " + topic + " does not exist\n");
    }

    @Test
    void whatGoesWrongWithTopicsIsSaidPlainly() {
        succeed("topic", "create", topic);
        assertThat(run("topic", "create", topic)).isEqualTo(1);
        assertThat(err).isEqualTo("kurier: Topic " + topic + " exists already\n");
        succeed("topic", "create", topic, "--if-not-exists");

        assertThat(run("topic", "create", "no spaces please")).isEqualTo(1);
        assertThat(err).startsWith("kurier: Topic no spaces please: ").hasLineCount(1);

        assertThat(run("topic", "create", topic + "3", "--replication-factor", "3"))
                .isEqualTo(1);
        assertThat(err).contains("3").hasLineCount(1);

        assertThat(run("topic", "alter", topic, "-c", "retention.sm=5")).isEqualTo(1);
        assertThat(err).contains("retention.sm").hasLineCount(1);

        assertThat(run("topic", "delete", "missing")).isEqualTo(1);
        assertThat(err).isEqualTo("kurier: Topic missing does not exist\n");
        succeed("topic", "delete", "missing", "--if-exists");
    }

    @Test
    void linesComeBackAsTheyWentIn() throws IOException {
        succeed("topic", "create", topic, "-p", "2");
        produce(1000, "-H", "source=test", "-z", "lz4");
        assertThat(err).startsWith("Wrote 1,000 records (");

        succeed("consume", topic, "--from-beginning", "--exit-at-end", "--format", "%k:%s %h\\n");
        assertThat(out.lines())
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 1000)
                        .mapToObj(i -> "k" + i % 10 + ":v" + i + " source=test")
                        .toList());

        succeed("consume", topic, "--from-beginning", "-n", "7");
        assertThat(out).hasLineCount(7);

        succeed("consume", topic, "--from", "-3", "-p", "1", "-e", "-f", "%p %o\\n");
        assertThat(out.lines()).hasSize(3).allMatch(line -> line.startsWith("1 "));

        succeed("consume", topic, "--from", "@0", "-e", "-f", "%s\\n");
        assertThat(out).hasLineCount(1000);

        succeed("consume", topic, "--idle", "0.2");
        assertThat(out).isEmpty();
    }

    @Test
    void jsonLinesGoRound() throws IOException {
        succeed("topic", "create", topic);
        Path lines = folder.resolve("json");
        Files.writeString(lines, """
            {"key":"a","value":null,"timestamp":1500,"headers":[{"key":"h","value":"x"}]}
            {"keyBase64":"/w==","value":"grüße"}
            """);
        succeed("produce", topic, "--file", lines.toString(), "--json-lines");

        succeed("consume", topic, "--from-beginning", "-e", "--json");
        List<String> read = out.lines().toList();
        assertThat(read).hasSize(2);
        assertThat(new ObjectMapper().readTree(read.get(0)).toString())
                .isEqualTo("{\"topic\":\"" + topic + "\",\"partition\":0,\"offset\":0,\"timestamp\":1500,\"key\":\"a\","
                        + "\"value\":null,\"headers\":[{\"key\":\"h\",\"value\":\"x\"}]}");
        assertThat(read.get(1)).contains("\"keyBase64\":\"/w==\"", "\"value\":\"grüße\"");
    }

    @Test
    void aMissingTopicOrPartitionIsNamed() {
        assertThat(run("consume", "missing", "-e")).isEqualTo(1);
        assertThat(err).isEqualTo("kurier: Topic missing does not exist\n");

        succeed("topic", "create", topic, "-p", "2");
        assertThat(run("consume", topic, "-p", "5", "-e")).isEqualTo(1);
        assertThat(err).isEqualTo("kurier: Topic " + topic + " has no partition 5, only 0 to 1\n");
    }

    @Test
    void aGroupIsFollowedMovedAndForgotten() throws IOException {
        String group = topic + "-readers";
        succeed("topic", "create", topic, "-p", "2");
        produce(100);
        succeed("consume", topic, "--from-beginning", "--group", group, "--count", "30");
        assertThat(out).hasLineCount(30);

        JsonNode described = json("group", "describe", group).get(0);
        assertThat(described.get("state").asText()).isEqualTo("Empty");
        assertThat(described.get("members")).isEmpty();
        assertThat(lag(group)).isEqualTo(70);
        succeed("group", "list");
        assertThat(out).contains(group);

        succeed("consume", topic, "--group", group, "--exit-at-end", "--from-beginning");
        assertThat(out).hasLineCount(70);
        assertThat(lag(group)).isZero();

        succeed("group", "reset-offsets", group, "--by", "-10", "--dry-run");
        assertThat(lag(group)).isZero();
        succeed("group", "reset-offsets", group, "--to", "-10");
        assertThat(lag(group)).isEqualTo(20);
        succeed("group", "reset-offsets", group, "--to", "beginning", "--topic", topic + ":0");
        assertThat(lag(group)).isGreaterThan(20);

        succeed("group", "delete-offsets", group, "--topic", topic);
        assertThat(json("group", "describe", group).at("/0/partitions")).isEmpty();
        succeed("group", "delete", group);
        assertThat(run("group", "describe", group)).isEqualTo(1);
        assertThat(err).isEqualTo("kurier: Group " + group + " does not exist\n");
    }

    private long lag(String group) throws IOException {
        return json("group", "describe", group).at("/0/lag").asLong();
    }

    @Test
    void settingsAreShownSetAndPutBack() throws IOException {
        succeed("topic", "create", topic);
        succeed("config", "set", "topic", topic, "retention.ms=1000", "cleanup.policy=compact");
        JsonNode own = json("config", "describe", "topic", topic);
        assertThat(own).anySatisfy(one -> {
            assertThat(one.get("setting").asText()).isEqualTo("retention.ms");
            assertThat(one.get("value").asText()).isEqualTo("1000");
            assertThat(one.get("source").asText()).isEqualTo("dynamic topic config");
        });
        succeed("config", "delete", "topic", topic, "retention.ms");
        assertThat(json("config", "describe", "topic", topic).toString()).doesNotContain("\"retention.ms\"");
        assertThat(json("config", "describe", "topic", topic, "--all").toString())
                .contains("\"retention.ms\"");

        assertThat(run("config", "set", "topic", topic, "retention.ms=soon")).isEqualTo(1);
        assertThat(err).contains("retention.ms").hasLineCount(1);

        succeed("config", "describe", "broker", "1");
        assertThat(out).contains("node.id");
    }

    @Test
    void theClusterIsDescribed() throws IOException {
        JsonNode cluster = json("cluster", "describe");
        assertThat(cluster.get("clusterId").asText()).isEqualTo(node.clusterId());
        assertThat(cluster.at("/nodes/0/node").asInt()).isEqualTo(1);

        JsonNode quorum = json("cluster", "quorum");
        assertThat(quorum.get("leader").asInt()).isEqualTo(1);
        assertThat(quorum.at("/replicas/0/role").asText()).isEqualTo("leader");

        succeed("cluster", "features");
        assertThat(out).contains("metadata.version");
    }
}
