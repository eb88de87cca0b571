package io.kurier.cluster.controller.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.image.PartitionImage;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Where replicas of new topics are placed, over random clusters with racks.
class PlacementTest {
    private static Bench cluster(Map<Integer, String> racks, long seed) {
        Bench bench = new Bench(seed);
        racks.forEach((id, rack) -> {
            bench.run(
                    Bench.registration(id, new Uuid(1, id)).setRack(rack.isEmpty() ? null : rack),
                    BrokerRegistrationResponseData.class);
            bench.beat(id, false, false);
        });
        return bench;
    }

    /// With at least as many brokers in each rack as in any other, replicas lie in as many racks as there can be.
    @Test
    void replicasAreSpreadOverRacksAndBrokers() {
        for (long seed = 1; seed <= 300; seed++) {
            Random random = new Random(seed);
            int rackCount = 1 + random.nextInt(4);
            int each = 1 + random.nextInt(3);
            Map<Integer, String> racks = new TreeMap<>();
            for (int id = 1; id <= rackCount * each; id++) {
                racks.put(id, "r" + id % rackCount);
            }
            int factor = 1 + random.nextInt(racks.size());
            int partitions = racks.size() * (1 + random.nextInt(4));
            Bench bench = cluster(racks, seed);
            assertThat(bench.create(Bench.topic("t", partitions, factor)).errorCode())
                    .isZero();
            Map<Integer, Long> leads = bench.topic("t").partitions().stream()
                    .collect(Collectors.groupingBy(PartitionImage::leader, Collectors.counting()));
            assertThat(new HashSet<>(leads.values()))
                    .as("seed %d, each leads as many", seed)
                    .hasSize(1);
            for (PartitionImage partition : bench.topic("t").partitions()) {
                Set<String> used = partition.replicas().stream()
                        .map(id -> Objects.requireNonNull(racks.get(id)))
                        .collect(Collectors.toSet());
                assertThat(used).as("seed %d: %s", seed, partition).hasSize(Math.min(factor, rackCount));
                assertThat(partition.replicas()).as("seed %d", seed).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void whatCannotBeMetSaysHowManyNodesThereAreAndWhatToDo() {
        Bench bench = cluster(Map.of(1, "", 2, "", 3, ""), 1);
        bench.beat(3, true, false);
        CreatableTopicResult result = bench.create(Bench.topic("t", 1, 3));
        assertThat(Errors.forCode(result.errorCode())).isEqualTo(Errors.INVALID_REPLICATION_FACTOR);
        assertThat(result.errorMessage())
                .contains("only 2 broker(s) are registered and running (1 more are down or stopping)")
                .contains("Ask for 2 or fewer replicas")
                .contains("kurier start --join");
    }
}
