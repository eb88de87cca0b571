package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import io.kurier.testkit.FreePorts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Dead letters of share groups as Kafka's consumers read them, on two real nodes.
@Timeout(90)
class DeadLettersIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    private static Path folder;

    private static Kurier first;
    private static Kurier second;
    private static Admin admin;

    @BeforeAll
    static void start() {
        int port = FreePorts.next();
        first = builder(1).port(port).start();
        second = builder(2)
                .set("controller.quorum.bootstrap.servers", "127.0.0.1:" + port)
                .start();
        admin = Admin.create(Map.of("bootstrap.servers", first.bootstrapServers()));
        Await.until(
                LIMIT,
                "two brokers",
                () -> admin.describeCluster()
                                .nodes()
                                .toCompletionStage()
                                .toCompletableFuture()
                                .join()
                                .size()
                        == 2);
    }

    @AfterAll
    static void stop() {
        admin.close();
        second.close();
        first.close();
    }

    private static Kurier.Builder builder(int id) {
        return Kurier.builder()
                .data(folder.resolve("d" + id))
                .set("node.id", String.valueOf(id))
                .set("share.coordinator.state.topic.num.partitions", "2")
                .set("offsets.topic.num.partitions", "1")
                .set("errors.deadletterqueue.auto.create.topics.enable", "true");
    }

    private static void prepare(String topic, String group, Map<String, String> settings) throws Exception {
        admin.createTopics(Set.of(new NewTopic(topic, Map.of(0, List.of(1)))))
                .all()
                .get();
        Map<String, String> all = new HashMap<>(settings);
        all.put("share.auto.offset.reset", "earliest");
        List<AlterConfigOp> changes = all.entrySet().stream()
                .map(entry ->
                        new AlterConfigOp(new ConfigEntry(entry.getKey(), entry.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.GROUP, group), changes))
                .all()
                .get();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", first.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            for (String value : List.of("good", "bad")) {
                producer.send(new ProducerRecord<>(topic, "key", value)).get();
            }
        }
    }

    /// Reads until `bad` was delivered so often, saying this of it each time; accepts the others.
    private static void refuse(String topic, String group, AcknowledgeType say, int deliveries) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", first.bootstrapServers());
        properties.put("group.id", group);
        properties.put("share.acknowledgement.mode", "explicit");
        int[] refused = {0};
        try (KafkaShareConsumer<String, String> member =
                new KafkaShareConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            member.subscribe(List.of(topic));
            Await.until(LIMIT, "all deliveries", () -> {
                for (ConsumerRecord<String, String> record : member.poll(Duration.ofMillis(200))) {
                    boolean bad = record.value().equals("bad");
                    member.acknowledge(record, bad ? say : AcknowledgeType.ACCEPT);
                    refused[0] += bad ? 1 : 0;
                }
                member.commitSync();
                return refused[0] == deliveries;
            });
        }
    }

    private static ConsumerRecord<String, String> onlyLetter(String topic) {
        List<ConsumerRecord<String, String>> letters = new ArrayList<>();
        Map<String, Object> properties = Map.of("bootstrap.servers", second.bootstrapServers());
        try (KafkaConsumer<String, String> reader =
                new KafkaConsumer<>(properties, new StringDeserializer(), new StringDeserializer())) {
            reader.assign(List.of(new TopicPartition(topic, 0)));
            reader.seekToBeginning(reader.assignment());
            Await.until(LIMIT, "a letter", () -> {
                reader.poll(Duration.ofMillis(200)).forEach(letters::add);
                return !letters.isEmpty();
            });
        }
        assertThat(letters).hasSize(1);
        return letters.getFirst();
    }

    private static String header(ConsumerRecord<String, String> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void aRejectedRecordIsWrittenWholeToATopicOfAnotherNode() throws Exception {
        NewTopic dead = new NewTopic("dlq.far", Map.of(0, List.of(2)));
        dead.configs(Map.of("errors.deadletterqueue.group.enable", "true"));
        admin.createTopics(Set.of(dead)).all().get();
        prepare(
                "far",
                "fars",
                Map.of(
                        "errors.deadletterqueue.topic.name", "dlq.far",
                        "errors.deadletterqueue.copy.record.enable", "true"));
        refuse("far", "fars", AcknowledgeType.REJECT, 1);
        ConsumerRecord<String, String> letter = onlyLetter("dlq.far");
        assertThat(letter.key() + "=" + letter.value()).isEqualTo("key=bad");
        assertThat(header(letter, "__dlq.errors.topic")).isEqualTo("far");
        assertThat(header(letter, "__dlq.errors.partition")).isEqualTo("0");
        assertThat(header(letter, "__dlq.errors.offset")).isEqualTo("1");
        assertThat(header(letter, "__dlq.errors.group")).isEqualTo("fars");
        assertThat(header(letter, "__dlq.errors.delivery.count")).isEqualTo("1");
        assertThat(header(letter, "__dlq.errors.message")).isEqualTo("Offset rejected by client.");
    }

    @Test
    void aRecordThatWasDeliveredTooOftenIsNamedInATopicThatIsMadeForIt() throws Exception {
        prepare(
                "near",
                "nears",
                Map.of("errors.deadletterqueue.topic.name", "dlq.near", "share.delivery.count.limit", "2"));
        refuse("near", "nears", AcknowledgeType.RELEASE, 2);
        Await.until(
                LIMIT,
                "the topic",
                () -> admin.listTopics()
                        .names()
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join()
                        .contains("dlq.near"));
        ConsumerRecord<String, String> letter = onlyLetter("dlq.near");
        assertThat(letter.value()).isNull();
        assertThat(header(letter, "__dlq.errors.offset")).isEqualTo("1");
        assertThat(header(letter, "__dlq.errors.delivery.count")).isEqualTo("2");
        assertThat(header(letter, "__dlq.errors.message")).isEqualTo("Offset delivery count exceeded the threshold.");
    }
}
