package io.kurier.tests.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import io.kurier.testkit.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A cluster of both kinds of nodes: Kurier decides and keeps two of three replicas, a broker of Apache Kafka the
/// third, each following the other by Kafka's own protocol.
@Timeout(240)
class MixedClusterIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String TOPIC = "mixed";

    @TempDir
    Path folder;

    private final int[] ports = {0, FreePorts.next(), FreePorts.next(), FreePorts.next()};
    private final String controller = "127.0.0.1:" + FreePorts.next();

    private String address(int node) {
        return "127.0.0.1:" + ports[node];
    }

    /// Apache Kafka's heartbeats come every 2 s; our default session would be over before.
    private Path config(int node) throws IOException {
        Path own = Files.createDirectories(folder.resolve("node-" + node));
        String roles = node == 1 ? "broker,controller" : "broker";
        String controllers = node == 1 ? ",CONTROLLER://" + controller : "";
        return Files.writeString(own.resolve("server.properties"), """
                process.roles=%s
                node.id=%d
                controller.quorum.bootstrap.servers=%s
                listeners=PLAINTEXT://%s%s
                controller.listener.names=CONTROLLER
                inter.broker.listener.name=PLAINTEXT
                listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
                log.dirs=%s
                offsets.topic.replication.factor=3
                broker.session.timeout.ms=9000
                group.initial.rebalance.delay.ms=0
                """.formatted(
                        roles, node, controller, address(node), controllers, own.resolve("data")));
    }

    private Admin admin() {
        return Admin.create(Map.of("bootstrap.servers", address(1) + "," + address(2), "metadata.max.age.ms", "500"));
    }

    private static List<TopicPartitionInfo> partitions(Admin admin) {
        try {
            return admin.describeTopics(List.of(TOPIC))
                    .allTopicNames()
                    .get()
                    .get(TOPIC)
                    .partitions();
        } catch (InterruptedException | ExecutionException e) {
            return List.of();
        }
    }

    private static boolean inSync(Admin admin, int replicas) {
        List<TopicPartitionInfo> partitions = partitions(admin);
        return partitions.size() == 3
                && partitions.stream()
                        .allMatch(partition -> partition.isr().size() == replicas && partition.leader() != null);
    }

    private void write(String prefix, int node) throws Exception {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", address(node), "acks", "all", "delivery.timeout.ms", 60_000),
                new StringSerializer(),
                new StringSerializer())) {
            for (int partition = 0; partition < 3; partition++) {
                for (int i = 0; i < 20; i++) {
                    producer.send(new ProducerRecord<>(TOPIC, partition, null, prefix + i))
                            .get();
                }
            }
        }
    }

    private void assertReadable(int node, int records) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", address(node)), new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(
                    List.of(new TopicPartition(TOPIC, 0), new TopicPartition(TOPIC, 1), new TopicPartition(TOPIC, 2)));
            consumer.seekToBeginning(consumer.assignment());
            List<String> values = new ArrayList<>();
            Await.until(LIMIT, records + " records by node " + node, () -> {
                consumer.poll(Duration.ofMillis(100))
                        .forEach(record -> values.add(record.partition() + record.value()));
                return values.size() >= records;
            });
            assertThat(values).doesNotHaveDuplicates().hasSize(records);
        }
    }

    @Test
    void aBrokerOfApacheKafkaFollowsAndLeadsAmongOurs() throws Exception {
        Path first = config(1);
        String cluster = Uuid.randomUuid().toString();
        KafkaNode.format(first, cluster, List.of("--standalone"));
        try (NodeProcess one = NodeProcess.startWith(first.getParent(), first, address(1))) {
            Path second = config(2);
            Path third = config(3);
            KafkaNode.format(third, cluster, List.of());
            try (NodeProcess two = NodeProcess.startWith(second.getParent(), second, address(2));
                    KafkaNode three = KafkaNode.launch(third.getParent(), third);
                    Admin admin = admin()) {
                three.awaitServing(address(3), 3);
                assertThat(two.output()).contains("cluster " + cluster);
                admin.createTopics(List.of(new NewTopic(
                                        TOPIC, Map.of(0, List.of(1, 2, 3), 1, List.of(2, 3, 1), 2, List.of(3, 1, 2)))
                                .configs(Map.of("min.insync.replicas", "2"))))
                        .all()
                        .get();
                write("a-", 1);
                Await.until(LIMIT, "three replicas in sync", () -> inSync(admin, 3));
                assertThat(partitions(admin).get(2).leader().id()).isEqualTo(3);
                write("by-three-", 3);
                assertReadable(2, 120);
                try (Admin byThree = Admin.create(Map.of("bootstrap.servers", address(3)))) {
                    byThree.createTopics(List.of(new NewTopic("by-three", 3, (short) 3)))
                            .all()
                            .get();
                }
                three.stop();
                Await.until(LIMIT, "two replicas in sync", () -> inSync(admin, 2));
                write("b-", 2);
                try (KafkaNode again = KafkaNode.launch(third.getParent(), third)) {
                    again.awaitServing(address(3), 3);
                    Await.until(LIMIT, "three replicas in sync again", () -> inSync(admin, 3));
                    write("c-", 1);
                    assertReadable(3, 240);
                    again.stop();
                }
            }
            assertThat(one.output()).doesNotContain("ERROR");
        }
    }
}
