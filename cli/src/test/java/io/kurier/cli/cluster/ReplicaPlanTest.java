package io.kurier.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.cli.shell.Failure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class ReplicaPlanTest {
    private static final Map<Integer, String> FOUR = Map.of(1, "", 2, "", 3, "", 4, "");

    private static Map<TopicPartition, List<Integer>> partitions(List<List<Integer>> replicas) {
        Map<TopicPartition, List<Integer>> all = new HashMap<>();
        for (int i = 0; i < replicas.size(); i++) {
            all.put(new TopicPartition("t", i), replicas.get(i));
        }
        return all;
    }

    @Test
    void aLeavingNodesReplicasGoToWhoHasFewest() {
        var plan = new ReplicaPlan(FOUR, partitions(List.of(List.of(1, 4), List.of(4, 2), List.of(1, 2)))).without(4);
        assertThat(plan.changes())
                .isEqualTo(
                        Map.of(new TopicPartition("t", 0), List.of(1, 3), new TopicPartition("t", 1), List.of(3, 2)));
        assertThat(plan.copies()).isEqualTo(2);
    }

    @Test
    void whatCannotBeKeptIsSaid() {
        assertThatThrownBy(() ->
                        new ReplicaPlan(Map.of(1, "", 2, "", 3, ""), partitions(List.of(List.of(1, 2, 3)))).without(3))
                .isInstanceOf(Failure.class)
                .hasMessageContaining("2 other node(s) run")
                .hasMessageContaining("t (3)");
    }

    @Test
    void aNewNodeGetsItsShareByTheFewestMoves() {
        var before = partitions(Collections.nCopies(8, List.of(1, 2, 3)));
        var plan = new ReplicaPlan(FOUR, before).balanced();
        assertThat(plan.copies()).as("24 replicas on 4 nodes").isEqualTo(6);
        assertThat(spread(after(before, plan), Integer.MAX_VALUE)).isLessThanOrEqualTo(1);
        assertThat(spread(after(before, plan), 1)).isLessThanOrEqualTo(1);
        assertThat(new ReplicaPlan(FOUR, after(before, plan)).balanced().changes())
                .isEmpty();
    }

    /// From seeds: replicas stay distinct and as many, in as many racks as before, and end evenly without racks.
    @Test
    void anyClusterStaysWhole() {
        for (long seed = 1; seed <= 200; seed++) {
            staysWhole(seed);
        }
    }

    private static void staysWhole(long seed) {
        Random random = new Random(seed);
        boolean racked = random.nextBoolean();
        Map<Integer, String> racks = new TreeMap<>();
        for (int id = 1; id <= 3 + random.nextInt(4); id++) {
            racks.put(id, racked ? "r" + id % 3 : "");
        }
        List<List<Integer>> replicas = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(20); i++) {
            List<Integer> ids = new ArrayList<>(racks.keySet());
            Collections.shuffle(ids, random);
            replicas.add(List.copyOf(ids.subList(0, 1 + random.nextInt(2))));
        }
        var before = partitions(replicas);
        for (ReplicaPlan plan :
                List.of(new ReplicaPlan(racks, before).balanced(), new ReplicaPlan(racks, before).without(1))) {
            after(before, plan).forEach((partition, now) -> {
                assertThat(new HashSet<>(now)).hasSize(before.get(partition).size());
                assertThat(racks.keySet()).containsAll(now);
            });
        }
        var balanced = after(before, new ReplicaPlan(racks, before).balanced());
        balanced.forEach((partition, now) -> assertThat(
                        now.stream().map(racks::get).distinct().count())
                .as("seed %d", seed)
                .isGreaterThanOrEqualTo(before.get(partition).stream()
                        .map(racks::get)
                        .distinct()
                        .count()));
        if (!racked) {
            assertThat(spread(balanced, Integer.MAX_VALUE, racks))
                    .as("seed %d", seed)
                    .isLessThanOrEqualTo(1);
        }
        assertThat(after(before, new ReplicaPlan(racks, before).without(1)).values())
                .allMatch(now -> !now.contains(1));
    }

    private static Map<TopicPartition, List<Integer>> after(
            Map<TopicPartition, List<Integer>> before, ReplicaPlan plan) {
        Map<TopicPartition, List<Integer>> after = new HashMap<>(before);
        after.putAll(plan.changes());
        return after;
    }

    private static int spread(Map<TopicPartition, List<Integer>> replicas, int first) {
        return spread(replicas, first, FOUR);
    }

    private static int spread(Map<TopicPartition, List<Integer>> replicas, int first, Map<Integer, String> nodes) {
        List<Long> counts = nodes.keySet().stream()
                .map(id -> replicas.values().stream()
                        .filter(now -> now.stream().limit(first).anyMatch(one -> one.equals(id)))
                        .count())
                .toList();
        return (int) (Collections.max(counts) - Collections.min(counts));
    }
}
