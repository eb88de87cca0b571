package io.kurier.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` while a partition moves between two data directories under load and old records are deleted: nothing
/// acknowledged is lost or doubled, the order stays, and what was deleted stays deleted. Repeat a run with
/// `-Dkurier.seed=N`.
class MoveKillIT {
    private static final int KILLS = 6;
    private static final String TOPIC = "numbers";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);

    private final long seed = Long.getLong("kurier.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final AtomicLong acknowledged = new AtomicLong();
    private long deleted;

    @TempDir
    Path folder;

    @Test
    @Timeout(300)
    void aMovingPartitionKeepsItsPromises() throws Exception {
        System.out.println("MoveKillIT: repeat with -Dkurier.seed=" + seed);
        List<Path> directories = List.of(folder.resolve("one"), folder.resolve("two"));
        try (var node = NodeProcess.startOn(directories, folder)) {
            String bootstrap = node.bootstrapServers();
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap, "reconnect.backoff.max.ms", 100))) {
                admin.createTopics(
                                List.of(new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("segment.bytes", "1048576"))))
                        .all()
                        .get();
                try (var producer = new NumberedProducer("idempotent", bootstrap, TOPIC, 1, true, acknowledged)) {
                    for (int kill = 0; kill < KILLS; kill++) {
                        more(node, 2_000);
                        delete(admin);
                        tryToMove(admin, directories.get(kill % 2).toString());
                        assertThat(node.endsWithin(Duration.ofMillis(random.nextInt(150))))
                                .as("ended: %s", node)
                                .isFalse();
                        node.kill();
                        node.restart();
                        node.awaitServing();
                    }
                    more(node, 1_000);
                    producer.close();
                    assertThat(producer.failures()).isEmpty();
                    check(bootstrap, producer);
                }
            }
        }
    }

    private void more(NodeProcess node, int records) throws Exception {
        long enough = acknowledged.get() + records;
        for (int i = 0; acknowledged.get() < enough; i++) {
            assertThat(i).as("progress: %s", node).isLessThan(60_000);
            assertThat(node.endsWithin(Duration.ofMillis(1)))
                    .as("ended: %s", node)
                    .isFalse();
        }
    }

    private void delete(Admin admin) throws Exception {
        deleted = admin.deleteRecords(Map.of(PARTITION, RecordsToDelete.beforeOffset(deleted + random.nextInt(500))))
                .lowWatermarks()
                .get(PARTITION)
                .get()
                .lowWatermark();
    }

    private static void tryToMove(Admin admin, String to) throws InterruptedException {
        try {
            admin.alterReplicaLogDirs(Map.of(new TopicPartitionReplica(TOPIC, 0, 1), to))
                    .all()
                    .get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private void check(String bootstrap, NumberedProducer producer) {
        List<String> values = new ArrayList<>();
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            assertThat(consumer.position(PARTITION)).as("deleted records").isEqualTo(deleted);
            long end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
            while (consumer.position(PARTITION) < end) {
                consumer.poll(Duration.ofMillis(500)).forEach(record -> values.add(record.value()));
            }
        }
        // One producer and one partition: the number of a record is its offset.
        assertThat(values.getFirst()).isEqualTo(Long.toString(deleted));
        for (int i = 0; i < values.size(); i++) {
            assertThat(values.get(i)).isEqualTo(Long.toString(deleted + i));
        }
        assertThat(producer.acknowledged())
                .allSatisfy((number, place) -> assertThat(place.offset()).isEqualTo(number));
        assertThat(values).hasSize((int) (producer.acknowledged().size() - deleted));
        System.out.printf("MoveKillIT: %,d records kept over %d kills%n", acknowledged.get(), KILLS);
    }
}
