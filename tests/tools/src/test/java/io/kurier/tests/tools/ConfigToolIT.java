package io.kurier.tests.tools;

import static org.assertj.core.api.Assertions.assertThat;

import kafka.admin.ConfigCommand;
import org.apache.kafka.tools.ClientMetricsCommand;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// `kafka-configs` on every kind of entity, and `kafka-client-metrics`.
@ExtendWith(SharedNode.class)
class ConfigToolIT {
    private final NodeProcess node;

    ConfigToolIT(NodeProcess node) {
        this.node = node;
    }

    private Printed configs(String... arguments) {
        return node.run(ConfigCommand::main, arguments);
    }

    @Test
    void settingsOfATopic() {
        node.createTopic("set", 1, "retention.ms=60000");
        String[] describe = {"--describe", "--entity-type", "topics", "--entity-name", "set"};
        assertThat(configs(describe).ok().lines())
                .containsExactly(
                        "Dynamic configs for topic set are:",
                        "retention.ms=60000 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:retention.ms=60000, "
                                + "DEFAULT_CONFIG:log.retention.hours=168}");
        assertThat(configs(
                                "--alter",
                                "--topic",
                                "set",
                                "--add-config",
                                "cleanup.policy=[compact,delete],segment.ms=9000")
                        .ok()
                        .line())
                .isEqualTo("Completed updating config for topic set.");
        configs("--alter", "--topic", "set", "--delete-config", "retention.ms").ok();
        assertThat(configs(describe).ok().lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("cleanup.policy=compact,delete "))
                .anyMatch(line -> line.startsWith("segment.ms=9000 "));
        assertThat(configs("--describe", "--topic", "set", "--all").ok().lines())
                .hasSizeGreaterThan(30)
                .anyMatch(line -> line.startsWith("retention.ms=604800000 "))
                .anyMatch(line -> line.startsWith("max.message.bytes=1048588 "));
        assertThat(configs("--describe", "--entity-type", "topics").ok().out())
                .contains("Dynamic configs for topic set are:");
        configs("--alter", "--topic", "set", "--add-config", "no.such.setting=1")
                .failsSaying("no.such.setting");
        configs("--alter", "--topic", "set", "--add-config", "segment.ms=never").failsSaying("segment.ms");
        configs("--alter", "--topic", "nowhere", "--add-config", "segment.ms=9000")
                .failsSaying("nowhere");
    }

    @Test
    void settingsOfBrokers() {
        String[] defaults = {"--entity-type", "brokers", "--entity-default"};
        configs("--alter", "--entity-type", "brokers", "--entity-default", "--add-config", "log.retention.ms=1000000")
                .ok();
        configs("--alter", "--broker", "1", "--add-config", "log.cleaner.threads=2")
                .ok();
        assertThat(configs("--describe", "--broker-defaults").ok().lines())
                .hasSize(3) // the first controller writes min.insync.replicas
                .anyMatch(line -> line.startsWith("log.retention.ms=1000000 sensitive=false "
                        + "synonyms={DYNAMIC_DEFAULT_BROKER_CONFIG:log.retention.ms=1000000"));
        assertThat(configs("--describe", "--broker", "1").ok().lines())
                .anyMatch(line -> line.startsWith("log.cleaner.threads=2 sensitive=false "
                        + "synonyms={DYNAMIC_BROKER_CONFIG:log.cleaner.threads=2"));
        assertThat(configs("--describe", "--broker", "1", "--all").ok().lines())
                .hasSizeGreaterThan(100)
                .anyMatch(line -> line.startsWith("log.retention.ms=1000000 "))
                .anyMatch(line -> line.startsWith("node.id=1 "));
        configs("--alter", defaults[0], defaults[1], defaults[2], "--delete-config", "log.retention.ms")
                .ok();
        configs("--alter", "--broker", "1", "--delete-config", "log.cleaner.threads")
                .ok();
        assertThat(configs("--describe", "--broker-defaults").ok().lines())
                .hasSize(2)
                .noneMatch(line -> line.startsWith("log.retention.ms="));
        configs("--alter", "--broker", "1", "--add-config", "node.id=7").failsSaying("node.id");
        configs("--describe", "--entity-type", "broker-loggers", "--entity-name", "1")
                .ok();
    }

    @Test
    void quotasOfUsersAndClients() {
        assertThat(configs(
                                "--alter",
                                "--user",
                                "ann",
                                "--add-config",
                                "producer_byte_rate=1048576,consumer_byte_rate=2e6")
                        .ok()
                        .line())
                .isEqualTo("Completed updating config for user ann.");
        configs("--alter", "--user", "ann", "--client", "app", "--add-config", "request_percentage=200")
                .ok();
        configs("--alter", "--client-defaults", "--add-config", "controller_mutation_rate=1000")
                .ok();
        configs("--alter", "--user-defaults", "--add-config", "request_percentage=900")
                .ok();
        assertThat(configs("--describe", "--entity-type", "users").ok().lines())
                .containsExactlyInAnyOrder(
                        "Quota configs for user-principal 'ann' are consumer_byte_rate=2000000.0, "
                                + "producer_byte_rate=1048576.0",
                        "Quota configs for the default user-principal are request_percentage=900.0");
        assertThat(configs("--describe", "--user", "ann").ok().line()).contains("user-principal 'ann'");
        assertThat(configs("--describe", "--user", "bob").ok().lines()).isEmpty();
        assertThat(configs("--describe", "--entity-type", "users", "--entity-type", "clients")
                        .ok()
                        .line())
                .isEqualTo("Quota configs for user-principal 'ann', client-id 'app' are request_percentage=200.0");
        assertThat(configs("--describe", "--entity-type", "clients").ok().line())
                .isEqualTo("Quota configs for the default client-id are controller_mutation_rate=1000.0");
        configs("--alter", "--user", "ann", "--delete-config", "producer_byte_rate,consumer_byte_rate")
                .ok();
        configs("--alter", "--user", "ann", "--client", "app", "--delete-config", "request_percentage")
                .ok();
        configs("--alter", "--client-defaults", "--delete-config", "controller_mutation_rate")
                .ok();
        configs("--alter", "--user-defaults", "--delete-config", "request_percentage")
                .ok();
        assertThat(configs("--describe", "--entity-type", "users").ok().lines()).isEmpty();
    }

    @Test
    void quotasOfAddresses() {
        configs("--alter", "--ip", "10.1.2.3", "--add-config", "connection_creation_rate=50")
                .ok();
        assertThat(configs("--describe", "--entity-type", "ips").ok().line())
                .isEqualTo("Quota configs for ip '10.1.2.3' are connection_creation_rate=50.0");
        configs("--alter", "--ip", "10.1.2.3", "--delete-config", "connection_creation_rate")
                .ok();
        assertThat(configs("--describe", "--ip", "10.1.2.3").ok().lines()).isEmpty();
    }

    @Test
    void settingsOfGroups() {
        configs("--alter", "--group", "tuned", "--add-config", "consumer.session.timeout.ms=50000")
                .ok();
        assertThat(configs("--describe", "--group", "tuned").ok().lines())
                .containsExactly(
                        "Dynamic configs for group tuned are:",
                        "consumer.session.timeout.ms=50000 sensitive=false "
                                + "synonyms={DYNAMIC_GROUP_CONFIG:consumer.session.timeout.ms=50000, "
                                + "DEFAULT_CONFIG:group.consumer.session.timeout.ms=45000}");
        assertThat(configs("--describe", "--group", "tuned", "--all").ok().lines())
                .anyMatch(line -> line.startsWith("consumer.heartbeat.interval.ms=5000 "));
        configs("--alter", "--group", "tuned", "--add-config", "no.such.setting=1")
                .failsSaying("no.such.setting");
        configs("--alter", "--group", "tuned", "--delete-config", "consumer.session.timeout.ms")
                .ok();
    }

    @Test
    void subscriptionsToMetrics() {
        configs(
                        "--alter",
                        "--client-metrics",
                        "slow",
                        "--add-config",
                        "interval.ms=60000,metrics=[org.apache.kafka.producer.]")
                .ok();
        Tool.Main metrics = ClientMetricsCommand::main;
        assertThat(node.run(
                                metrics,
                                "--alter",
                                "--name",
                                "fast",
                                "--metrics",
                                "org.apache.kafka.consumer.",
                                "--interval",
                                "5000",
                                "--match",
                                "client_id=a.*")
                        .ok()
                        .line())
                .isEqualTo("Altered client metrics config for fast.");
        assertThat(node.run(metrics, "--list").ok().lines()).containsExactly("fast", "slow");
        assertThat(node.run(metrics, "--describe", "--name", "fast").ok().lines())
                .containsExactly(
                        "Client metrics configs for fast are:",
                        "interval.ms=5000",
                        "match=client_id=a.*",
                        "metrics=org.apache.kafka.consumer.");
        assertThat(configs("--describe", "--client-metrics", "slow").ok().lines())
                .contains("Dynamic configs for client-metric slow are:")
                .anyMatch(line -> line.startsWith("interval.ms=60000 "));
        assertThat(node.run(metrics, "--delete", "--name", "fast").ok().line())
                .isEqualTo("Deleted client metrics config for fast.");
        node.run(metrics, "--delete", "--name", "slow").ok();
        assertThat(node.run(metrics, "--list").ok().lines()).isEmpty();
    }
}
