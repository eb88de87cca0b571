package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes with three replicas of each partition, and real clients: what is acknowledged at acks=all is on all that
/// are in sync, and a leader that is gone takes nothing with it.
class ReplicasIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String TOPIC = "copied";

    @TempDir
    Path folder;

    private static TopicDescription describe(Admin admin) {
        return LocalNodes.join(admin.describeTopics(List.of(TOPIC)).allTopicNames())
                .get(TOPIC);
    }

    private static boolean allInSync(Admin admin, int replicas) {
        return describe(admin).partitions().stream()
                .allMatch(partition -> partition.isr().size() == replicas && partition.leader() != null);
    }

    private static List<String> produce(String servers, String prefix, int count) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                servers,
                "acks",
                "all",
                "linger.ms",
                1,
                "delivery.timeout.ms",
                30_000,
                "request.timeout.ms",
                10_000,
                "key.serializer",
                StringSerializer.class.getName(),
                "value.serializer",
                StringSerializer.class.getName());
        List<String> acknowledged = new ArrayList<>();
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(settings)) {
            List<Future<?>> sent = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                sent.add(producer.send(new ProducerRecord<>(TOPIC, i % 3, null, prefix + i)));
            }
            for (int i = 0; i < count; i++) {
                sent.get(i).get();
                acknowledged.add(prefix + i);
            }
        }
        return acknowledged;
    }

    private static List<String> consume(String servers, int count) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                servers,
                "auto.offset.reset",
                "earliest",
                "key.deserializer",
                StringDeserializer.class.getName(),
                "value.deserializer",
                StringDeserializer.class.getName());
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings)) {
            consumer.assign(
                    List.of(new TopicPartition(TOPIC, 0), new TopicPartition(TOPIC, 1), new TopicPartition(TOPIC, 2)));
            consumer.seekToBeginning(consumer.assignment());
            Await.until(LIMIT, count + " records", () -> {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    values.add(record.value());
                }
                return values.size() >= count;
            });
        }
        return values;
    }

    @Test
    void whatIsAcknowledgedOutlivesItsLeader() throws Exception {
        try (LocalNodes nodes = LocalNodes.three(folder, Map.of());
                Admin admin = nodes.admin()) {
            String servers = nodes.servers();
            List<String> acknowledged = new ArrayList<>();
            nodes.awaitBrokers(admin);
            Await.until(
                    LIMIT,
                    "three voters, of which two stay",
                    () -> LocalNodes.voters(admin).size() == 3);
            LocalNodes.join(admin.createTopics(
                            List.of(new NewTopic(TOPIC, 3, (short) 3).configs(Map.of("min.insync.replicas", "2"))))
                    .all());
            acknowledged.addAll(produce(servers, "a-", 300));
            assertThat(allInSync(admin, 3)).isTrue();
            assertThat(describe(admin).partitions().stream()
                            .map(partition -> partition.leader().id())
                            .collect(Collectors.toSet()))
                    .as("leaders on several nodes")
                    .hasSizeGreaterThan(1);

            nodes.stop(3);
            Await.until(
                    LIMIT,
                    "the others lead alone",
                    () -> describe(admin).partitions().stream()
                            .allMatch(partition -> partition.isr().size() == 2
                                    && partition.isr().stream().map(Node::id).allMatch(id -> id != 3)));
            acknowledged.addAll(produce(servers, "b-", 300));
            assertThat(consume(nodes.servers(1), 600)).containsExactlyInAnyOrderElementsOf(acknowledged);

            nodes.start(3);
            Await.until(LIMIT, "node 3 is in sync again", () -> allInSync(admin, 3));
            acknowledged.addAll(produce(nodes.servers(3), "c-", 30));
            Set<String> seen = new HashSet<>(consume(nodes.servers(3), 630));
            assertThat(seen).containsExactlyInAnyOrderElementsOf(acknowledged);
        }
    }
}
