package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The embedded node as a developer uses it, with the Java client.
@Timeout(90)
class KurierIT {
    @TempDir
    private Path data;

    @Test
    void aRecordGoesInAndComesOutInAGroup() {
        try (Kurier node = Kurier.start()) {
            produce(node, "words", 100);
            assertThat(consume(node, "words", "readers", 100)).isEqualTo(words(0, 100));
        }
    }

    @Test
    void everythingIsThereAfterARestart() throws Exception {
        String clusterId;
        try (Kurier node = Kurier.builder().data(data).start();
                Admin admin = admin(node)) {
            clusterId = node.clusterId();
            admin.createTopics(Set.of(new NewTopic("words", 1, (short) 1).configs(Map.of("retention.ms", "123456789"))))
                    .all()
                    .get();
            produce(node, "words", 500);
            assertThat(consume(node, "words", "readers", 200)).isEqualTo(words(0, 200));
        }
        try (Kurier node = Kurier.builder().data(data).start();
                Admin admin = admin(node)) {
            assertThat(node.clusterId()).isEqualTo(clusterId);
            Map<TopicPartition, OffsetAndMetadata> offsets = admin.listConsumerGroupOffsets("readers")
                    .partitionsToOffsetAndMetadata()
                    .get();
            assertThat(offsets.get(new TopicPartition("words", 0)).offset()).isEqualTo(200);
            assertThat(consume(node, "words", "readers", 300)).isEqualTo(words(200, 500));
        }
    }

    @Test
    void manyNodesRunInOneProcess() {
        try (Kurier one = Kurier.start();
                Kurier two = Kurier.start()) {
            produce(one, "words", 3);
            produce(two, "words", 7);
            assertThat(consume(one, "words", "g", 3)).hasSize(3);
            assertThat(consume(two, "words", "g", 7)).hasSize(7);
            assertThat(one.clusterId()).isNotEqualTo(two.clusterId());
        }
    }

    @Test
    void aNodeInMemoryLeavesNothingBehind() {
        try (Kurier node = Kurier.builder().inMemory(64 << 20).start()) {
            produce(node, "words", 1_000);
            assertThat(consume(node, "words", "readers", 1_000)).isEqualTo(words(0, 1_000));
        }
        assertThat(Path.of("/kurier")).doesNotExist();
    }

    @Test
    void topicsAreRefusedWithTheReason() throws Exception {
        try (Kurier node = Kurier.start();
                Admin admin = admin(node)) {
            admin.createTopics(Set.of(new NewTopic("there", 1, (short) 1)))
                    .all()
                    .get();
            refused(admin, new NewTopic("there", 1, (short) 1), TopicExistsException.class);
            refused(admin, new NewTopic("two words", 1, (short) 1), InvalidTopicException.class);
            refused(admin, new NewTopic("three-copies", 1, (short) 3), InvalidReplicationFactorException.class);
            assertThat(admin.describeTopics(
                                    Set.of("there"), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                            .allTopicNames()
                            .get()
                            .get("there")
                            .authorizedOperations())
                    .contains(AclOperation.READ, AclOperation.WRITE);
            admin.deleteTopics(Set.of("there")).all().get();
            assertThat(admin.listTopics().names().get()).isEmpty();
            admin.createTopics(Set.of(new NewTopic("there", 1, (short) 1)))
                    .all()
                    .get();
            produce(node, "there", 5);
            assertThat(consume(node, "there", "g", 5)).isEqualTo(words(0, 5));
        }
    }

    private static void refused(Admin admin, NewTopic topic, Class<? extends Exception> why) {
        assertThatThrownBy(() -> admin.createTopics(Set.of(topic)).all().get())
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(why);
    }

    @Test
    void aDataDirectoryInUseIsRefused() {
        try (Kurier node = Kurier.builder().data(data).start()) {
            assertThat(node.addresses()).hasSize(1);
            assertThatThrownBy(() -> Kurier.builder().data(data).start())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(data.toString());
        }
    }

    @Test
    void aPortInUseIsRefused() {
        try (Kurier node = Kurier.start()) {
            int port = node.addresses().getFirst().getPort();
            assertThatThrownBy(() -> Kurier.builder().port(port).start())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(String.valueOf(port));
        }
    }

    @Test
    void anotherNodesDirectoryIsRefusedAndLeftAlone() throws Exception {
        try (Kurier node = Kurier.builder().data(data).start()) {
            produce(node, "words", 1);
        }
        String before = Files.readString(data.resolve("meta.properties"));
        assertThatThrownBy(() -> Kurier.builder().data(data).set("node.id", "7").start())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("belongs to node 1");
        assertThat(Files.readString(data.resolve("meta.properties"))).isEqualTo(before);
    }

    private static Admin admin(Kurier node) {
        return Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()));
    }

    private static void produce(Kurier node, String topic, int count) {
        Map<String, Object> settings = Map.of("bootstrap.servers", node.bootstrapServers());
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(topic, 0, "key", "word " + i));
            }
        }
    }

    private static List<String> consume(Kurier node, String topic, String group, int count) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", node.bootstrapServers(),
                "group.id", group,
                "auto.offset.reset", "earliest",
                "enable.auto.commit", "false",
                "max.poll.records", "100");
        List<String> seen = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            while (seen.size() < count) {
                consumer.poll(Duration.ofMillis(500)).forEach(record -> seen.add(record.value()));
            }
            consumer.commitSync();
        }
        return seen;
    }

    private static List<String> words(int from, int to) {
        List<String> words = new ArrayList<>();
        for (int i = from; i < to; i++) {
            words.add("word " + i);
        }
        return words;
    }
}
