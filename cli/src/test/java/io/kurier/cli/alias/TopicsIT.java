package io.kurier.cli.alias;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cli.Terminal;
import io.kurier.server.Kurier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `kafka-topics`, `kafka-configs` and `kafka-get-offsets` as people type them, against a real node.
class TopicsIT {
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

    private String ok(String line) {
        return terminal.ok(line.replace("localhost:9092", node.bootstrapServers()));
    }

    private String fails(String line) {
        return terminal.fails(line.replace("localhost:9092", node.bootstrapServers()));
    }

    @Test
    void aTopicIsMadeShownGrownAndDeletedAsTyped() {
        assertThat(ok("kafka-topics --create --bootstrap-server localhost:9092 --replication-factor 1 --partitions 1"
                        + " --topic test-topic"))
                .isEqualTo("Created topic test-topic.\n");
        assertThat(ok("kafka-topics --create --topic my-compacted-topic --partitions 3 --config cleanup.policy=compact"
                        + " --bootstrap-server localhost:9092"))
                .isEqualTo("Created topic my-compacted-topic.\n");

        assertThat(ok("kafka-topics --describe --topic my-compacted.* --bootstrap-server=localhost:9092")
                        .replaceFirst("TopicId: \\S{22}\t", "TopicId: ID\t"))
                .isEqualTo("Topic: my-compacted-topic\tTopicId: ID\tPartitionCount: 3\tReplicationFactor: 1\tConfigs:"
                        + " cleanup.policy=compact\n"
                        + "\tTopic: my-compacted-topic\tPartition: 0\tLeader: 1\tReplicas: 1\tIsr: 1\tElr: \t"
                        + "LastKnownElr: \n"
                        + "\tTopic: my-compacted-topic\tPartition: 1\tLeader: 1\tReplicas: 1\tIsr: 1\tElr: \t"
                        + "LastKnownElr: \n"
                        + "\tTopic: my-compacted-topic\tPartition: 2\tLeader: 1\tReplicas: 1\tIsr: 1\tElr: \t"
                        + "LastKnownElr: \n");
        assertThat(ok("kafka-topics --describe --topics-with-overrides --bootstrap-server localhost:9092"))
                .contains("my-compacted-topic")
                .doesNotContain("test-topic\t");
        assertThat(ok("kafka-topics --describe --under-replicated-partitions --bootstrap-server localhost:9092"))
                .isEmpty();

        ok("kafka-topics --alter --topic test-topic --partitions 4 --bootstrap-server localhost:9092");
        assertThat(ok("kafka-get-offsets --topic-partitions test-topic:1-3 --bootstrap-server localhost:9092"))
                .isEqualTo("test-topic:1:0\ntest-topic:2:0\n");
        assertThat(ok("kafka-topics --list --bootstrap-server localhost:9092").lines())
                .contains("my-compacted-topic", "test-topic");

        ok("kafka-topics --delete --topic test-topic --bootstrap-server localhost:9092");
        assertThat(ok("kafka-topics --list --bootstrap-server localhost:9092")).doesNotContain("test-topic\n");
    }

    @Test
    void whatGoesWrongHasKafkasWordsAndExitCodes() {
        ok("kafka-topics --create --topic again --bootstrap-server localhost:9092");
        assertThat(fails("kafka-topics --create --topic again --bootstrap-server localhost:9092"))
                .isEqualTo("Error while executing topic command : Topic 'again' already exists.\n");
        ok("kafka-topics --create --if-not-exists --topic again --bootstrap-server localhost:9092");

        assertThat(fails("kafka-topics --delete --topic missing --bootstrap-server localhost:9092"))
                .isEqualTo("Error while executing topic command : Topic 'missing' does not exist as expected\n");
        ok("kafka-topics --delete --if-exists --topic missing --bootstrap-server localhost:9092");

        assertThat(fails("kafka-topics --list --describe"))
                .startsWith("kafka-topics: Command must include exactly one");
        assertThat(fails("kafka-topics --lst")).contains("did you mean --list?");
        assertThat(fails("kafka-topics --zookeeper localhost:2181"))
                .contains("Unknown option: --zookeeper. It takes: --create");
        assertThat(fails("kafka-get-offsets --topic missing --bootstrap-server localhost:9092"))
                .contains("Could not match any topic-partitions with the specified filters");
    }

    @Test
    void replicasMayBeNamed() {
        ok("kafka-topics --create --topic named --replica-assignment 1,1 --bootstrap-server localhost:9092");
        assertThat(ok("kafka-topics --describe --topic named --bootstrap-server localhost:9092"))
                .contains("PartitionCount: 2\tReplicationFactor: 1");
    }

    @Test
    void aTopicsSettingsAreShownAndChanged() {
        ok("kafka-topics --create --topic settings --bootstrap-server localhost:9092");
        assertThat(ok("kafka-configs --bootstrap-server localhost:9092 --entity-type topics --entity-name settings"
                        + " --alter --add-config log.retention.hours=168"))
                .isEqualTo("Completed updating config for topic settings.\n");
        assertThat(terminal.err())
                .isEqualTo("Note: log.retention.hours is a setting of brokers; for topic settings it was set as"
                        + " retention.ms=604800000\n");
        assertThat(ok("kafka-configs --bootstrap-server localhost:9092 --topic settings --describe")
                        .lines()
                        .toList())
                .hasSize(2)
                .first()
                .isEqualTo("Dynamic configs for topic settings are:");
        assertThat(terminal.lines().getLast())
                .startsWith("  retention.ms=604800000 sensitive=false"
                        + " synonyms={DYNAMIC_TOPIC_CONFIG:retention.ms=604800000, ");

        ok("kafka-configs --bootstrap-server localhost:9092 --topic settings --alter --delete-config retention.ms"
                + " --add-config cleanup.policy=[compact,delete],segment.ms=5000");
        assertThat(ok("kafka-configs --bootstrap-server localhost:9092 --topic settings --describe"))
                .contains("  cleanup.policy=compact,delete sensitive", "  segment.ms=5000 sensitive")
                .doesNotContain("retention.ms=604800000");
        assertThat(ok("kafka-configs --bootstrap-server localhost:9092 --topic settings --describe --all"))
                .startsWith("All configs for topic settings are:\n")
                .contains("  retention.ms=604800000 sensitive=false synonyms={DEFAULT_CONFIG:");

        assertThat(ok("kafka-configs --bootstrap-server localhost:9092 --topic missing --describe"))
                .isEqualTo("The topic 'missing' doesn't exist and doesn't have dynamic config.\n");
        assertThat(fails("kafka-configs --bootstrap-server localhost:9092 --topic settings --alter --add-config"
                        + " retention.sm=5"))
                .startsWith("Error while executing config command : ")
                .contains("retention.sm");
    }

    @Test
    void brokersSettingsAreShownAndChanged() {
        ok("kafka-configs --bootstrap-server localhost:9092 --entity-type brokers --entity-default --alter --add-config"
                + " log.retention.ms=7000000");
        assertThat(terminal.out()).isEqualTo("Completed updating default config for brokers in the cluster.\n");
        assertThat(ok("kafka-configs --bootstrap-server localhost:9092 --entity-type brokers --describe"))
                .contains(
                        "Dynamic configs for broker 1 are:",
                        "Default configs for brokers in the cluster are:",
                        "  log.retention.ms=7000000 sensitive=false");
        ok("kafka-configs --bootstrap-server localhost:9092 --broker-defaults --alter --delete-config"
                + " log.retention.ms");
    }

    @Test
    void theClusterIsShownInKafkasColumns() {
        assertThat(ok("kafka-metadata-quorum --bootstrap-server localhost:9092 describe --status")
                        .lines()
                        .toList())
                .hasSize(8)
                .contains("ClusterId:              " + node.clusterId(), "LeaderId:               1");
        assertThat(ok("kafka-metadata-quorum --bootstrap-controller localhost:9092 describe --replication"))
                .startsWith("NodeId\tDirectoryId           \tLogEndOffset\tLag\tLastFetchTimestamp\t"
                        + "LastCaughtUpTimestamp\tStatus\t\n")
                .endsWith("\tLeader\t\n");
        assertThat(ok("kafka-features --bootstrap-server localhost:9092 describe"))
                .contains("Feature: metadata.version ", "FinalizedVersionLevel: 4.4-IV2 ");
        assertThat(ok("kafka-features version-mapping --release-version 4.0").lines())
                .startsWith("metadata.version=25 (4.0)", "kraft.version=1", "transaction.version=2");
        assertThat(ok("kafka-broker-api-versions --bootstrap-server localhost:9092"))
                .startsWith(node.bootstrapServers() + " (id: 1 rack: null isFenced: false) -> (\n\tProduce(0): 0 to ")
                .contains("\tMetadata(3): 0 to 13 [usable: 13],\n")
                .endsWith(")\n");
    }
}
