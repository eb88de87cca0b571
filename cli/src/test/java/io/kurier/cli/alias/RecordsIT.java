package io.kurier.cli.alias;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cli.Terminal;
import io.kurier.server.Kurier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/// `kafka-console-producer`, `kafka-console-consumer` and `kafka-consumer-groups` as people type them, against a real
/// node.
class RecordsIT {
    private static Kurier node;

    @TempDir
    Path folder;

    private final Terminal terminal = new Terminal();
    private String topic = "";

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

    private String words(String line) {
        return line.replace("localhost:9092", node.bootstrapServers()).replace("TOPIC", topic);
    }

    private String ok(String line) {
        return terminal.ok(words(line));
    }

    private void produce(String input, String more) {
        terminal.type(input);
        ok("kafka-console-producer --bootstrap-server localhost:9092 --topic TOPIC" + more);
    }

    private String consume(String more) {
        return ok("kafka-console-consumer --bootstrap-server localhost:9092 --topic TOPIC --from-beginning" + more);
    }

    private void numbers(int count) {
        produce(IntStream.range(0, count).mapToObj(i -> i + "\n").collect(Collectors.joining()), "");
    }

    @Test
    void linesComeBackAndTheTopicIsMadeOnFirstUse() {
        numbers(5);
        assertThat(consume(" --max-messages 5")).isEqualTo("0\n1\n2\n3\n4\n");
        assertThat(terminal.err()).isEqualTo("Processed a total of 5 messages\n");
        assertThat(consume(" --timeout-ms 300 --partition 0 --isolation-level read_committed"))
                .isEqualTo("0\n1\n2\n3\n4\n");
        assertThat(ok("kafka-console-consumer --bootstrap-server localhost:9092 --topic TOPIC --partition 0 --offset 3"
                        + " --max-messages 2"))
                .isEqualTo("3\n4\n");
        assertThat(ok("kafka-console-consumer --bootstrap-server localhost:9092 --include " + topic.substring(0, 20)
                        + ".* --from-beginning --max-messages 5"))
                .hasLineCount(5);
    }

    @Test
    void keysHeadersAndNullsGoRound() {
        produce(
                "h1:a,h2:b\tk1\tv1\nNULL\tNULL\tNULL\n",
                " --property parse.key=true --reader-property parse.headers=true --property null.marker=NULL --sync"
                        + " --compression-codec lz4 --request-required-acks all --producer-property linger.ms=0");
        assertThat(consume(" --max-messages 2 --property print.key=true --formatter-property print.headers=true"
                        + " --property print.partition=true --property print.offset=true"
                        + " --property null.literal=none --property key.separator=|"))
                .isEqualTo("Partition:0|Offset:0|h1:a,h2:b|k1|v1\nPartition:0|Offset:1|NO_HEADERS|none|none\n");
        assertThat(consume(" --max-messages 1 --property print.timestamp=true --property print.value=false"))
                .matches("CreateTime:\\d{13}\n");

        produce("a=1,5\n", " --property parse.key=true --property key.separator=,");
        assertThat(consume(" --max-messages 3 --property print.key=true")
                        .lines()
                        .toList()
                        .getLast())
                .isEqualTo("a=1\t5");
    }

    @Test
    void deserializersAreFoundByName() {
        produce("AAAAAAAB\n", "");
        String type = "org.apache.kafka.common.serialization.LongDeserializer";
        assertThat(consume(" --max-messages 1 --value-deserializer " + type))
                .isEqualTo(Long.parseLong("4141414141414142", 16) + "\n");
        produce("short\n", "");
        assertThat(consume(" --timeout-ms 300 --skip-message-on-error --value-deserializer Long"))
                .hasLineCount(1);
        assertThat(terminal.fails(words("kafka-console-consumer --topic TOPIC --value-deserializer Nonsense"
                        + " --bootstrap-server localhost:9092")))
                .contains("Nonsense is no deserializer");
    }

    @Test
    void aLineWithoutASeparatorIsNamed() {
        terminal.type("k\tv\nno separator\n");
        assertThat(terminal.fails(words("kafka-console-producer --bootstrap-server localhost:9092 --topic TOPIC"
                        + " --property parse.key=true")))
                .contains("No key separator found on line number 2: 'no separator'");
        terminal.type("no separator\n");
        ok("kafka-console-producer --bootstrap-server localhost:9092 --topic TOPIC --property parse.key=true"
                + " --property ignore.error=true");
    }

    @Test
    void wrongQuestionsAreRefused() {
        assertThat(terminal.fails("kafka-console-consumer --from-beginning"))
                .contains("Exactly one of --include/--topic is required.");
        assertThat(terminal.fails("kafka-console-consumer --topic t --offset 5"))
                .contains("The partition is required when offset is specified.");
        assertThat(terminal.fails("kafka-console-consumer --topic t --partition 0 --offset soon"))
                .contains("Valid values are 'earliest', 'latest', or a non-negative long.");
        assertThat(terminal.fails("kafka-console-producer")).contains("Missing required option: --topic NAME");
    }

    private String groups(String more) {
        return ok("kafka-consumer-groups --bootstrap-server localhost:9092 " + more.replace("GROUP", topic));
    }

    @Test
    void aGroupIsShownInKafkasColumns() {
        numbers(10);
        consume(" --group " + topic + " --max-messages 4");
        assertThat(groups("--list").lines()).contains(topic);
        assertThat(groups("--list --state").lines().map(line -> line.replaceAll(" +", " ")))
                .contains("GROUP STATE ", topic + " Empty ");

        String form = "%-28s %-28s %-10s %-15s %-15s %-15s %-15s %-15s %s\n";
        assertThat(groups("--describe --group GROUP"))
                .isEqualTo("\n"
                        + form.formatted(
                                "GROUP",
                                "TOPIC",
                                "PARTITION",
                                "CURRENT-OFFSET",
                                "LOG-END-OFFSET",
                                "LAG",
                                "CONSUMER-ID",
                                "HOST",
                                "CLIENT-ID")
                        + form.formatted(topic, topic, "0", "4", "10", "6", "-", "-", "-"));
        assertThat(terminal.err()).isEqualTo("\nConsumer group '" + topic + "' has no active members.\n");
        assertThat(groups("--describe --group GROUP --state")
                        .lines()
                        .toList()
                        .get(2)
                        .replaceAll(" +", " "))
                .isEqualTo(topic + " " + node.bootstrapServers() + " (1) - Empty 0");
        assertThat(groups("--describe --group GROUP --members")).contains("#PARTITIONS");
    }

    private long position() {
        String row = groups("--describe --group GROUP").lines().toList().getLast();
        return Long.parseLong(row.split(" +", -1)[3]);
    }

    @Test
    void aGroupIsMovedInEveryWay() throws IOException {
        numbers(10);
        consume(" --group " + topic + " --max-messages 4");
        String reset = "--reset-offsets --group GROUP --execute ";
        groups(reset + "--all-topics --to-latest");
        assertThat(position()).isEqualTo(10);
        groups(reset + "--topic TOPIC --to-earliest");
        assertThat(position()).isZero();
        groups(reset + "--topic TOPIC:0 --to-offset 7");
        assertThat(position()).isEqualTo(7);
        groups(reset + "--all-topics --shift-by -2");
        assertThat(position()).isEqualTo(5);
        groups(reset + "--all-topics --to-current");
        assertThat(position()).isEqualTo(5);
        groups(reset + "--all-topics --by-duration P1D");
        assertThat(position()).isZero();
        groups(reset + "--all-topics --to-datetime 2099-01-01T00:00:00.000");
        assertThat(position()).isEqualTo(10);
        groups(reset + "--all-topics --to-offset 99");
        assertThat(terminal.err()).startsWith("WARN: New offset (99) is higher than latest offset");

        Path plan = folder.resolve("plan.csv");
        groups("--reset-offsets --group GROUP --all-topics --to-offset 3 --dry-run --export");
        assertThat(terminal.out()).isEqualTo(topic + ",0,3\n");
        Files.writeString(plan, terminal.out());
        assertThat(position()).isEqualTo(10);
        assertThat(groups(reset + "--from-file " + plan)
                        .lines()
                        .toList()
                        .getLast()
                        .replaceAll(" +", " "))
                .isEqualTo(topic + " " + topic + " 0 3");
        assertThat(position()).isEqualTo(3);

        assertThat(groups("--delete-offsets --group GROUP --topic TOPIC"))
                .startsWith("Request succeeded for deleting offsets from group " + topic + ".\n\nTOPIC ");
        assertThat(groups("--delete --group GROUP"))
                .isEqualTo("Deletion of requested consumer groups ('" + topic + "') was successful.\n");
        assertThat(terminal.fails(
                        words("kafka-consumer-groups --bootstrap-server localhost:9092 --delete --group TOPIC")))
                .contains("Not all groups were deleted");
        assertThat(terminal.out()).contains("* Group '" + topic + "' could not be deleted due to: org.apache.kafka");
    }

    @Test
    void aGroupWithoutAPlanIsRefused() {
        assertThat(terminal.fails(words("kafka-consumer-groups --bootstrap-server localhost:9092 --reset-offsets"
                        + " --group g --all-topics")))
                .contains("Say where to, once: --to-earliest");
    }
}
