package io.kurier.cli.alias;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cli.Terminal;
import io.kurier.server.Kurier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kafka-delete-records`, `kafka-log-dirs`, quotas by `kafka-configs` and changes by `kafka-features`, against a node.
class AdministrationIT {
    private static Kurier node;

    @TempDir
    Path folder;

    private final Terminal terminal = new Terminal();

    @BeforeAll
    static void startNode() {
        node = Kurier.start();
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    private String ok(String line) {
        return terminal.ok(line + " --bootstrap-server " + node.bootstrapServers());
    }

    @Test
    void recordsAreDeletedAndDirectoriesShown() throws IOException {
        terminal.type("1\n2\n3\n4\n5\n");
        ok("kafka-console-producer --topic words");
        Path json = folder.resolve("offsets.json");
        Files.writeString(json, """
            {"partitions": [{"topic": "words", "partition": 0, "offset": 3}], "version": 1}
            """);
        assertThat(ok("kafka-delete-records --offset-json-file " + json)).isEqualTo("""
            Executing records delete operation
            Records delete operation completed:
            partition: words-0\tlow_watermark: 3
            """);
        assertThat(ok("kafka-get-offsets --topic words --time earliest")).isEqualTo("words:0:3\n");
        ok("topic trim words --before end");
        assertThat(ok("kafka-get-offsets --topic words --time -2")).isEqualTo("words:0:5\n");

        assertThat(ok("kafka-log-dirs --describe --topic-list words").lines().toList())
                .hasSize(3)
                .startsWith(
                        "Querying brokers for log directories information",
                        "Received log directory information from brokers 1")
                .last()
                .asString()
                .startsWith("{\"version\":1,\"brokers\":[{")
                .contains("\"partition\":\"words-0\"", "\"offsetLag\":0", "\"isFuture\":false");
    }

    @Test
    void quotasAreSetShownAndLifted() {
        String who = " --entity-type users --entity-name alice --entity-type clients --entity-default";
        assertThat(ok("kafka-configs --alter --add-config producer_byte_rate=1024,consumer_byte_rate=2048" + who))
                .isEqualTo("Completed updating config for user alice.\n");
        assertThat(ok("kafka-configs --describe" + who))
                .isEqualTo("Quota configs for user-principal 'alice', the default client-id are"
                        + " consumer_byte_rate=2048.0, producer_byte_rate=1024.0\n");
        ok("quota set request_percentage=50 --client default");
        assertThat(ok("kafka-configs --describe --client-defaults"))
                .isEqualTo("Quota configs for the default client-id are request_percentage=50.0\n");
        ok("quota delete request_percentage --client default");
        ok("kafka-configs --alter --delete-config producer_byte_rate,consumer_byte_rate" + who);
        assertThat(ok("quota list")).isEqualTo("There are no quotas\n");
    }

    @Test
    void featuresAreSwitched() {
        assertThat(ok("kafka-features upgrade --feature transaction.version=2 --dry-run"))
                .isEqualTo("transaction.version can be upgraded to 2.\n");
        assertThat(terminal.run(
                        "kafka-features",
                        "upgrade",
                        "--feature",
                        "share.version=9",
                        "--bootstrap-server",
                        node.bootstrapServers()))
                .isEqualTo(1);
        assertThat(terminal.out()).startsWith("Could not upgrade share.version to 9. ");
        assertThat(terminal.err()).contains("1 out of 1 operation(s) failed.");
    }
}
