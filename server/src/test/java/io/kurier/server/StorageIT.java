package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.server.config.NodeConfig;
import io.kurier.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.ProducerState;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.ReplicaInfo;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionReplica;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.LogDirNotFoundException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A node with two data directories, administered with the Java client: records deleted, directories described,
/// partitions moved while they are used, producers shown.
@Timeout(120)
class StorageIT {
    private static final TopicPartition WORDS = new TopicPartition("words", 0);

    @TempDir
    private Path folder;

    private String one() {
        return folder.resolve("one").toString();
    }

    private String two() {
        return folder.resolve("two").toString();
    }

    private Kurier start() throws Exception {
        return Kurier.start(NodeConfig.of(Map.of(
                "listeners", "PLAINTEXT://127.0.0.1:0",
                "node.id", "1",
                "group.initial.rebalance.delay.ms", "0",
                "log.dirs", one() + "," + two())));
    }

    private static Admin admin(Kurier node) {
        return Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()));
    }

    private static void create(Admin admin, String topic, Map<String, String> settings) throws Exception {
        admin.createTopics(Set.of(new NewTopic(topic, 1, (short) 1).configs(settings)))
                .all()
                .get();
    }

    private static KafkaProducer<String, String> producer(Kurier node) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", node.bootstrapServers(), "acks", "all", "linger.ms", 0, "batch.size", 2_000);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static void produce(Kurier node, int from, int to) {
        try (var producer = producer(node)) {
            for (int i = from; i < to; i++) {
                producer.send(new ProducerRecord<>("words", 0, null, "word-" + i));
            }
        }
    }

    private static KafkaConsumer<String, String> consumer(Kurier node, String reset) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("bootstrap.servers", node.bootstrapServers());
        settings.put("auto.offset.reset", reset);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer());
    }

    private static List<String> consume(Kurier node, int count) {
        List<String> values = new ArrayList<>();
        try (var consumer = consumer(node, "earliest")) {
            consumer.assign(List.of(WORDS));
            await("all records", () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
                return values.size() >= count;
            });
        }
        return values;
    }

    private static void await(String what, Callable<Boolean> condition) {
        Await.until(Duration.ofSeconds(30), what, () -> {
            try {
                return condition.call();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
    }

    private static List<String> words(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "word-" + i).toList();
    }

    private static long delete(Admin admin, TopicPartition partition, long before) throws Exception {
        return admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(before)))
                .lowWatermarks()
                .get(partition)
                .get()
                .lowWatermark();
    }

    private static void refused(Admin admin, TopicPartition partition, long before, Class<? extends Exception> why) {
        assertThatThrownBy(() -> delete(admin, partition, before))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(why);
    }

    private static long earliest(Admin admin) throws Exception {
        return admin.listOffsets(Map.of(WORDS, OffsetSpec.earliest()))
                .partitionResult(WORDS)
                .get()
                .offset();
    }

    @Test
    void deletedRecordsStayDeleted() throws Exception {
        try (Kurier node = start();
                Admin admin = admin(node)) {
            create(admin, "words", Map.of());
            create(admin, "compacted", Map.of("cleanup.policy", "compact"));
            produce(node, 0, 100);
            assertThat(delete(admin, WORDS, 50)).isEqualTo(50);
            assertThat(earliest(admin)).isEqualTo(50);
            assertThat(delete(admin, WORDS, 20)).as("what is gone stays gone").isEqualTo(50);
            refused(admin, WORDS, 101, org.apache.kafka.common.errors.OffsetOutOfRangeException.class);
            refused(admin, WORDS, -2, org.apache.kafka.common.errors.OffsetOutOfRangeException.class);
            refused(admin, new TopicPartition("compacted", 0), 0, PolicyViolationException.class);
            try (var consumer = consumer(node, "none")) {
                consumer.assign(List.of(WORDS));
                consumer.seek(WORDS, 49);
                assertThatThrownBy(() -> await(
                                "an offset out of range",
                                () -> !consumer.poll(Duration.ofMillis(100)).isEmpty()))
                        .isInstanceOf(OffsetOutOfRangeException.class);
            }
            assertThat(consume(node, 50)).isEqualTo(words(50, 100));
        }
        try (Kurier node = start();
                Admin admin = admin(node)) {
            assertThat(earliest(admin)).isEqualTo(50);
            assertThat(delete(admin, WORDS, -1)).isEqualTo(100);
            assertThat(earliest(admin)).isEqualTo(100);
            produce(node, 100, 110);
            assertThat(consume(node, 10)).isEqualTo(words(100, 110));
        }
    }

    @Test
    void theNodesOwnTopicsKeepTheirRecords() throws Exception {
        try (Kurier node = start();
                Admin admin = admin(node)) {
            create(admin, "words", Map.of());
            admin.alterConsumerGroupOffsets(
                            "g", Map.of(WORDS, new org.apache.kafka.clients.consumer.OffsetAndMetadata(0)))
                    .all()
                    .get();
            refused(admin, new TopicPartition("__consumer_offsets", 0), 0, InvalidTopicException.class);
        }
    }

    private static Map<String, LogDirDescription> describe(Admin admin) throws Exception {
        return admin.describeLogDirs(List.of(1)).descriptions().get(1).get();
    }

    /// The directory that a partition lies in, if it does not move just now.
    private static Optional<String> place(Admin admin, TopicPartition partition) throws Exception {
        List<String> places = new ArrayList<>();
        for (var directory : describe(admin).entrySet()) {
            ReplicaInfo replica = directory.getValue().replicaInfos().get(partition);
            if (replica != null) {
                places.add(replica.isFuture() ? "moving" : directory.getKey());
            }
        }
        assertThat(places).isNotEmpty();
        return places.size() == 1 ? Optional.of(places.getFirst()) : Optional.empty();
    }

    private static void move(Admin admin, TopicPartition partition, String to) throws Exception {
        admin.alterReplicaLogDirs(Map.of(new TopicPartitionReplica(partition.topic(), partition.partition(), 1), to))
                .all()
                .get();
    }

    @Test
    void directoriesAreDescribed() throws Exception {
        try (Kurier node = start();
                Admin admin = admin(node)) {
            admin.createTopics(Set.of(new NewTopic("words", 4, (short) 1)))
                    .all()
                    .get();
            produce(node, 0, 100);
            await(
                    "two partitions in each directory",
                    () -> describe(admin).values().stream()
                            .allMatch(directory -> directory.replicaInfos().size() == 2));
            Map<String, LogDirDescription> all = describe(admin);
            assertThat(all).containsOnlyKeys(one(), two());
            for (LogDirDescription directory : all.values()) {
                assertThat(directory.error()).isNull();
                assertThat(directory.totalBytes().orElse(0)).isPositive();
                assertThat(directory.usableBytes().orElse(0)).isPositive();
                assertThat(directory.replicaInfos().values())
                        .noneMatch(ReplicaInfo::isFuture)
                        .allMatch(replica -> replica.offsetLag() == 0);
            }
            assertThat(all.get(place(admin, WORDS).orElseThrow())
                            .replicaInfos()
                            .get(WORDS)
                            .size())
                    .isGreaterThan(1_000);
        }
    }

    @Test
    void aPartitionMovesWhileItIsUsed() throws Exception {
        AtomicLong sent = new AtomicLong();
        ConcurrentLinkedQueue<Exception> failures = new ConcurrentLinkedQueue<>();
        List<ConsumerRecord<String, String>> read = new ArrayList<>();
        String last;
        try (Kurier node = start();
                Admin admin = admin(node)) {
            create(admin, "words", Map.of("segment.bytes", "1048576", "file.delete.delay.ms", "0"));
            AtomicLong enough = new AtomicLong(Long.MAX_VALUE);
            Thread writing = Thread.ofVirtual().start(() -> write(node, sent, enough, failures));
            Thread reading = Thread.ofVirtual().start(() -> read(node, read, enough));
            await("records", () -> sent.get() > 3_000);
            for (int moves = 0; moves < 4; moves++) {
                String from = place(admin, WORDS).orElseThrow();
                String to = from.equals(one()) ? two() : one();
                move(admin, WORDS, to);
                await("the move", () -> place(admin, WORDS).equals(Optional.of(to)));
                long then = sent.get();
                await("more records", () -> sent.get() > then + 1_000);
            }
            last = place(admin, WORDS).orElseThrow();
            enough.set(sent.get());
            writing.join();
            enough.set(sent.get());
            reading.join();
            assertThat(failures).isEmpty();
            assertThat(read).hasSize((int) sent.get());
            assertThat(read.stream().map(ConsumerRecord::offset).toList())
                    .isEqualTo(LongStream.range(0, sent.get()).boxed().toList());
            assertThat(read.stream().map(ConsumerRecord::value).toList())
                    .isEqualTo(LongStream.range(0, sent.get())
                            .mapToObj(Long::toString)
                            .toList());
        }
        String other = last.equals(one()) ? two() : one();
        assertThat(Path.of(last, "words-0")).isDirectory();
        assertThat(Path.of(other, "words-0")).doesNotExist();
        try (Kurier node = start();
                Admin admin = admin(node)) {
            assertThat(place(admin, WORDS)).contains(last);
            assertThat(consume(node, read.size())).hasSize(read.size());
        }
    }

    private static void write(
            Kurier node, AtomicLong sent, AtomicLong enough, ConcurrentLinkedQueue<Exception> failures) {
        try (var producer = producer(node)) {
            for (long n = 0; n < enough.get() && n < 2_000_000; n++) {
                var record = new ProducerRecord<String, String>("words", 0, null, Long.toString(n));
                var answer = producer.send(record, (place, failure) -> {
                    if (failure != null) {
                        failures.add(failure);
                    }
                });
                sent.incrementAndGet();
                if (n % 50 == 0) {
                    answer.get();
                }
            }
        } catch (InterruptedException | ExecutionException e) {
            failures.add(e);
        }
    }

    private static void read(Kurier node, List<ConsumerRecord<String, String>> read, AtomicLong enough) {
        try (var consumer = consumer(node, "none")) {
            consumer.assign(List.of(WORDS));
            consumer.seek(WORDS, 0);
            while (read.size() < enough.get()) {
                consumer.poll(Duration.ofMillis(100)).forEach(read::add);
            }
        }
    }

    @Test
    void aPartitionGoesWhereItWasAskedForBeforehand() throws Exception {
        try (Kurier node = start();
                Admin admin = admin(node)) {
            for (String topic : List.of("first", "second")) {
                assertThatThrownBy(() -> move(admin, new TopicPartition(topic, 0), two()))
                        .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
                create(admin, topic, Map.of());
                await(
                        "the topic in its directory",
                        () -> describe(admin).get(two()).replicaInfos().containsKey(new TopicPartition(topic, 0)));
            }
            assertThatThrownBy(() -> move(admin, new TopicPartition("first", 0), folder.toString()))
                    .hasCauseInstanceOf(LogDirNotFoundException.class);
        }
    }

    @Test
    void producersAreShown() throws Exception {
        try (Kurier node = start();
                Admin admin = admin(node);
                var producer = producer(node)) {
            create(admin, "words", Map.of());
            for (int i = 0; i < 7; i++) {
                producer.send(new ProducerRecord<>("words", 0, null, "word-" + i))
                        .get();
            }
            List<ProducerState> states = admin.describeProducers(List.of(WORDS))
                    .partitionResult(WORDS)
                    .get()
                    .activeProducers();
            assertThat(states).singleElement().satisfies(state -> {
                assertThat(state.producerEpoch()).isZero();
                assertThat(state.lastSequence()).isEqualTo(6);
                assertThat(state.lastTimestamp()).isPositive();
                assertThat(state.currentTransactionStartOffset()).isEmpty();
            });
        }
    }
}
