package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.testkit.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Three nodes of which one comes back with an empty disk, or two do not come back at all: what is said, and that
/// nothing is lost.
@Timeout(180)
class LostNodesIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private LocalNodes nodes;

    @BeforeEach
    void three() {
        nodes = LocalNodes.three(folder, Map.of());
        try (Admin admin = nodes.admin(1)) {
            Await.until(LIMIT, "three voters", () -> LocalNodes.voters(admin).equals(Set.of(1, 2, 3)));
        }
    }

    @AfterEach
    void stopAll() {
        nodes.close();
    }

    private static void awaitGone(Admin admin, int id) {
        Await.until(
                LIMIT,
                "node " + id + " is out",
                () -> LocalNodes.join(admin.describeCluster().nodes()).stream().noneMatch(node -> node.id() == id));
    }

    private static List<TopicPartitionInfo> partitions(Admin admin, String topic) {
        return LocalNodes.join(admin.describeTopics(List.of(topic)).allTopicNames())
                .get(topic)
                .partitions();
    }

    private static boolean inSync(Admin admin, String topic, int replicas) {
        return partitions(admin, topic).stream()
                .allMatch(partition -> partition.isr().size() == replicas && partition.leader() != null);
    }

    private void write(String topic, int partition, String prefix, int... ids) throws Exception {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                nodes.servers(ids),
                "acks",
                "all",
                "delivery.timeout.ms",
                30_000,
                "request.timeout.ms",
                10_000,
                "enable.idempotence",
                false);
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i = 0; i < 20; i++) {
                producer.send(new ProducerRecord<>(topic, partition, null, prefix + i))
                        .get();
            }
        }
    }

    private long count(String topic, int partition, long wanted, int... ids) {
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", nodes.servers(ids)), new StringDeserializer(), new StringDeserializer())) {
            TopicPartition from = new TopicPartition(topic, partition);
            consumer.assign(List.of(from));
            consumer.seekToBeginning(List.of(from));
            long[] count = {0};
            Await.until(LIMIT, wanted + " records", () -> {
                count[0] += consumer.poll(Duration.ofMillis(100)).count();
                return count[0] >= wanted;
            });
            return count[0];
        }
    }

    @Test
    void anEmptyDiskComesBackAsAnEmptyReplicaAndIsFilledAndWhatOnlyItHadWaitsForIt() throws Exception {
        try (Admin admin = nodes.admin(1, 2, 3)) {
            LocalNodes.join(admin.createTopics(List.of(
                            new NewTopic("shared", 3, (short) 3).configs(Map.of("min.insync.replicas", "2")),
                            new NewTopic("only-on-3", Map.of(0, List.of(3)))))
                    .all());
            for (int partition = 0; partition < 3; partition++) {
                write("shared", partition, "before-", 1, 2, 3);
            }
            write("only-on-3", 0, "before-", 1, 2, 3);
            nodes.stop(3);
            awaitGone(admin, 3);
            Files.move(folder.resolve("d3"), folder.resolve("old-disk"));
            write("shared", 0, "meanwhile-", 1, 2);

            nodes.start(3);
            Await.until(LIMIT, "filled again", () -> inSync(admin, "shared", 3));
            Await.until(LIMIT, "votes again", () -> LocalNodes.voters(admin).equals(Set.of(1, 2, 3)));
            assertThatThrownBy(() -> LocalNodes.join(admin.listOffsets(
                                    Map.of(new TopicPartition("only-on-3", 0), OffsetSpec.latest()),
                                    new ListOffsetsOptions().timeoutMs(3_000))
                            .all()))
                    .as("an empty copy does not pass for the whole")
                    .hasCauseInstanceOf(RetriableException.class);
            nodes.stop(1);
            assertThat(count("shared", 0, 40, 2, 3)).isEqualTo(40);
            nodes.start(1);

            nodes.stop(3);
            Files.move(folder.resolve("d3"), folder.resolve("new-disk"));
            Files.move(folder.resolve("old-disk"), folder.resolve("d3"));
            nodes.start(3);
            Await.until(LIMIT, "the old disk's own", () -> inSync(admin, "only-on-3", 1));
            assertThat(count("only-on-3", 0, 20, 1, 2, 3)).isEqualTo(20);
            Await.until(LIMIT, "the old disk follows as well", () -> inSync(admin, "shared", 3));
            assertThat(count("shared", 0, 40, 1, 2, 3)).isEqualTo(40);
            Await.until(LIMIT, "and votes", () -> LocalNodes.voters(admin).equals(Set.of(1, 2, 3)));
        }
    }

    @Test
    void withoutAMajorityOfVotersWhatIsThereIsServedAndNothingIsDecided() throws Exception {
        try (Admin admin = nodes.admin(1)) {
            LocalNodes.join(admin.createTopics(List.of(new NewTopic("mine", Map.of(0, List.of(1)))))
                    .all());
            write("mine", 0, "before-", 1);
            nodes.stop(2);
            nodes.stop(3);
            write("mine", 0, "alone-", 1);
            assertThat(count("mine", 0, 40, 1)).isEqualTo(40);
            assertThatThrownBy(() -> admin.createTopics(
                                    List.of(new NewTopic("undecided", 1, (short) 1)),
                                    new CreateTopicsOptions().timeoutMs(4_000))
                            .all()
                            .get())
                    .isInstanceOf(ExecutionException.class);
            nodes.start(2);
            Await.until(LIMIT, "a majority decides again", () -> decides(admin));
            assertThat(count("mine", 0, 40, 1)).isEqualTo(40);
        }
    }

    private static boolean decides(Admin admin) {
        try {
            admin.createTopics(
                            List.of(new NewTopic("decided", 1, (short) 1)), new CreateTopicsOptions().timeoutMs(2_000))
                    .all()
                    .get();
            return true;
        } catch (ExecutionException e) {
            return e.getCause() instanceof org.apache.kafka.common.errors.TopicExistsException;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
