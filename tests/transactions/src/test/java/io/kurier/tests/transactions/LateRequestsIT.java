package io.kurier.tests.transactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kurier.testkit.Await;
import io.kurier.testkit.FreePorts;
import io.kurier.testkit.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Transactions over several partitions on a [LateNetwork], some of them aborted, while somebody reads at
/// `read_committed`: no transaction is torn, none that was aborted is read, none twice, and none stays open. More of
/// them: `-Dkurier.transactions=20000`.
class LateRequestsIT {
    private static final int TRANSACTIONS = Integer.getInteger("kurier.transactions", 300);
    private static final int PRODUCERS = 6;
    private static final int PARTITIONS = 4;
    private static final String TOPIC = "payments";
    private static final Duration LIMIT = Duration.ofSeconds(120);

    @TempDir
    Path folder;

    private final long seed = Long.getLong("kurier.seed", System.nanoTime());

    /// Where producers write, and whom they tell.
    record Target(
            String bootstrapServers, String topic, int partitions, Ledger ledger, Map<String, Integer> complaints) {
        /// A call of a producer failed.
        void gaveUp(Exception why) {
            complain(why.getClass().getSimpleName() + ": " + why.getMessage());
        }

        void complain(String why) {
            synchronized (complaints) {
                complaints.merge(why, 1, Integer::sum);
            }
        }
    }

    /// One producer's work.
    @FunctionalInterface
    private interface Load {
        void run(Target target, int producer, int transactions) throws Exception;
    }

    @Test
    @Timeout(3_600)
    void transactionsOfVersion2() throws Exception {
        holds(
                "version 2, the Java client",
                (target, producer, transactions) -> new JavaLoad(target, producer, seed).run(transactions));
    }

    @Test
    @Timeout(3_600)
    void transactionsOfVersion1() throws Exception {
        assumeTrue(LibrdkafkaLoad.isThere(), "confluent-kafka-python is not there");
        holds(
                "version 1, librdkafka",
                (target, producer, transactions) -> LibrdkafkaLoad.run(target, producer, transactions, seed));
    }

    private void holds(String name, Load load) throws Exception {
        System.out.println("LateRequestsIT, " + name + ": repeat with -Dkurier.seed=" + seed + " -Dkurier.transactions="
                + TRANSACTIONS);
        var faults = new Faults(seed);
        try (var network = new LateNetwork(faults);
                var node = NodeProcess.startAt(
                        "127.0.0.1",
                        FreePorts.next(),
                        NodeProcess.program(),
                        folder,
                        "advertised.listeners=PLAINTEXT://" + network.address(),
                        "transaction.state.log.num.partitions=4")) {
            network.leadTo(node.port());
            var target = new Target(network.address(), TOPIC, PARTITIONS, new Ledger(), new TreeMap<>());
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", network.address()))) {
                admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 1)))
                        .all()
                        .get();
            }
            Map<Ledger.Outcome, Integer> outcomes;
            try (var reader = new CommittedReader(target)) {
                produce(target, load);
                Await.until(LIMIT, "what is still on its way", network::isQuiet);
                reader.finish();
                outcomes = target.ledger().check();
            } finally {
                System.out.println("LateRequestsIT, " + name + ": requests " + faults + "\ncomplaints of producers "
                        + target.complaints());
            }
            assertThat(outcomes.values().stream().mapToInt(Integer::intValue).sum())
                    .isEqualTo(TRANSACTIONS);
            System.out.println("LateRequestsIT, " + name + ": transactions " + outcomes + ", none torn");
        }
    }

    private static void produce(Target target, Load load) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(PRODUCERS)) {
            List<Callable<Void>> work = new ArrayList<>();
            for (int producer = 0; producer < PRODUCERS; producer++) {
                int number = producer;
                int transactions = TRANSACTIONS / PRODUCERS + (producer < TRANSACTIONS % PRODUCERS ? 1 : 0);
                work.add(() -> {
                    load.run(target, number, transactions);
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(work)) {
                done.get();
            }
        }
    }

    /// Reads at `read_committed` from the first record on, while the others write.
    private static final class CommittedReader implements AutoCloseable {
        private final Target target;
        private final List<TopicPartition> partitions;
        private final KafkaConsumer<String, String> consumer;
        private final Thread thread;
        private volatile boolean finishing;

        CommittedReader(Target target) {
            this.target = target;
            partitions = IntStream.range(0, target.partitions())
                    .mapToObj(partition -> new TopicPartition(target.topic(), partition))
                    .toList();
            consumer = consumer("read_committed");
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            thread = Thread.ofPlatform().daemon().name("reader").start(this::read);
        }

        private KafkaConsumer<String, String> consumer(String isolation) {
            return new KafkaConsumer<>(
                    Map.of("bootstrap.servers", target.bootstrapServers(), "isolation.level", isolation),
                    new StringDeserializer(),
                    new StringDeserializer());
        }

        private void read() {
            while (!finishing) {
                poll();
            }
        }

        private void poll() {
            consumer.poll(Duration.ofMillis(100))
                    .forEach(record -> target.ledger().read(record.partition(), record.value()));
        }

        /// Reads up to the end of the topic: a transaction that is still open is waited for.
        void finish() throws InterruptedException {
            finishing = true;
            thread.join();
            Map<TopicPartition, Long> ends;
            try (KafkaConsumer<String, String> all = consumer("read_uncommitted")) {
                ends = all.endOffsets(partitions);
            }
            Await.until(LIMIT, "the end of all transactions, " + ends, () -> {
                poll();
                return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
        }

        @Override
        public void close() throws InterruptedException {
            finishing = true;
            thread.join();
            consumer.close();
        }
    }
}
