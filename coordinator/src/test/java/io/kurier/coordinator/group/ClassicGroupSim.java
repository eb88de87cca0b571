package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.MemoryCoordinatorLog.Fate;
import io.kurier.testkit.Seeds;
import io.kurier.testkit.SimWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.junit.jupiter.api.Test;

/// Consumers that come, go, crash, stall and change their minds, on a coordinator whose log is slow and fails and
/// whose shard moves away and back. Always: no partition has two owners in one generation, generations and
/// acknowledged offsets never go back, every request is answered once. In the end: all who are alive share all
/// partitions.
class ClassicGroupSim {
    private static final int STEPS = 400;

    @Test
    void anyWeather() {
        Seeds.each(60, ClassicGroupSim::run);
    }

    static void run(long seed) {
        new Run(seed).go();
    }

    private static final class Run {
        private final Random random;
        private final GroupFixture groups;
        private final SimHistory history = new SimHistory();
        private final List<SimConsumer> consumers = new ArrayList<>();
        private int epoch = 1;

        Run(long seed) {
            random = new Random(seed);
            GroupSettings settings = GroupSettings.defaults().withInitialRebalanceDelayMs(random.nextInt(3) * 1_000);
            groups = new GroupFixture(SimWorld.shuffled(seed), settings, 1);
            groups.coordinator.becomeLeader(0, epoch);
            int members = 1 + random.nextInt(8);
            for (int i = 0; i < members; i++) {
                consumers.add(new SimConsumer(groups, history, random, "c" + i, random.nextInt(3) == 0));
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
                fetch();
            }
            groups.log.decide(() -> Fate.COMMITTED);
            settleDown();
        }

        private void step(int ms) {
            groups.pass(ms);
            consumers.forEach(SimConsumer::tick);
            history.everythingHeld();
        }

        private void disturb() {
            SimConsumer one = consumers.get(random.nextInt(consumers.size()));
            switch (random.nextInt(30)) {
                case 0, 1, 2, 3 -> {
                    if (one.isOut()) {
                        one.start();
                    }
                }
                case 4 -> one.crash();
                case 5 -> one.start();
                case 6 -> one.leave();
                case 7 -> one.changeSubscription();
                case 8 -> groups.log.failReplays(random.nextInt(3));
                case 9 -> {
                    groups.coordinator.resign(0, epoch);
                    groups.pass(random.nextInt(2_000));
                    groups.coordinator.becomeLeader(0, ++epoch);
                }
                case 10 -> groups.coordinator.becomeLeader(0, ++epoch);
                case 11 -> groups.pass(random.nextInt(12_000));
                case 12, 13, 14 -> one.repeatStaleRequests();
                default -> {}
            }
        }

        /// All partitions at a random moment; unavailability is no answer.
        private void fetch() {
            List<Integer> partitions = List.copyOf(SimConsumer.allPartitions());
            List<Long> atLeast = partitions.stream().map(history::acknowledged).toList();
            var answer = groups.coordinator.fetchOffsets(
                    groups.caller(9),
                    new OffsetFetchRequestData()
                            .setGroups(List.of(new OffsetFetchRequestGroup()
                                    .setGroupId(GroupFixture.GROUP)
                                    .setTopics(List.of(new OffsetFetchRequestData.OffsetFetchRequestTopics()
                                            .setName("t")
                                            .setPartitionIndexes(partitions))))));
            history.asked(answer, all -> {
                OffsetFetchResponseGroup group = all.groups().getFirst();
                if (group.errorCode() == 0) {
                    group.topics()
                            .getFirst()
                            .partitions()
                            .forEach(p -> history.fetched(
                                    p.partitionIndex(), atLeast.get(p.partitionIndex()), p.committedOffset()));
                }
            });
        }

        private void settleDown() {
            consumers.stream().filter(SimConsumer::isOut).forEach(SimConsumer::start);
            for (int step = 0; step < 400; step++) {
                step(500);
            }
            assertThat(consumers).allMatch(SimConsumer::isStable);
            assertThat(consumers.stream().map(SimConsumer::generation).distinct())
                    .hasSize(1);
            Set<Integer> covered = new TreeSet<>();
            consumers.forEach(consumer -> covered.addAll(consumer.owned()));
            assertThat(covered).isEqualTo(SimConsumer.allPartitions());
            fetch();
            groups.pass(1_000);
            history.everythingHeld();
            history.everythingIsAnswered();
            assertThat(history.generations()).isPositive();
            assertThat(history.acknowledgedPartitions()).isPositive();
        }
    }
}
