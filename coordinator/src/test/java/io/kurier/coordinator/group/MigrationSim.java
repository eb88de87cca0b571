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
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.junit.jupiter.api.Test;

/// A group whose members are restarted with the other protocol, one by one and back, while some crash and stall, and
/// the coordinator's log fails and moves. Always: no partition is read by two members that the coordinator has to count
/// as such, and acknowledged offsets never go back. In the end the group is of the kind that its members are of, and
/// they share all partitions.
class MigrationSim {
    private static final int STEPS = 400;

    @Test
    void anyWeather() {
        Seeds.each(60, MigrationSim::run);
    }

    static void run(long seed) {
        new Run(seed).go();
    }

    private static final class Run {
        private final Random random;
        private final GroupFixture groups;
        private final List<SimMember> classic = new ArrayList<>();
        private final List<SimMember> modern = new ArrayList<>();
        private final int partitions;
        private int epoch = 1;
        private String seen = "";

        Run(long seed) {
            random = new Random(seed);
            GroupSettings settings = GroupSettings.defaults()
                    .withInitialRebalanceDelayMs(random.nextInt(2) * 1_000)
                    .withConsumers(new ConsumerSettings(
                            ConsumerGroupSim.SESSION_MS,
                            1_000,
                            1_000,
                            Integer.MAX_VALUE,
                            List.of("uniform", "range"),
                            ConsumerSettings.Migration.BIDIRECTIONAL));
            groups = new GroupFixture(SimWorld.shuffled(seed), settings, 1);
            partitions = 1 + random.nextInt(12);
            groups.groupConfigs.put("consumer.assignment.interval.ms", String.valueOf(random.nextInt(2) * 1_000));
            groups.setPartitions("t", partitions);
            groups.coordinator.becomeLeader(0, epoch);
            boolean cooperative = random.nextBoolean();
            ConsumerGroupSim.Ledger ledger = new ConsumerGroupSim.Ledger();
            int count = 1 + random.nextInt(6);
            for (int i = 0; i < count; i++) {
                classic.add(new SimClassic(groups, ledger, random, "c" + i, cooperative));
                modern.add(new SimModern(groups, ledger, random, "m" + i));
            }
        }

        void go() {
            int slowMs = random.nextInt(200);
            int failuresInThousand = random.nextInt(20);
            groups.log.commitAfterMs(() -> slowMs == 0 ? 0 : random.nextInt(slowMs));
            List<Fate> failures = List.of(Fate.REFUSED, Fate.LOST, Fate.KEPT_UNKNOWN);
            groups.log.decide(() ->
                    random.nextInt(1_000) < failuresInThousand ? failures.get(random.nextInt(3)) : Fate.COMMITTED);
            for (int step = 0; step < STEPS; step++) {
                disturb();
                step(random.nextInt(1_500));
            }
            groups.log.decide(() -> Fate.COMMITTED);
            settleDown(true);
            settleDown(false);
        }

        private void step(int ms) {
            groups.pass(ms);
            Map<Integer, String> readers = new HashMap<>();
            for (List<SimMember> members : List.of(classic, modern)) {
                members.forEach(SimMember::tick);
            }
            groups.sim.settle();
            for (List<SimMember> members : List.of(classic, modern)) {
                for (SimMember member : members) {
                    for (int partition : member.surelyReads(ConsumerGroupSim.SESSION_MS)) {
                        String other = readers.put(partition, member.id());
                        assertThat(other)
                                .as("who reads partition %d beside %s", partition, member.id())
                                .isNull();
                    }
                }
            }
        }

        private void disturb() {
            int which = random.nextInt(classic.size());
            SimMember one = classic.get(which).isAlive() ? classic.get(which) : modern.get(which);
            switch (random.nextInt(40)) {
                case 0, 1, 2, 3, 4 -> {
                    if (!one.isAlive()) {
                        (random.nextBoolean() ? classic : modern).get(which).start();
                    }
                }
                case 5 -> one.crash();
                case 6, 7, 8 -> one.leave();
                case 9 -> step(random.nextInt(30_000)); // nobody gets to do anything for a while
                case 10 -> {
                    groups.coordinator.resign(0, Integer.MAX_VALUE);
                    groups.coordinator.becomeLeader(0, ++epoch);
                }
                default -> one.commit();
            }
        }

        /// Restarts one after the other with one of the protocols. Answers still get lost now and then, so nobody knows
        /// how long it takes.
        private void settleDown(boolean toModern) {
            List<SimMember> to = toModern ? modern : classic;
            List<SimMember> from = toModern ? classic : modern;
            for (int i = 0; i < to.size(); i++) {
                from.get(i).leave();
                from.get(i).crash(); // if it was not a member yet
                if (!to.get(i).isAlive()) {
                    to.get(i).start();
                }
                for (int step = random.nextInt(20); step >= 0; step--) {
                    step(500);
                }
            }
            String wanted = (toModern ? "consumer" : "classic") + " Stable";
            for (int step = 0; step < 1_500 && !(wanted.equals(seen) && read(to).size() == partitions); step++) {
                look();
                step(500);
            }
            assertThat(seen).isEqualTo(wanted);
            assertThat(read(to)).hasSize(partitions);
        }

        private static TreeSet<Integer> read(List<SimMember> members) {
            TreeSet<Integer> read = new TreeSet<>();
            members.forEach(member -> read.addAll(member.surelyReads(ConsumerGroupSim.SESSION_MS)));
            return read;
        }

        /// Answered when all that was written is committed.
        private void look() {
            CompletableFuture<Void> _ = groups.coordinator
                    .listGroups(groups.caller(5), new ListGroupsRequestData())
                    .thenAccept(answer ->
                            answer.groups().forEach(group -> seen = group.groupType() + " " + group.groupState()));
        }
    }
}
