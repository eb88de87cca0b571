package io.kurier.tests.clients.shares;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import io.kurier.testkit.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Many share consumers on two partitions that are slow, give up and come again, on a node that is killed: every record
/// is accepted by one, or is among the dead letters. Repeat a run with `-Dkurier.seed=N`; larger ones with
/// `-Dkurier.share.workers=N`, `-Dkurier.share.records=N`, `-Dkurier.share.kills=N`.
@Timeout(600)
class ShareWorkersIT {
    private static final int WORKERS = Integer.getInteger("kurier.share.workers", 32);
    private static final int RECORDS = Integer.getInteger("kurier.share.records", 1_000);
    private static final int KILLS = Integer.getInteger("kurier.share.kills", 1);
    private static final int PARTITIONS = 2;
    private static final Duration LIMIT = Duration.ofSeconds(120);

    private final long seed = Long.getLong("kurier.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @TempDir
    private Path folder;

    @Test
    void everyRecordIsAcceptedOrADeadLetter() throws Exception {
        System.out.println("ShareWorkersIT: repeat with -Dkurier.seed=" + seed);
        try (NodeProcess node = NodeProcess.start(
                folder,
                "share.coordinator.state.topic.num.partitions=2",
                "offsets.topic.num.partitions=1",
                "group.share.min.record.lock.duration.ms=1000")) {
            prepare(node.bootstrapServers());
            WorkBook book = new WorkBook();
            List<ShareWorker> workers = new ArrayList<>();
            for (int i = 0; i < WORKERS; i++) {
                workers.add(new ShareWorker(node.bootstrapServers(), book, random.nextLong()));
            }
            for (int kill = 1; kill <= KILLS; kill++) {
                int enough = RECORDS * kill / (KILLS + 2);
                Await.until(LIMIT, enough + " accepted", () -> book.accepted().size() >= enough);
                node.kill();
                node.restart();
                node.awaitServing();
            }
            Set<Integer> letters = awaitAll(node.bootstrapServers(), book);
            workers.forEach(ShareWorker::stop);
            for (ShareWorker worker : workers) {
                worker.await();
            }
            check(book, letters);
        }
    }

    private static void prepare(String bootstrap) throws Exception {
        NewTopic dead = new NewTopic("dlq.jobs", PARTITIONS, (short) 1);
        dead.configs(Map.of("errors.deadletterqueue.group.enable", "true"));
        List<AlterConfigOp> settings = Map.of(
                        "share.auto.offset.reset", "earliest",
                        "share.record.lock.duration.ms", "2000",
                        "share.delivery.count.limit", String.valueOf(ShareWorker.DELIVERY_LIMIT),
                        "errors.deadletterqueue.copy.record.enable", "true",
                        "errors.deadletterqueue.topic.name", "dlq.jobs")
                .entrySet()
                .stream()
                .map(entry ->
                        new AlterConfigOp(new ConfigEntry(entry.getKey(), entry.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            admin.createTopics(Set.of(new NewTopic(ShareWorker.TOPIC, PARTITIONS, (short) 1), dead))
                    .all()
                    .get();
            admin.incrementalAlterConfigs(
                            Map.of(new ConfigResource(ConfigResource.Type.GROUP, ShareWorker.GROUP), settings))
                    .all()
                    .get();
        }
        try (KafkaProducer<Integer, Integer> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "batch.size", 200),
                new IntegerSerializer(),
                new IntegerSerializer())) {
            IntStream.range(0, RECORDS)
                    .forEach(value -> producer.send(new ProducerRecord<>(ShareWorker.TOPIC, value, value)));
        }
    }

    /// Reads dead letters until nothing is missing, and gives them.
    private static Set<Integer> awaitAll(String bootstrap, WorkBook book) {
        Set<Integer> letters = new TreeSet<>();
        try (KafkaConsumer<Integer, Integer> reader = new KafkaConsumer<>(
                new HashMap<>(Map.of("bootstrap.servers", bootstrap)),
                new IntegerDeserializer(),
                new IntegerDeserializer())) {
            reader.assign(IntStream.range(0, PARTITIONS)
                    .mapToObj(partition -> new TopicPartition("dlq.jobs", partition))
                    .toList());
            reader.seekToBeginning(reader.assignment());
            Await.until(LIMIT, "all to be accepted or dead letters", () -> {
                reader.poll(Duration.ofMillis(100)).forEach(letter -> letters.add(letter.value()));
                return missing(book, letters).isEmpty();
            });
        } catch (AssertionError e) {
            throw new AssertionError(e.getMessage() + "; missing: " + missing(book, letters), e);
        }
        return letters;
    }

    private static Set<Integer> missing(WorkBook book, Set<Integer> letters) {
        return IntStream.range(0, RECORDS)
                .filter(value -> !letters.contains(value)
                        && !book.accepted().contains(value)
                        && !book.perhapsAccepted().contains(value))
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static void check(WorkBook book, Set<Integer> letters) {
        assertThat(book.surprises()).isEmpty();
        assertThat(letters)
                .as("what nobody accepts")
                .containsAll(IntStream.range(0, RECORDS)
                        .filter(ShareWorker::isBad)
                        .boxed()
                        .toList());
        assertThat(book.perhapsAccepted())
                .as("said to be accepted without an answer: at most what was under way at a kill")
                .hasSizeLessThanOrEqualTo(KILLS * WORKERS * ShareWorker.AT_ONCE);
        System.out.printf(
                "ShareWorkersIT: %,d records, %,d accepted, %,d dead letters, %,d without an answer, %,d given up%n",
                RECORDS,
                book.accepted().size(),
                letters.size(),
                book.perhapsAccepted().size(),
                book.givenUp());
    }
}
