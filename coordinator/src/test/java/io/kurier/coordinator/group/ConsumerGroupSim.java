package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.MemoryCoordinatorLog.Fate;
import io.kurier.coordinator.group.consumer.ConsumerSettings;
import io.kurier.testkit.Seeds;
import io.kurier.testkit.SimWorld;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Members of the new protocol that come, go, crash and stall, whose requests are lost, doubled and late, on a
/// coordinator whose log is slow and fails and whose shard moves away and back, over a topic that grows. Always: no
/// partition is read by two members that the coordinator has to count as such, and acknowledged offsets never go back.
/// In the end: all who are alive share all partitions evenly.
class ConsumerGroupSim {
    private static final int STEPS = 400;
    static final int SESSION_MS = 20_000;

    @Test
    void anyWeather() {
        Seeds.each(60, ConsumerGroupSim::run);
    }

    static void run(long seed) {
        new Run(seed).go();
    }

    /// The offsets that were acknowledged.
    static final class Ledger {
        private final Map<Integer, Long> committed = new HashMap<>();

        long committed(int partition) {
            return committed.getOrDefault(partition, 0L);
        }

        /// @param before what was committed when the commit was sent
        void acknowledged(String member, int partition, long before, long offset) {
            if (committed(partition) == before) { // else two were under way, in an order that nobody knows
                assertThat(offset)
                        .as("offset of partition %d, committed by %s", partition, member)
                        .isGreaterThanOrEqualTo(before);
            }
            committed.merge(partition, offset, Math::max);
        }
    }

    private static final class Run {
        private final Random random;
        private final GroupFixture groups;
        private final Ledger ledger = new Ledger();
        private final List<SimModern> members = new ArrayList<>();
        private int partitions;
        private int epoch = 1;

        Run(long seed) {
            random = new Random(seed);
            groups = new GroupFixture(
                    SimWorld.shuffled(seed),
                    GroupSettings.defaults()
                            .withConsumers(new ConsumerSettings(
                                    SESSION_MS,
                                    1_000,
                                    1_000,
                                    Integer.MAX_VALUE,
                                    List.of("uniform", "range"),
                                    ConsumerSettings.Migration.BIDIRECTIONAL)),
                    1);
            partitions = 1 + random.nextInt(12);
            groups.groupConfigs.put("consumer.assignment.interval.ms", String.valueOf(random.nextInt(2) * 1_000));
            groups.setPartitions("t", partitions);
            groups.coordinator.becomeLeader(0, epoch);
            int count = 1 + random.nextInt(8);
            for (int i = 0; i < count; i++) {
                members.add(new SimModern(groups, ledger, random, "m" + i));
            }
        }

        void go() {
            int slowMs = random.nextInt(200);
            int failuresInThousand = random.nextInt(30);
            groups.log.commitAfterMs(() -> slowMs == 0 ? 0 : random.nextInt(slowMs));
            List<Fate> failures = List.of(Fate.REFUSED, Fate.LOST, Fate.KEPT_UNKNOWN);
            groups.log.decide(() ->
                    random.nextInt(1_000) < failuresInThousand ? failures.get(random.nextInt(3)) : Fate.COMMITTED);
            for (int step = 0; step < STEPS; step++) {
                disturb();
                step(random.nextInt(1_500));
            }
            groups.log.decide(() -> Fate.COMMITTED);
            settleDown();
        }

        private void step(int ms) {
            groups.pass(ms);
            members.forEach(SimModern::tick);
            groups.sim.settle();
            Map<Integer, String> readers = new HashMap<>();
            for (SimModern member : members) {
                for (int partition : member.surelyReads(SESSION_MS)) {
                    String other = readers.put(partition, member.id);
                    assertThat(other)
                            .as("who reads partition %d beside %s", partition, member.id)
                            .isNull();
                }
            }
        }

        private void disturb() {
            SimModern one = members.get(random.nextInt(members.size()));
            switch (random.nextInt(24)) {
                case 0, 1, 2, 3 -> {
                    if (!one.isAlive()) {
                        one.start();
                    }
                }
                case 4 -> one.crash();
                case 5 -> one.leave();
                case 6 -> step(random.nextInt(30_000)); // nobody gets to do anything for a while
                case 7 -> {
                    groups.coordinator.resign(0, Integer.MAX_VALUE);
                    groups.coordinator.becomeLeader(0, ++epoch);
                }
                case 8 -> {
                    if (random.nextInt(10) == 0) {
                        groups.setPartitions("t", ++partitions);
                    }
                }
                default -> one.commit();
            }
        }

        private void settleDown() {
            for (SimModern member : members) {
                if (!member.isAlive()) {
                    member.start();
                }
            }
            for (int step = 0; step < 200; step++) {
                step(1_000);
            }
            TreeSet<Integer> read = new TreeSet<>();
            int least = Integer.MAX_VALUE;
            int most = 0;
            for (SimModern member : members) {
                int has = member.surelyReads(SESSION_MS).size();
                read.addAll(member.surelyReads(SESSION_MS));
                least = Math.min(least, has);
                most = Math.max(most, has);
            }
            assertThat(read).hasSize(partitions);
            assertThat(most - least).isLessThanOrEqualTo(1);
        }
    }
}
