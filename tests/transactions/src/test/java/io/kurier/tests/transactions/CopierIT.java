package io.kurier.tests.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import io.kurier.testkit.NodeCluster;
import io.kurier.testkit.NodeProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Apache's `TransactionalMessageCopier` on three nodes, some of its transactions aborted, while in turn the leader of
/// what it writes, the coordinator of its transactions, the coordinator of its group and the copier itself get
/// `kill -9`: the output is the input, each record once and in order. More kills of each: `-Dkurier.kills=30`.
class CopierIT {
    private static final int KILLS = Integer.getInteger("kurier.kills", 1);
    private static final int PARTITIONS = 2;
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final String[] SETTINGS = {
        "broker.session.timeout.ms=3000",
        "min.insync.replicas=2",
        "offsets.topic.num.partitions=4",
        "offsets.topic.replication.factor=3",
        "transaction.state.log.num.partitions=4",
        "transaction.state.log.replication.factor=3",
        "transaction.state.log.min.isr=2"
    };

    @TempDir
    Path folder;

    private enum Victim {
        LEADER,
        TRANSACTION_COORDINATOR,
        GROUP_COORDINATOR,
        COPIER
    }

    @Test
    @Timeout(3_600)
    void theOutputIsTheInputWhoeverIsKilled() throws Exception {
        long seed = Long.getLong("kurier.seed", System.nanoTime());
        System.out.println("CopierIT: repeat with -Dkurier.seed=" + seed + " -Dkurier.kills=" + KILLS);
        try (var cluster = NodeCluster.start(folder, 3, SETTINGS);
                var watch = new ClusterWatch(cluster)) {
            watch.create(PARTITIONS, "input", "output");
            try (var source = new Source(cluster.bootstrapServers(), "input", PARTITIONS, () -> copied(watch));
                    var first = new Copier(cluster.bootstrapServers(), "input", "output", 0);
                    var second = new Copier(cluster.bootstrapServers(), "input", "output", 1)) {
                List<Copier> copiers = List.of(first, second);
                kill(new Random(seed), watch, copiers);
                source.close();
                assertThat(source.failures()).isEmpty();
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    awaitCopied(watch, partition);
                }
                assertThat(copiers).flatExtracting(Copier::failures).isEmpty();
                check(cluster, watch, source.written());
                System.out.printf(
                        "CopierIT: %,d records, each once, in %,d transactions over %d kills%n",
                        source.written(),
                        copiers.stream().mapToLong(Copier::transactions).sum(),
                        KILLS * Victim.values().length);
            }
        }
    }

    private static long copied(ClusterWatch watch) {
        return IntStream.range(0, PARTITIONS)
                .mapToLong(
                        partition -> watch.committed(Copier.groupId(partition), new TopicPartition("input", partition)))
                .sum();
    }

    private static void kill(Random random, ClusterWatch watch, List<Copier> copiers) throws Exception {
        for (int kill = 1; kill <= KILLS; kill++) {
            List<Victim> victims = new ArrayList<>(List.of(Victim.values()));
            Collections.shuffle(victims, random);
            for (Victim victim : victims) {
                int partition = random.nextInt(PARTITIONS);
                Copier copier = copiers.get(partition);
                copier.awaitTransactions(2);
                watch.awaitWhole();
                NodeProcess node = node(victim, watch, partition);
                copier.awaitTransactions(1 + random.nextInt(10));
                if (node == null) {
                    copier.kill();
                } else {
                    node.kill();
                    node.restart();
                    node.awaitServing();
                }
            }
        }
        for (Copier copier : copiers) {
            copier.awaitTransactions(2);
        }
    }

    /// The node that is the victim; null for the copier.
    private static NodeProcess node(Victim victim, ClusterWatch watch, int partition) {
        return switch (victim) {
            case LEADER -> watch.leader(new TopicPartition("output", partition));
            case TRANSACTION_COORDINATOR -> watch.transactionCoordinator(Copier.transactionalId(partition));
            case GROUP_COORDINATOR -> watch.groupCoordinator(Copier.groupId(partition));
            case COPIER -> null;
        };
    }

    private static void awaitCopied(ClusterWatch watch, int partition) {
        var input = new TopicPartition("input", partition);
        long end = watch.end(input, IsolationLevel.READ_COMMITTED);
        Await.until(LIMIT, "the copy of " + input, () -> watch.committed(Copier.groupId(partition), input) == end);
    }

    private static void check(NodeCluster cluster, ClusterWatch watch, long written) {
        watch.awaitNoneOpen("output", PARTITIONS);
        for (int partition = 0; partition < PARTITIONS; partition++) {
            List<Long> input = read(cluster, new TopicPartition("input", partition));
            List<Long> expected = new ArrayList<>();
            for (long number = partition; number < written; number += PARTITIONS) {
                expected.add(number);
            }
            assertThat(input).as("what is copied").isEqualTo(expected);
            assertThat(read(cluster, new TopicPartition("output", partition)))
                    .as("the copy")
                    .isEqualTo(expected);
        }
    }

    private static List<Long> read(NodeCluster cluster, TopicPartition partition) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", cluster.bootstrapServers(), "isolation.level", "read_committed");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(Set.of(partition));
            consumer.seekToBeginning(Set.of(partition));
            long end = consumer.endOffsets(Set.of(partition)).get(partition);
            List<Long> values = new ArrayList<>();
            Await.until(LIMIT, "the end of " + partition, () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(Long.parseLong(record.value())));
                return consumer.position(partition) >= end;
            });
            return values;
        }
    }
}
