package io.kurier.tests.clients;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.NodeProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` at random moments under load, again and again: nothing acknowledged at acks=all is lost or moved, nothing
/// is doubled for an idempotent producer, each producer's records stay in order, no acknowledged commit is lost. Repeat
/// a run with `-Dkurier.seed=N`.
class KillIT {
    private static final int KILLS = Integer.getInteger("kurier.kills", 8);
    private static final int LEADER_KILLS = Integer.getInteger("kurier.leader.kills", 2);
    private static final String TOPIC = "numbers";
    private static final int PARTITIONS = 3;
    private static final Duration PROGRESS_TIMEOUT = Duration.ofSeconds(60);

    private final long seed = Long.getLong("kurier.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final AtomicLong acknowledged = new AtomicLong();

    @TempDir
    Path folder;

    @Test
    @Timeout(600)
    void keepsItsPromises() throws Exception {
        System.out.println("KillIT: repeat with -Dkurier.seed=" + seed);
        try (var node = NodeProcess.start(folder)) {
            String bootstrap = node.bootstrapServers();
            createTopic(bootstrap, (short) 1);
            var committer = new OffsetCommitter(bootstrap, "committers", new TopicPartition(TOPIC, 0));
            var producers = List.of(
                    new NumberedProducer("idempotent-1", bootstrap, TOPIC, PARTITIONS, true, acknowledged),
                    new NumberedProducer("idempotent-2", bootstrap, TOPIC, PARTITIONS, true, acknowledged),
                    new NumberedProducer("repeating", bootstrap, TOPIC, PARTITIONS, false, acknowledged));
            for (int kill = 1; kill <= KILLS; kill++) {
                killAtRandom(node);
                node.restart();
                if (random.nextInt(4) == 0) { // and once more while it starts or recovers
                    boolean ended = node.endsWithin(Duration.ofMillis(random.nextInt(1_000)));
                    assertThat(ended).as("ended while it started: %s", node).isFalse();
                    node.kill();
                    node.restart();
                }
                node.awaitServing();
                long promised = committer.acknowledged();
                assertThat(committer.committed()).as("after kill %d", kill).isGreaterThanOrEqualTo(promised);
            }
            awaitAcknowledged(node, 1_000);
            committer.close();
            for (NumberedProducer producer : producers) {
                producer.close();
                assertThat(producer.failures()).as(producer.name()).isEmpty();
            }
            assertThat(committer.committed()).isGreaterThanOrEqualTo(committer.acknowledged());
            check(producers, readAll(bootstrap));
            System.out.printf(
                    "KillIT: %,d acknowledged records and %,d commits kept over %d kills%n",
                    acknowledged.get(), committer.acknowledged() + 1, KILLS);
        }
    }

    /// Three nodes have each record; whichever leads is killed under load, and the others go on.
    @Test
    @Timeout(600)
    void aKilledLeaderTakesNothingWithIt() throws Exception {
        System.out.println("KillIT: repeat with -Dkurier.seed=" + seed);
        List<NodeProcess> nodes = new ArrayList<>();
        try {
            for (int id = 1; id <= 3; id++) {
                nodes.add(startOfThree(id, nodes));
            }
            String bootstrap = nodes.stream().map(NodeProcess::bootstrapServers).collect(joining(","));
            createTopic(bootstrap, (short) 3);
            var producers = List.of(
                    new NumberedProducer("idempotent-1", bootstrap, TOPIC, PARTITIONS, true, acknowledged),
                    new NumberedProducer("idempotent-2", bootstrap, TOPIC, PARTITIONS, true, acknowledged));
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
                awaitThreeVoters(admin);
                for (int kill = 1; kill <= LEADER_KILLS; kill++) {
                    awaitInSync(admin);
                    int leader = partitions(admin)
                            .get(random.nextInt(PARTITIONS))
                            .leader()
                            .id();
                    NodeProcess victim = nodes.get(leader - 1);
                    NodeProcess other = nodes.get(leader % 3);
                    awaitAcknowledged(other, 1 + random.nextInt(1_000));
                    victim.kill();
                    awaitAcknowledged(other, 3_000);
                    victim.restart();
                    victim.awaitServing();
                }
                awaitInSync(admin);
            }
            for (NumberedProducer producer : producers) {
                producer.close();
                assertThat(producer.failures()).as(producer.name()).isEmpty();
            }
            check(producers, readAll(bootstrap));
            System.out.printf(
                    "KillIT: %,d acknowledged records kept over %d killed leaders%n", acknowledged.get(), LEADER_KILLS);
        } finally {
            nodes.forEach(NodeProcess::close);
        }
    }

    private NodeProcess startOfThree(int id, List<NodeProcess> others) throws Exception {
        List<String> settings = new ArrayList<>(List.of("node.id=" + id, "broker.session.timeout.ms=3000"));
        if (!others.isEmpty()) {
            settings.add(
                    "controller.quorum.bootstrap.servers=" + others.getFirst().bootstrapServers());
        }
        Path own = Files.createDirectory(folder.resolve("node-" + id));
        return NodeProcess.start(own, settings.toArray(String[]::new));
    }

    private static List<TopicPartitionInfo> partitions(Admin admin) throws Exception {
        return admin.describeTopics(List.of(TOPIC))
                .allTopicNames()
                .get()
                .get(TOPIC)
                .partitions();
    }

    /// On the way from one voter to three there are two for a moment, and the loss of either stops both.
    private static void awaitThreeVoters(Admin admin) throws Exception {
        long deadlineNs = System.nanoTime() + PROGRESS_TIMEOUT.toNanos();
        while (admin.describeMetadataQuorum().quorumInfo().get().voters().size() < 3) {
            assertThat(System.nanoTime()).as("three voters").isLessThan(deadlineNs);
        }
    }

    private static void awaitInSync(Admin admin) throws Exception {
        long deadlineNs = System.nanoTime() + PROGRESS_TIMEOUT.toNanos();
        while (!partitions(admin).stream()
                .allMatch(partition ->
                        partition.leader() != null && partition.isr().size() == 3)) {
            assertThat(System.nanoTime()).as("in sync: %s", partitions(admin)).isLessThan(deadlineNs);
        }
    }

    private void killAtRandom(NodeProcess node) throws InterruptedException {
        awaitAcknowledged(node, 1 + random.nextInt(3_000));
        node.kill();
    }

    private void awaitAcknowledged(NodeProcess node, int more) throws InterruptedException {
        long enough = acknowledged.get() + more;
        long deadlineNs = System.nanoTime() + PROGRESS_TIMEOUT.toNanos();
        while (acknowledged.get() < enough) {
            assertThat(System.nanoTime()).as("progress: %s", node).isLessThan(deadlineNs);
            assertThat(node.endsWithin(Duration.ofMillis(1)))
                    .as("ended: %s", node)
                    .isFalse();
        }
    }

    private static void createTopic(String bootstrap, short replicas) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
            int inSync = Math.min(2, replicas);
            admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, replicas)
                            .configs(Map.of("min.insync.replicas", String.valueOf(inSync)))))
                    .all()
                    .get();
        }
    }

    private static List<List<ConsumerRecord<String, String>>> readAll(String bootstrap) {
        List<TopicPartition> partitions = IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new TopicPartition(TOPIC, partition))
                .toList();
        List<List<ConsumerRecord<String, String>>> logs = partitions.stream()
                .map(p -> (List<ConsumerRecord<String, String>>) new ArrayList<ConsumerRecord<String, String>>())
                .toList();
        Map<String, Object> settings = Map.of("bootstrap.servers", bootstrap);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                consumer.poll(Duration.ofMillis(500))
                        .forEach(r -> logs.get(r.partition()).add(r));
            }
        }
        return logs;
    }

    private static void check(List<NumberedProducer> producers, List<List<ConsumerRecord<String, String>>> logs) {
        for (var log : logs) {
            for (int i = 0; i < log.size(); i++) {
                assertThat(log.get(i).offset()).as("no holes").isEqualTo(i);
            }
        }
        for (NumberedProducer producer : producers) {
            var acknowledged = producer.acknowledged();
            Map<Long, String> lost = acknowledged.entrySet().stream()
                    .filter(entry -> !isAt(logs, producer.name(), entry.getKey(), entry.getValue()))
                    .collect(toMap(Map.Entry::getKey, entry -> entry.getValue().toString()));
            assertThat(lost)
                    .as("acknowledged to %s, but not there", producer.name())
                    .isEmpty();
            logs.forEach(log -> checkOrder(producer.name(), log));
        }
    }

    private static boolean isAt(
            List<List<ConsumerRecord<String, String>>> logs, String name, long number, NumberedProducer.Place place) {
        var log = logs.get(place.partition());
        if (place.offset() >= log.size()) {
            return false;
        }
        var record = log.get((int) place.offset());
        return record.key().equals(name) && record.value().equals(Long.toString(number));
    }

    /// The numbers of one producer in one partition rise by the number of partitions; only a producer without
    /// idempotence may have some again.
    private static void checkOrder(String name, List<ConsumerRecord<String, String>> log) {
        Set<Long> seen = new HashSet<>();
        long highest = -1;
        for (var record : log) {
            if (record.key().equals(name)) {
                long number = Long.parseLong(record.value());
                boolean first = seen.add(number);
                assertThat(first || !name.startsWith("idempotent"))
                        .as("%s doubled %d", name, number)
                        .isTrue();
                if (first) {
                    long expected = highest < 0 ? record.partition() : highest + PARTITIONS;
                    assertThat(number).as("%s in order", name).isEqualTo(expected);
                    highest = number;
                }
            }
        }
    }
}
