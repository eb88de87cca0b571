package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.MemoryCoordinatorLog.Fate;
import io.kurier.coordinator.group.streams.StreamsSettings;
import io.kurier.testkit.Seeds;
import io.kurier.testkit.SimWorld;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Threads of a Kafka Streams application that come, go, crash and stall, whose requests are lost, doubled and late, on
/// a coordinator whose log is slow and fails and whose shard moves away and back. Always: no task is active at two
/// members that the coordinator has to count as such, and no process has a task twice. In the end: all who are alive
/// share all active tasks evenly, and each task with state has its standby in another process.
class StreamsGroupSim {
    private static final int STEPS = 400;
    private static final int SESSION_MS = 20_000;

    @Test
    void anyWeather() {
        Seeds.each(60, StreamsGroupSim::run);
    }

    static void run(long seed) {
        new Run(seed).go();
    }

    private static final class Run {
        private final Random random;
        private final GroupFixture groups;
        private final List<SimStreams> members = new ArrayList<>();
        private final int partitions;
        private final int processes;
        private final int standbys;
        private int epoch = 1;

        Run(long seed) {
            random = new Random(seed);
            standbys = random.nextInt(3);
            groups = new GroupFixture(
                    SimWorld.shuffled(seed),
                    GroupSettings.defaults()
                            .withStreams(new StreamsSettings(
                                    SESSION_MS,
                                    1_000,
                                    1_000,
                                    Integer.MAX_VALUE,
                                    random.nextInt(2_000),
                                    standbys,
                                    List.of())),
                    1);
            partitions = 1 + random.nextInt(8);
            groups.groupConfigs.put("streams.assignment.interval.ms", String.valueOf(random.nextInt(2) * 1_000));
            groups.setPartitions("t", partitions);
            groups.coordinator.becomeLeader(0, epoch);
            StreamsFixture streams = new StreamsFixture(groups);
            processes = 1 + random.nextInt(4);
            int count = processes + random.nextInt(5);
            for (int i = 0; i < count; i++) {
                members.add(new SimStreams(streams, random, "p" + i % processes, "m" + i));
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
            members.forEach(SimStreams::tick);
            groups.sim.settle();
            Map<String, String> runners = new HashMap<>();
            for (SimStreams member : members) {
                for (String task : member.surelyRuns(SESSION_MS)) {
                    if (task.charAt(0) == 'A') {
                        alone(runners, task, member);
                    }
                    alone(runners, member.process + " " + task.substring(1), member);
                }
            }
        }

        private static void alone(Map<String, String> runners, String task, SimStreams member) {
            String other = runners.put(task, member.id);
            assertThat(other == null || other.equals(member.id) ? null : other)
                    .as("who has %s beside %s", task, member.id)
                    .isNull();
        }

        private void disturb() {
            SimStreams one = members.get(random.nextInt(members.size()));
            switch (random.nextInt(24)) {
                case 0, 1, 2, 3 -> {
                    if (!one.alive) {
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
                default -> {}
            }
        }

        private void settleDown() {
            for (SimStreams member : members) {
                if (!member.alive) {
                    member.start();
                }
            }
            for (int step = 0; step < 200; step++) {
                step(1_000);
            }
            TreeSet<String> active = new TreeSet<>();
            int standby = 0;
            int least = Integer.MAX_VALUE;
            int most = 0;
            for (SimStreams member : members) {
                List<String> tasks = member.surelyRuns(SESSION_MS).stream()
                        .filter(task -> task.charAt(0) == 'A')
                        .toList();
                active.addAll(tasks);
                standby += (int) member.surelyRuns(SESSION_MS).stream()
                        .filter(task -> task.startsWith("S1_"))
                        .count();
                least = Math.min(least, tasks.size());
                most = Math.max(most, tasks.size());
            }
            assertThat(active).hasSize(2 * partitions);
            assertThat(most - least).isLessThanOrEqualTo(1);
            assertThat(standby).isEqualTo(partitions * Math.min(standbys, processes - 1));
        }
    }
}
