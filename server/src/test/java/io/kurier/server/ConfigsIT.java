package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ConfigEntry.ConfigSource;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.ListConfigResourcesOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Settings of topics and brokers as an administrator sees and changes them, with the Java client.
@Timeout(90)
class ConfigsIT {
    private static final ConfigResource TOPIC = new ConfigResource(Type.TOPIC, "orders");
    private static final ConfigResource ALL_BROKERS = new ConfigResource(Type.BROKER, "");
    private static final ConfigResource BROKER = new ConfigResource(Type.BROKER, "1");

    private final Kurier node = Kurier.builder()
            .set("log.retention.hours", "48")
            .set("num.partitions", "3")
            .start();
    private final Admin admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()));

    @BeforeEach
    void aTopic() throws Exception {
        admin.createTopics(Set.of(new NewTopic("orders", 1, (short) 1))).all().get();
    }

    @AfterEach
    void stop() {
        admin.close(Duration.ZERO);
        node.close();
    }

    @Test
    void aBrokersNameIsAcceptedOnATopic() throws Exception {
        alter(TOPIC, set("log.retention.hours", "24"));
        assertThat(entry(TOPIC, "retention.ms").value()).isEqualTo("86400000");
        assertThat(entry(TOPIC, "retention.ms").source()).isEqualTo(ConfigSource.DYNAMIC_TOPIC_CONFIG);
        alter(TOPIC, delete("log.retention.hours"));
        assertThat(entry(TOPIC, "retention.ms").value()).isEqualTo("172800000");
        assertThat(entry(TOPIC, "retention.ms").source()).isEqualTo(ConfigSource.STATIC_BROKER_CONFIG);

        var made = admin.createTopics(
                Set.of(new NewTopic("made", 1, (short) 1).configs(Map.of("log.cleanup.policy", "compact"))));
        assertThat(made.config("made").get().get("cleanup.policy").value()).isEqualTo("compact");
        assertThat(made.config("made").get().get("retention.ms").value()).isEqualTo("172800000");
    }

    @Test
    void sourcesAndSynonymsShowWhatWouldHoldOtherwise() throws Exception {
        alter(ALL_BROKERS, set("log.retention.ms", "3000"));
        alter(BROKER, set("log.retention.ms", "2000"));
        alter(TOPIC, set("retention.ms", "1000"));
        ConfigEntry retention = entry(TOPIC, "retention.ms");
        assertThat(retention.synonyms())
                .extracting(synonym -> synonym.name() + "=" + synonym.value() + " " + synonym.source())
                .containsExactly(
                        "retention.ms=1000 DYNAMIC_TOPIC_CONFIG",
                        "log.retention.ms=2000 DYNAMIC_BROKER_CONFIG",
                        "log.retention.ms=3000 DYNAMIC_DEFAULT_BROKER_CONFIG",
                        "log.retention.hours=48 STATIC_BROKER_CONFIG",
                        "log.retention.hours=168 DEFAULT_CONFIG");
        assertThat(retention.documentation()).isNotEmpty();
        assertThat(retention.type()).isEqualTo(ConfigEntry.ConfigType.LONG);
        assertThat(entry(ALL_BROKERS, "log.retention.ms").value()).isEqualTo("3000");
        assertThat(entry(BROKER, "num.partitions").isReadOnly()).isTrue();
    }

    @Test
    void whatIsNotAllowedIsRefusedWithTheReason() {
        assertRefused(
                TOPIC, set("retention.m", "1"), InvalidConfigurationException.class, "did you mean 'retention.ms'?");
        assertRefused(TOPIC, set("segment.bytes", "1"), InvalidConfigurationException.class, "from 1024 to 2147483647");
        assertRefused(BROKER, set("node.id", "9"), InvalidConfigurationException.class, "in the broker's file");
        assertRefused(
                new ConfigResource(Type.TOPIC, "missing"),
                set("retention.ms", "1"),
                UnknownTopicOrPartitionException.class,
                "missing");
        assertThatThrownBy(() -> alter(TOPIC, set("retention.ms", "1"), set("log.retention.hours", "1")))
                .hasCauseInstanceOf(InvalidRequestException.class)
                .hasMessageContaining("two names of one setting");
    }

    @Test
    void validatingAloneChangesNothing() throws Exception {
        admin.incrementalAlterConfigs(
                        Map.of(TOPIC, List.of(set("segment.bytes", "4096"))),
                        new AlterConfigsOptions().validateOnly(true))
                .all()
                .get();
        assertThat(entry(TOPIC, "segment.bytes").value()).isEqualTo("1073741824");
    }

    @Test
    void listsAreExtendedAndShortened() throws Exception {
        alter(TOPIC, new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), OpType.APPEND));
        assertThat(entry(TOPIC, "cleanup.policy").value()).isEqualTo("delete,compact");
        alter(TOPIC, new AlterConfigOp(new ConfigEntry("log.cleanup.policy", "delete"), OpType.SUBTRACT));
        assertThat(entry(TOPIC, "cleanup.policy").value()).isEqualTo("compact");
    }

    @Test
    void aChangeTakesEffect() throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", node.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>("orders", new byte[10_000]);
            producer.send(record).get();
            alter(ALL_BROKERS, set("message.max.bytes", "5000"));
            until(() -> refusesForSize(producer, record));
            alter(TOPIC, set("max.message.bytes", "20000"));
            until(() -> !refusesForSize(producer, record));
        }
    }

    @Test
    void resourcesAreListed() throws Exception {
        alter(new ConfigResource(Type.GROUP, "g"), set("share.isolation.level", "read_committed"));
        Collection<ConfigResource> all = admin.listConfigResources(Set.of(), new ListConfigResourcesOptions())
                .all()
                .get();
        assertThat(all).contains(TOPIC, BROKER, new ConfigResource(Type.GROUP, "g"));
    }

    private void assertRefused(ConfigResource resource, AlterConfigOp op, Class<?> error, String reason) {
        assertThatThrownBy(() -> alter(resource, op))
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining(reason)
                .cause()
                .isInstanceOf(error);
    }

    private static boolean refusesForSize(
            KafkaProducer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> record) {
        try {
            producer.send(record).get();
            return false;
        } catch (ExecutionException e) {
            assertThat(e).hasCauseInstanceOf(RecordTooLargeException.class);
            return true;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /// Tries again until it is so; the class's time-out ends it.
    private static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) Thread.onSpinWait();
    }

    private void alter(ConfigResource resource, AlterConfigOp... ops) throws Exception {
        admin.incrementalAlterConfigs(Map.of(resource, List.of(ops))).all().get();
    }

    private ConfigEntry entry(ConfigResource resource, String name) throws Exception {
        var described = admin.describeConfigs(
                        Set.of(resource),
                        new DescribeConfigsOptions().includeSynonyms(true).includeDocumentation(true))
                .all()
                .get();
        Map<String, ConfigEntry> entries = Objects.requireNonNull(described.get(resource)).entries().stream()
                .collect(Collectors.toMap(ConfigEntry::name, entry -> entry));
        ConfigEntry entry = entries.get(name);
        if (entry == null) throw new AssertionError("no " + name + " among " + entries.keySet());
        return entry;
    }

    private static AlterConfigOp set(String name, String value) {
        return new AlterConfigOp(new ConfigEntry(name, value), OpType.SET);
    }

    private static AlterConfigOp delete(String name) {
        return new AlterConfigOp(new ConfigEntry(name, null), OpType.DELETE);
    }
}
