package io.kurier.cli.alias;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cli.Terminal;
import io.kurier.server.Kurier;
import io.kurier.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `kafka-share-groups` as people type it, against a real node; and what `kurier group` tells of share groups.
class ShareGroupsIT {
    private static final String TOOL = "kafka-share-groups --bootstrap-server localhost:9092 ";
    private static Kurier node;

    private final Terminal terminal = new Terminal();

    @BeforeAll
    static void startNode() {
        node = Kurier.start();
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    private static String words(String line) {
        return line.replace("localhost:9092", node.bootstrapServers());
    }

    private String ok(String line) {
        return terminal.ok(words(line));
    }

    private String fails(String line) {
        return terminal.fails(words(line));
    }

    /// Its members read ten records and do them all.
    private KafkaShareConsumer<String, String> atWork(String group) {
        ok("topic create " + group + " --partitions 1 -b localhost:9092");
        ok("config set group " + group + " share.auto.offset.reset=earliest -b localhost:9092");
        terminal.type("1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n");
        ok("kafka-console-producer --bootstrap-server localhost:9092 --topic " + group);
        KafkaShareConsumer<String, String> member = new KafkaShareConsumer<>(
                Map.of("bootstrap.servers", node.bootstrapServers(), "group.id", group, "client.id", "worker"),
                new StringDeserializer(),
                new StringDeserializer());
        member.subscribe(List.of(group));
        int[] read = {0};
        Await.until(Duration.ofSeconds(30), "ten records", () -> {
            read[0] += member.poll(Duration.ofMillis(100)).count();
            return read[0] >= 10;
        });
        member.commitSync(Duration.ofSeconds(10));
        return member;
    }

    @Test
    void tellsWhatApacheKafkasToolTells() {
        try (KafkaShareConsumer<String, String> _ = atWork("workers")) {
            assertThat(ok(TOOL + "--list").lines()).contains("workers");
            assertThat(ok(TOOL + "--list --state stable"))
                    .contains("GROUP           STATE\n")
                    .contains("workers         Stable\n");
            assertThat(ok(TOOL + "--describe --group workers"))
                    .isEqualTo("\nGROUP           TOPIC           PARTITION  START-OFFSET  LAG\n"
                            + "workers         workers         0          10            0\n");
            assertThat(ok(TOOL + "--describe --all-groups --verbose"))
                    .contains("\nGROUP           TOPIC           PARTITION  LEADER-EPOCH  START-OFFSET  LAG\n"
                            + "workers         workers         0          0             10            0\n");
            assertThat(ok(TOOL + "--describe --group workers --members --verbose"))
                    .contains(" #PARTITIONS  MEMBER-EPOCH  ASSIGNMENT\n", " 1            ", " workers:0\n", " worker ");
            assertThat(ok(TOOL + "--describe --group workers --state --verbose"))
                    .contains(" STATE           GROUP-EPOCH  ASSIGNMENT-EPOCH  #MEMBERS\n", "Stable          ");
            fails(TOOL + "--delete --group workers");
            assertThat(terminal.out())
                    .contains("Error: Deletion of some share groups failed:\n* Group 'workers' could not be deleted");
            assertThat(fails(TOOL + "--reset-offsets --group workers --all-topics --to-earliest --execute"))
                    .contains("Share group 'workers' is not empty.");
            assertThat(ok("group describe workers -b localhost:9092"))
                    .startsWith("Group workers: Stable, 1 member, lag 0 in all, coordinator 1\n")
                    .contains("workers");
            assertThat(ok("group describe workers --json -b localhost:9092"))
                    .contains("\"type\":\"Share\"", "\"start\":10", "\"lag\":0", "\"client\":\"worker\"");
            assertThat(ok("group list -b localhost:9092")).containsPattern("workers +Stable +Share +share");
        }
    }

    @Test
    void movesForgetsAndDeletes() {
        atWork("idlers").close();
        assertThat(ok(TOOL + "--describe --group idlers --members")).isEmpty();
        assertThat(terminal.err()).isEqualTo("\nShare group 'idlers' has no active members.\n");
        assertThat(ok(TOOL + "--reset-offsets --group idlers --topic idlers:0 --to-earliest --dry-run"))
                .isEqualTo("\nGROUP           TOPIC           PARTITION  NEW-OFFSET\n"
                        + "idlers          idlers          0          0\n");
        assertThat(ok(TOOL + "--describe --group idlers")).endsWith(" 10            0\n");
        ok(TOOL + "--reset-offsets --group idlers --all-topics --to-datetime 2020-01-01T00:00:00.000 --execute");
        assertThat(ok(TOOL + "--describe --group idlers")).endsWith(" 0             10\n");
        fails(TOOL + "--delete-offsets --group idlers --topic idlers --topic nowhere");
        assertThat(terminal.out())
                .contains("\nTOPIC           STATUS", "idlers          Successful", "nowhere         Error: ");
        assertThat(ok(TOOL + "--describe --group idlers")).isEmpty();
        fails(TOOL + "--delete --group idlers --group nobody");
        assertThat(terminal.out())
                .contains("* Group 'nobody' could not be deleted due to: Group 'nobody' is not a share group.")
                .contains("These share groups were deleted successfully: 'idlers'");
        assertThat(fails(TOOL + "--describe --group idlers")).contains("not found");
        assertThat(fails(TOOL + "--reset-offsets --group idlers --all-topics --to-latest"))
                .contains("takes the option: [execute] or [dry-run]");
    }

    @Test
    void readsAndSaysWhatBecameOfRecords() {
        ok("topic create console --partitions 1 -b localhost:9092");
        ok("config set group console share.auto.offset.reset=earliest -b localhost:9092");
        terminal.type("1\n2\n3\n4\n5\n6\n7\n");
        ok("kafka-console-producer --bootstrap-server localhost:9092 --topic console");
        String tool = "kafka-console-share-consumer --bootstrap-server localhost:9092 --topic console --group console"
                + " --formatter-property print.delivery=true ";
        assertThat(ok(tool + "--max-messages 2")).isEqualTo("Delivery:1\t1\nDelivery:1\t2\n");
        assertThat(terminal.err()).contains("Processed a total of 2 messages");
        assertThat(ok(tool + "--max-messages 1 --release")).isEqualTo("Delivery:1\t3\n");
        assertThat(ok(tool + "--max-messages 1 --reject")).isEqualTo("Delivery:2\t3\n");
        assertThat(ok(tool + "--max-messages 1 --reject-message-on-error --value-deserializer Long"))
                .as("a record that is no Long")
                .isEmpty();
        assertThat(ok("consume console --share-group console --count 2 -b localhost:9092"))
                .isEqualTo("5\n6\n");
        assertThat(ok("consume console --share-group console --idle 1 --json -b localhost:9092"))
                .contains("\"value\":\"7\"")
                .hasLineCount(1);
        assertThat(ok(TOOL + "--describe --group console")).endsWith(" 7             0\n");
        assertThat(ok(tool + "--timeout-ms 100")).isEmpty();
        assertThat(fails(tool + "--release --reject")).contains("At most one of --reject and --release");
        assertThat(fails("consume console --release -b localhost:9092")).contains("add --share-group");
        assertThat(fails("consume console --share-group console --from 3 -b localhost:9092"))
                .contains("A share group has its own place");
    }
}
