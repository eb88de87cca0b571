package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitionReassignment;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes in three racks, and a consumer in the rack of a follower: it reads there (KIP-392), and goes on
/// elsewhere when it cannot.
class RackReadsIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String TOPIC = "near";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final int LEADER = 1;
    private static final int FOLLOWER = 2;

    @TempDir
    Path folder;

    private LocalNodes nodes;
    private Admin admin;
    private KafkaProducer<String, String> producer;
    private final List<String> sent = new ArrayList<>();
    private final List<String> read = new ArrayList<>();

    @BeforeEach
    void begin() {
        nodes = new LocalNodes(
                folder,
                Map.of(
                        "replica.selector.class",
                        "org.apache.kafka.common.replica.RackAwareReplicaSelector",
                        // A follower's fetch that nothing answers early makes these tests too slow to pass.
                        "replica.fetch.wait.max.ms",
                        "120000"));
        for (int id = 1; id <= 3; id++) {
            nodes.start(id, Map.of("broker.rack", "rack-" + id));
        }
        String servers = nodes.servers(LEADER, 3);
        admin = nodes.admin(LEADER, 3);
        nodes.awaitBrokers(admin);
        LocalNodes.join(admin.createTopics(List.of(new NewTopic(TOPIC, Map.of(0, List.of(LEADER, FOLLOWER)))))
                .all());
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers, "acks", "all"), new StringSerializer(), new StringSerializer());
    }

    @AfterEach
    void end() {
        producer.close();
        admin.close();
        nodes.close();
    }

    private KafkaConsumer<String, String> consumerInRack(int rack) {
        KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        nodes.servers(LEADER, 3),
                        "client.rack",
                        "rack-" + rack,
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new StringDeserializer());
        consumer.assign(List.of(PARTITION));
        return consumer;
    }

    private void produce(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            String value = "value " + sent.size();
            producer.send(new ProducerRecord<>(TOPIC, 0, null, value)).get();
            sent.add(value);
        }
    }

    /// Reads until all that was sent is there, in order.
    private void readAll(KafkaConsumer<String, String> consumer) {
        Await.until(LIMIT, "all records", () -> {
            for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                read.add(record.value());
            }
            return read.size() >= sent.size();
        });
        assertThat(read).isEqualTo(sent);
    }

    private static double bytesFrom(KafkaConsumer<String, String> consumer, int node) {
        return consumer.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals("incoming-byte-total")
                        && ("node-" + node).equals(metric.getKey().tags().get("node-id")))
                .mapToDouble(metric -> (double) metric.getValue().metricValue())
                .sum();
    }

    private List<Integer> inSync() {
        TopicPartitionInfo partition = LocalNodes.join(
                        admin.describeTopics(List.of(TOPIC)).allTopicNames())
                .get(TOPIC)
                .partitions()
                .getFirst();
        return partition.isr().stream().map(node -> node.id()).toList();
    }

    @Test
    void theBytesComeFromTheFollowerInTheConsumersRackAtOnce() throws Exception {
        produce(1);
        try (KafkaConsumer<String, String> consumer = consumerInRack(FOLLOWER)) {
            readAll(consumer);
            double fromLeader = bytesFrom(consumer, LEADER);
            double fromFollower = bytesFrom(consumer, FOLLOWER);
            for (int i = 0; i < 20; i++) {
                produce(10);
                readAll(consumer);
            }
            int payload = sent.stream().mapToInt(String::length).sum();
            assertThat(bytesFrom(consumer, FOLLOWER) - fromFollower).isGreaterThan(payload);
            assertThat(bytesFrom(consumer, LEADER) - fromLeader).isLessThan(payload);
        }
    }

    @Test
    void consumersOfOtherRacksReadFromTheLeader() throws Exception {
        produce(200);
        for (int rack : List.of(LEADER, 3)) {
            read.clear();
            try (KafkaConsumer<String, String> consumer = consumerInRack(rack)) {
                readAll(consumer);
                assertThat(bytesFrom(consumer, FOLLOWER)).isZero();
            }
        }
    }

    @Test
    void aConsumerGoesOnWhenTheFollowerItReadsFromIsGone() throws Exception {
        produce(10);
        try (KafkaConsumer<String, String> consumer = consumerInRack(FOLLOWER)) {
            readAll(consumer);
            nodes.stop(FOLLOWER);
            produce(10);
            readAll(consumer);
            assertThat(inSync()).containsExactly(LEADER);
        }
    }

    @Test
    void aConsumerGoesOnWhenItsFollowerBecomesTheLeaderOrKeepsNothing() throws Exception {
        produce(10);
        try (KafkaConsumer<String, String> consumer = consumerInRack(FOLLOWER)) {
            readAll(consumer);
            for (List<Integer> replicas : List.of(List.of(FOLLOWER, LEADER), List.of(3, LEADER), List.of(1, 2))) {
                LocalNodes.join(admin.alterPartitionReassignments(
                                Map.of(PARTITION, Optional.of(new NewPartitionReassignment(replicas))))
                        .all());
                Await.until(
                        LIMIT,
                        "the reassignment",
                        () -> LocalNodes.join(admin.listPartitionReassignments().reassignments())
                                .isEmpty());
                produce(10);
                readAll(consumer);
            }
        }
    }
}
