package io.kurier.cluster.controller.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.controller.command.partitions.PartitionStep;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.PartitionImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.junit.jupiter.api.Test;

/// One partition through random lives of its brokers, with a number for what each has on its disk: whoever is in sync
/// or eligible has all that was committed, whatever happened. `-Dkurier.seed=N` repeats one run.
class PartitionLifeTest {
    private static final int RUNS = 300;
    private static final int STEPS = 120;
    private static final int BROKERS = 5;

    private final Map<Integer, Integer> ends = new HashMap<>();
    private Random random = new Random();
    private Bench bench = Bench.withEligible(BROKERS);
    private int committed;
    private int least;

    @Test
    void whoeverMayLeadHasAllThatIsCommitted() {
        Long only = Long.getLong("kurier.seed");
        for (long seed = 1; seed <= RUNS; seed++) {
            run(only == null ? seed : only);
        }
    }

    private void run(long seed) {
        random = new Random(seed);
        bench = Bench.withEligible(BROKERS);
        ends.clear();
        committed = 0;
        least = 1 + random.nextInt(3);
        bench.assign(1, 2, 3);
        bench.set("min.insync.replicas", String.valueOf(least));
        List<String> told = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            PartitionImage before = bench.partition();
            told.add(step());
            PartitionImage after = bench.partition();
            boolean elected = after.leaderEpoch() > before.leaderEpoch() && after.hasLeader();
            if (elected && (after.recovering() || after.replicas().size() == 1)) {
                committed = Math.min(committed, end(after.leader())); // a loss that the metadata owns up to
            }
            if (elected) {
                ends.replaceAll((broker, end) -> Math.min(end, Math.max(end(after.leader()), committed)));
            }
            check("seed " + seed + ", -Dkurier.seed=" + seed + ": " + told + "\n" + after);
        }
    }

    private void check(String how) {
        PartitionImage now = bench.partition();
        for (int broker : now.isr()) {
            assertThat(end(broker)).as("in sync %d, %s", broker, how).isGreaterThanOrEqualTo(committed);
            assertThat(now.replicas()).as(how).contains(broker);
            assertThat(broker(broker).fenced())
                    .as("in sync %d, %s", broker, how)
                    .isFalse();
        }
        for (int broker : now.elr()) {
            assertThat(end(broker)).as("eligible %d, %s", broker, how).isGreaterThanOrEqualTo(committed);
            assertThat(now.replicas()).as(how).contains(broker);
            assertThat(now.isr()).as(how).doesNotContain(broker);
        }
        if (now.isr().size() >= Math.min(least, now.target().size())) {
            assertThat(now.elr()).as("eligible beside enough in sync, %s", how).isEmpty();
        }
        if (now.hasLeader()) {
            assertThat(now.isr()).as(how).contains(now.leader());
        }
        assertThat(Collections.disjoint(now.adding(), now.removing())).as(how).isTrue();
        assertThat(now.isr().size() + now.elr().size() + now.lastKnownElr().size())
                .as("somebody is known to have most, %s", how)
                .isPositive();
    }

    private int end(int broker) {
        return ends.getOrDefault(broker, 0);
    }

    private BrokerImage broker(int id) {
        return Objects.requireNonNull(bench.image.broker(id));
    }

    private String step() {
        int broker = 1 + random.nextInt(BROKERS);
        switch (random.nextInt(12)) {
            case 0 -> {
                bench.beat(broker, true, false);
                return "fence " + broker;
            }
            case 1, 2 -> {
                bench.beat(broker, false, false);
                return "unfence " + broker;
            }
            case 3 -> {
                bench.beat(broker, false, true);
                return "stop " + broker;
            }
            case 4 -> {
                boolean clean = random.nextBoolean();
                if (!clean) {
                    ends.put(broker, random.nextInt(end(broker) + 1));
                }
                bench.beat(broker, true, false);
                bench.restart(broker, clean);
                return (clean ? "restart " : "crash ") + broker;
            }
            case 5 -> {
                return reassign();
            }
            case 6, 7 -> {
                return shrinkOrGrow();
            }
            default -> {
                return replicate();
            }
        }
    }

    private String replicate() {
        PartitionImage now = bench.partition();
        if (!now.hasLeader()) {
            return "-";
        }
        ends.merge(now.leader(), random.nextInt(3), Integer::sum);
        for (int follower : now.replicas()) {
            if (!broker(follower).fenced() && random.nextInt(3) > 0) {
                ends.put(follower, end(now.leader()));
            }
        }
        if (now.isr().size() >= Math.min(least, now.replicas().size())) {
            committed = Math.max(
                    committed, now.isr().stream().mapToInt(this::end).min().orElse(0));
        }
        return "replicate to " + ends + ", committed " + committed;
    }

    /// What a leader may ask for.
    private String shrinkOrGrow() {
        PartitionImage now = bench.partition();
        if (!now.hasLeader()) {
            return "-";
        }
        List<Integer> isr = new ArrayList<>();
        isr.add(now.leader());
        for (int id : now.replicas()) {
            boolean member = now.isr().contains(id) ? random.nextInt(4) > 0 : random.nextInt(4) > 1;
            if (id != now.leader() && member && broker(id).isActive() && end(id) >= end(now.leader())) {
                isr.add(id);
            }
        }
        bench.replay(new PartitionStep(bench.topic("t"), 0, bench.situation())
                .inSync(isr).record().stream().toList());
        return "in sync " + isr;
    }

    private String reassign() {
        List<Integer> all = new ArrayList<>(List.of(1, 2, 3, 4, 5));
        Collections.shuffle(all, random);
        List<Integer> target = random.nextInt(4) == 0 ? null : all.subList(0, 1 + random.nextInt(3));
        bench.run(
                new AlterPartitionReassignmentsRequestData()
                        .setTopics(List.of(new ReassignableTopic()
                                .setName("t")
                                .setPartitions(List.of(new ReassignablePartition()
                                        .setPartitionIndex(0)
                                        .setReplicas(target))))),
                AlterPartitionReassignmentsResponseData.class);
        return "reassign to " + target;
    }
}
