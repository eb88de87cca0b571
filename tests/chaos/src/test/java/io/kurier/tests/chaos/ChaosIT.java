package io.kurier.tests.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A cluster of three processes meets fault after fault while Java and librdkafka clients write, read and commit. What
/// they were told and have seen must hold together ([History]); after each fault everything must be well again.
///
/// `-Dkurier.chaos.seconds=N` long, faults from `-Dkurier.seed=N`; with `-Dkurier.chaos.apart=true` the nodes have a
/// network and disks of their own (`bin/chaos`).
class ChaosIT {
    private static final int SECONDS = Integer.getInteger("kurier.chaos.seconds", 25);
    private static final boolean APART = Boolean.getBoolean("kurier.chaos.apart");
    private static final int NODES = 3;
    private static final int PARTITIONS = 4;
    private static final int PER_SECOND = 200;
    private static final String TOPIC = "chaos";
    private static final Duration HEALING = Duration.ofSeconds(60);

    private final long seed = Long.getLong("kurier.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final History history = new History(PARTITIONS);
    private final Progress progress = new Progress();
    private final Map<String, List<Long>> silences = new TreeMap<>();
    private final List<AutoCloseable> senders = new ArrayList<>();
    private final List<JavaReader> readers = new ArrayList<>();
    private final List<LibrdkafkaClient> librdkafka = new ArrayList<>();

    @TempDir
    Path folder;

    @Test
    void whatClientsSeeHoldsTogether() throws Exception {
        System.out.println("chaos: the same faults again with -Dkurier.seed=" + seed);
        try (var estate = new Estate(folder, NODES, APART);
                var admin = Admin.create(Map.of(
                        "bootstrap.servers", estate.bootstrapServers(),
                        "reconnect.backoff.max.ms", 200,
                        "request.timeout.ms", 5_000))) {
            admin.createTopics(List.of(
                            new NewTopic(TOPIC, PARTITIONS, (short) NODES).configs(Map.of("min.insync.replicas", "2"))))
                    .all()
                    .get();
            begin(new Load(folder, estate.bootstrapServers(), TOPIC, PARTITIONS, PER_SECOND, history, progress));
            awaitWell(admin, "the start");
            long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (System.nanoTime() < endNs) {
                meet(estate, admin, Fault.random(estate, random));
            }
            end();
            check(estate.bootstrapServers());
        } finally {
            librdkafka.forEach(LibrdkafkaClient::kill);
            report();
        }
        assertThat(history.anomalies()).isEmpty();
    }

    private void begin(Load load) throws Exception {
        senders.add(new JavaSender(1, load));
        senders.add(new JavaSender(2, load));
        readers.add(new JavaReader("java-1", "java", load));
        readers.add(new JavaReader("java-2", "java", load));
        if (LibrdkafkaClient.isThere()) {
            LibrdkafkaClient sender = LibrdkafkaClient.sender(3, load);
            senders.add(sender);
            librdkafka.add(sender);
            librdkafka.add(LibrdkafkaClient.reader("librdkafka", load));
        } else {
            System.out.println("chaos: without librdkafka, which is not there (Debian: python3-confluent-kafka)");
        }
    }

    private void meet(Estate estate, Admin admin, Fault fault) throws Exception {
        long beginNs = System.nanoTime();
        progress.takeLongestMs();
        fault.begin();
        hold();
        fault.end();
        long endNs = System.nanoTime();
        awaitWell(admin, fault.name());
        long silentMs = progress.takeLongestMs();
        silences.computeIfAbsent(fault.name(), name -> new ArrayList<>()).add(silentMs);
        System.out.printf(
                "chaos: %s, %s: %.1f s, well again after %.1f s, no acknowledgement for at most %d ms%n",
                fault.name(), fault.details(), (endNs - beginNs) / 1e9, (System.nanoTime() - endNs) / 1e9, silentMs);
        assertThat(history.anomalies()).isEmpty();
        assertThat(readers).allMatch(JavaReader::isAlive);
        assertThat(librdkafka).allMatch(LibrdkafkaClient::isAlive);
    }

    /// Faults are short or long: shorter than sessions and time-outs, or longer.
    private void hold() {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(200 + random.nextInt(random.nextInt(8_000) + 1));
        while (System.nanoTime() - endNs < 0) {
            LockSupport.parkNanos(endNs - System.nanoTime());
        }
    }

    /// All replicas in sync, and each client gets on.
    private void awaitWell(Admin admin, String after) {
        long enough = history.acknowledgements() + 10L * PARTITIONS;
        long deadlineNs = System.nanoTime() + HEALING.toNanos();
        String state = "nothing is known of the topic";
        while (System.nanoTime() < deadlineNs) {
            try {
                var partitions = admin.describeTopics(List.of(TOPIC))
                        .allTopicNames()
                        .get(5, TimeUnit.SECONDS)
                        .get(TOPIC)
                        .partitions();
                // On the way from one voter to three there are two for a moment, and the loss of either stops both.
                int voters = admin.describeMetadataQuorum()
                        .quorumInfo()
                        .get(5, TimeUnit.SECONDS)
                        .voters()
                        .size();
                state = voters + " voters, " + partitions;
                if (voters == NODES
                        && history.acknowledgements() >= enough
                        && partitions.stream()
                                .allMatch(partition -> partition.leader() != null
                                        && partition.isr().size() == NODES)) {
                    return;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            } catch (Exception e) {
                state = String.valueOf(e.getMessage());
            }
        }
        throw new AssertionError("not well " + HEALING.toSeconds() + " s after " + after + ", with "
                + (enough - history.acknowledgements()) + " acknowledgements to go: " + state);
    }

    private void awaitAllRead() {
        long deadlineNs = System.nanoTime() + HEALING.toNanos();
        while (history.unread() > 0 && System.nanoTime() < deadlineNs) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private void end() throws Exception {
        for (AutoCloseable sender : senders) {
            sender.close();
        }
        awaitAllRead();
        for (JavaReader reader : readers) {
            reader.close();
        }
        for (LibrdkafkaClient client : librdkafka) {
            client.close();
        }
    }

    private void check(String bootstrapServers) {
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(number -> new TopicPartition(TOPIC, number))
                .toList();
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            for (TopicPartition partition : partitions) {
                List<Long> log = new ArrayList<>();
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
                while (consumer.position(partition) < end) {
                    consumer.poll(Duration.ofSeconds(1)).forEach(record -> {
                        assertThat(record.offset()).as("no holes").isEqualTo(log.size());
                        log.add(Long.parseLong(record.value()));
                    });
                }
                history.finish(partition.partition(), log);
            }
        }
    }

    private void report() {
        System.out.println("chaos: " + history.summary());
        System.out.println("chaos: fault                  times   longest silence, median and worst, ms");
        silences.forEach((fault, times) -> {
            List<Long> sorted = times.stream().sorted(Comparator.naturalOrder()).toList();
            System.out.printf(
                    "chaos: %-22s %5d %10d %8d%n",
                    fault, sorted.size(), sorted.get(sorted.size() / 2), sorted.getLast());
        });
        System.out.println("chaos: anomalies found: " + history.anomalies().size());
        history.anomalies().stream().limit(20).forEach(anomaly -> System.out.println("chaos:   " + anomaly));
    }
}
