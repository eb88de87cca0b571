package io.kurier.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.kernel.Timers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.Test;

class ManualWorldTest {
    private static final long MS = 1_000_000;

    private final ManualClock clock = new ManualClock();
    private final ManualTimers timers = new ManualTimers(clock);
    private final List<String> seen = new ArrayList<>();

    @Test
    void theClockStandsStillUntilItIsMoved() {
        assertThat(clock.wallMs()).isEqualTo(ManualClock.START_MS);
        assertThat(clock.nanos()).isZero();

        clock.advance(Duration.ofMillis(1500));
        assertThat(clock.wallMs()).isEqualTo(ManualClock.START_MS + 1500);
        assertThat(clock.nanos()).isEqualTo(1500 * MS);

        clock.jumpWallMs(-3_600_000);
        assertThat(clock.wallMs()).isEqualTo(ManualClock.START_MS + 1500 - 3_600_000);
        assertThat(clock.nanos()).isEqualTo(1500 * MS);
        assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void timersRunInOrderAtTheirOwnMoment() {
        timers.after(30 * MS, () -> note("c"));
        timers.after(10 * MS, () -> note("a"));
        timers.after(10 * MS, () -> note("b"));
        timers.after(10 * MS, () -> timers.after(5 * MS, () -> note("nested")));
        timers.after(31 * MS, () -> note("late"));

        clock.advanceMs(30);

        assertThat(seen).containsExactly("a@10", "b@10", "nested@15", "c@30");
        assertThat(timers.size()).isEqualTo(1);
        assertThat(clock.nextTimerNs()).hasValue(31 * MS);
    }

    @Test
    void aNegativeDelayIsDueAtOnceButNotWithinTheCall() {
        timers.after(-1, () -> note("now"));
        assertThat(seen).isEmpty();

        assertThat(timers.runDue()).isEqualTo(1);
        assertThat(seen).containsExactly("now@0");
    }

    @Test
    void aCancelledTimerNeverRuns() {
        Timers.Timer timer = timers.after(MS, () -> note("never"));
        Timers.Timer done = timers.after(0, () -> note("done"));

        assertThat(timer.cancel()).isTrue();
        assertThat(timer.cancel()).isFalse();
        clock.advanceMs(5);
        assertThat(done.cancel()).isFalse();
        assertThat(seen).containsExactly("done@0");
    }

    @Test
    void threadsRunTasksInTheOrderInWhichTheyCame() {
        ManualThreads threads = new ManualThreads();
        Executor a = threads.serial("a");
        Executor b = threads.serial("b");
        a.execute(() -> note("a1"));
        b.execute(() -> note("b1"));
        threads.slow().execute(() -> note("s1"));
        a.execute(() -> {
            note("a2");
            b.execute(() -> note("b2"));
        });

        assertThat(seen).isEmpty();
        assertThat(threads.waiting()).containsExactlyInAnyOrder("a", "b", "slow", "a");
        assertThat(threads.runAll()).isEqualTo(5);
        assertThat(seen).containsExactly("a1@0", "b1@0", "s1@0", "a2@0", "b2@0");
        assertThat(threads.runOne()).isFalse();
    }

    @Test
    void shufflingFollowsTheSeedAndKeepsSerialOrder() {
        Set<List<String>> orders = new HashSet<>();
        for (long seed = 0; seed < 30; seed++) {
            List<String> order = shuffledOrder(seed);
            assertThat(shuffledOrder(seed)).isEqualTo(order);
            assertThat(order.stream().filter(name -> name.startsWith("a"))).containsExactly("a0", "a1", "a2", "a3");
            orders.add(order);
        }
        assertThat(orders).hasSizeGreaterThan(5);
    }

    private static List<String> shuffledOrder(long seed) {
        ManualThreads threads = new ManualThreads(seed);
        List<String> order = new ArrayList<>();
        Executor a = threads.serial("a");
        for (int i = 0; i < 4; i++) {
            String number = String.valueOf(i);
            a.execute(() -> order.add("a" + number));
            threads.slow().execute(() -> order.add("s" + number));
        }
        threads.runAll();
        return order;
    }

    @Test
    void aTasksExceptionComesOutAndTheRestWaits() {
        ManualThreads threads = new ManualThreads();
        threads.slow().execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        threads.slow().execute(() -> note("after"));

        assertThatThrownBy(threads::runAll).hasMessage("on purpose");
        threads.runAll();
        assertThat(seen).containsExactly("after@0");
        threads.slow().execute(() -> note("dropped"));
        threads.dropAll();
        assertThat(threads.runAll()).isZero();
    }

    @Test
    void aWorldRunsTasksAtTheMomentOfTheirTimer() throws IOException {
        SimWorld world = SimWorld.inOrder(1);
        world.world()
                .timers()
                .after(
                        10 * MS,
                        () -> world.world().threads().slow().execute(() -> {
                            seen.add("task@" + world.clock().nanos() / MS);
                            world.world()
                                    .timers()
                                    .after(
                                            0,
                                            () -> seen.add(
                                                    "at once@" + world.clock().nanos() / MS));
                        }));
        world.world()
                .timers()
                .after(20 * MS, () -> seen.add("timer@" + world.clock().nanos() / MS));

        world.advance(Duration.ofMillis(50));

        assertThat(seen).containsExactly("task@10", "at once@10", "timer@20");
        assertThat(world.clock().nanos()).isEqualTo(50 * MS);
        assertThatThrownBy(() -> world.world().network().listen(new InetSocketAddress(0), _ -> {
                    throw new AssertionError();
                }))
                .hasMessageContaining("no network");
    }

    private void note(String what) {
        seen.add(what + "@" + clock.nanos() / MS);
    }
}
