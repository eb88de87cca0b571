package io.kurier.tests.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import kafka.admin.ConfigCommand;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.tools.consumer.ConsoleShareConsumer;
import org.apache.kafka.tools.consumer.group.ShareGroupCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// `kafka-share-groups` and `kafka-console-share-consumer`, Apache Kafka's and those of this node's own command line,
/// which say the same.
@ExtendWith(SharedNode.class)
class ShareGroupToolIT {
    private final NodeProcess node;

    ShareGroupToolIT(NodeProcess node) {
        this.node = node;
    }

    private Printed groups(String... arguments) {
        return node.run(ShareGroupCommand::main, arguments);
    }

    /// What this node's own tool prints.
    private List<String> own(String tool, String... arguments) throws IOException {
        Path target = Path.of(System.getProperty("kurier.root"), "cli", "target");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                target.resolve("kurier-cli.jar") + File.pathSeparator + target.resolve("lib") + "/*",
                "io.kurier.cli.Main",
                tool,
                "--bootstrap-server",
                node.bootstrap()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private void saysTheSame(String... arguments) throws IOException {
        assertThat(own("kafka-share-groups", arguments))
                .containsExactlyElementsOf(groups(arguments).lines());
    }

    private void beginsAtTheFirstRecord(String group) {
        node.run(
                        ConfigCommand::main,
                        "--alter",
                        "--entity-type",
                        "groups",
                        "--entity-name",
                        group,
                        "--add-config",
                        "share.auto.offset.reset=earliest")
                .ok();
    }

    /// `kafka-console-share-consumer`: what the one releases the other shows next, and what it accepts no more.
    @Test
    void recordsAreShownInTurn() throws IOException {
        node.createTopic("turns", 1);
        beginsAtTheFirstRecord("turners");
        node.produce("turns", "a:1", "b:2", "c:3");
        String[] arguments = {
            "--topic",
            "turns",
            "--group",
            "turners",
            "--max-messages",
            "3",
            "--timeout-ms",
            "30000",
            "--formatter-property",
            "print.key=true",
            "--formatter-property",
            "print.delivery=true",
            "--release"
        };
        assertThat(node.run(ConsoleShareConsumer::main, arguments)
                        .okSaying("Processed a total of 3 messages")
                        .lines())
                .containsExactly("Delivery:1\ta\t1", "Delivery:1\tb\t2", "Delivery:1\tc\t3");
        assertThat(own("kafka-console-share-consumer", arguments))
                .containsExactly("Delivery:2\ta\t1", "Delivery:2\tb\t2", "Delivery:2\tc\t3");
        String[] accepting = Arrays.copyOf(arguments, arguments.length - 1);
        assertThat(node.run(ConsoleShareConsumer::main, accepting).lines())
                .containsExactly("Delivery:3\ta\t1", "Delivery:3\tb\t2", "Delivery:3\tc\t3");
        assertThat(groups("--describe", "--group", "turners").ok().table("GROUP"))
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("LAG", "0"));
    }

    @Test
    void tellsOfAGroupAndMovesIt() throws IOException {
        node.createTopic("shared", 1);
        beginsAtTheFirstRecord("sharers");
        node.produce("shared", "a:1", "b:2", "c:3");
        try (KafkaShareConsumer<String, String> member = new KafkaShareConsumer<>(
                Map.of("bootstrap.servers", node.bootstrap(), "group.id", "sharers"),
                new StringDeserializer(),
                new StringDeserializer())) {
            member.subscribe(List.of("shared"));
            int[] read = {0};
            Await.until(Duration.ofSeconds(30), "three records", () -> {
                read[0] += member.poll(Duration.ofMillis(100)).count();
                return read[0] >= 3;
            });
            member.commitSync(Duration.ofSeconds(10));
            node.produce("shared", "d:4", "e:5");
            assertThat(groups("--describe", "--group", "sharers").ok().table("GROUP"))
                    .singleElement()
                    .satisfies(row ->
                            assertThat(row).containsEntry("START-OFFSET", "3").containsEntry("LAG", "2"));
            saysTheSame("--describe", "--group", "sharers", "--verbose");
            saysTheSame("--describe", "--group", "sharers", "--members", "--verbose");
            saysTheSame("--describe", "--group", "sharers", "--state", "--verbose");
        }
        saysTheSame("--reset-offsets", "--group", "sharers", "--all-topics", "--to-earliest", "--execute");
        assertThat(groups("--describe", "--group", "sharers").ok().table("GROUP"))
                .singleElement()
                .satisfies(row ->
                        assertThat(row).containsEntry("START-OFFSET", "0").containsEntry("LAG", "5"));
        assertThat(groups("--delete", "--group", "sharers").ok().line())
                .isEqualTo("Deletion of requested share groups ('sharers') was successful.");
    }
}
