package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.group.consumer.ConsumerSettings;
import io.kurier.testkit.Seeds;
import io.kurier.testkit.SimWorld;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// 200 members share 500 partitions; three in ten come and go all the time, cleanly and not, and the coordinator moves.
/// Always: no partition is read by two members that the coordinator has to count as such, and acknowledged offsets
/// never go back. Members of the new protocol that stay are not paused: they read something all the time. In the end
/// all partitions are read, and everybody has a share.
class LargeGroupSim {
    private static final int MEMBERS = 200;
    private static final int FLAPPING = 60;
    private static final int PARTITIONS = 500;
    private static final int EVEN_SHARE = PARTITIONS / MEMBERS;
    private static final int STEPS = 150;

    @Test
    void ofTheNewProtocol() {
        Seeds.each(2, seed -> new Run(seed, true).go());
    }

    @Test
    void ofTheClassicProtocol() {
        Seeds.each(2, seed -> new Run(seed, false).go());
    }

    private static final class Run {
        private final Random random;
        private final GroupFixture groups;
        private final List<SimMember> members = new ArrayList<>();
        private final boolean modern;
        private int epoch = 1;
        private boolean hasSettled;

        Run(long seed, boolean modern) {
            this.modern = modern;
            random = new Random(seed);
            groups = new GroupFixture(
                    SimWorld.shuffled(seed),
                    GroupSettings.defaults()
                            .withConsumers(new ConsumerSettings(
                                    ConsumerGroupSim.SESSION_MS,
                                    1_000,
                                    1_000,
                                    Integer.MAX_VALUE,
                                    List.of("uniform"),
                                    ConsumerSettings.Migration.BIDIRECTIONAL)),
                    1);
            groups.groupConfigs.put("consumer.assignment.interval.ms", "1000");
            groups.setPartitions("t", PARTITIONS);
            groups.coordinator.becomeLeader(0, epoch);
            ConsumerGroupSim.Ledger ledger = new ConsumerGroupSim.Ledger();
            for (int i = 0; i < MEMBERS; i++) {
                members.add(modern ? modern(ledger, i) : classic(ledger, i, seed % 2 == 0));
            }
        }

        private SimMember modern(ConsumerGroupSim.Ledger ledger, int number) {
            SimModern member = new SimModern(groups, ledger, random, "m" + number);
            member.onABadNetwork = false;
            return member;
        }

        private SimMember classic(ConsumerGroupSim.Ledger ledger, int number, boolean cooperative) {
            SimClassic member = new SimClassic(groups, ledger, random, "c" + number, cooperative);
            member.onABadNetwork = false;
            return member;
        }

        void go() {
            groups.log.commitAfterMs(() -> random.nextInt(20));
            members.forEach(SimMember::start);
            awaitRest();
            hasSettled = true;
            for (int step = 0; step < STEPS; step++) {
                disturb();
                step(500);
            }
            for (SimMember member : members) {
                if (!member.isAlive()) {
                    member.start();
                }
            }
            awaitRest();
        }

        private void awaitRest() {
            for (int step = 0; step < 1_500 && !isAtRest(); step++) {
                step(500);
            }
            assertThat(isAtRest()).isTrue();
        }

        /// Everything is read, and each has its share.
        private boolean isAtRest() {
            int read = 0;
            for (SimMember member : members) {
                int has = member.surelyReads(ConsumerGroupSim.SESSION_MS).size();
                if (has < EVEN_SHARE) {
                    return false;
                }
                read += has;
            }
            return read == PARTITIONS;
        }

        private void disturb() {
            for (int i = 0; i < 3; i++) {
                SimMember one = members.get(random.nextInt(FLAPPING));
                if (!one.isAlive()) {
                    one.start();
                } else if (random.nextBoolean()) {
                    one.leave();
                } else {
                    one.crash();
                }
            }
            members.get(random.nextInt(MEMBERS)).commit();
            if (random.nextInt(50) == 0) {
                groups.coordinator.resign(0, Integer.MAX_VALUE);
                groups.coordinator.becomeLeader(0, ++epoch);
            }
        }

        private void step(int ms) {
            groups.pass(ms);
            members.forEach(SimMember::tick);
            groups.sim.settle();
            Map<Integer, String> readers = new HashMap<>();
            for (SimMember member : members) {
                for (int partition : member.surelyReads(ConsumerGroupSim.SESSION_MS)) {
                    String other = readers.put(partition, member.id());
                    assertThat(other)
                            .as("who reads partition %d beside %s", partition, member.id())
                            .isNull();
                }
            }
            if (modern && hasSettled) {
                for (SimMember stays : members.subList(FLAPPING, MEMBERS)) {
                    assertThat(stays.surelyReads(ConsumerGroupSim.SESSION_MS))
                            .as("what %s reads, which is not disturbed", stays.id())
                            .isNotEmpty();
                }
            }
        }
    }
}
