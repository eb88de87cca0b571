package io.kurier.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Seeds;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Whole clusters under all faults: nothing that was acknowledged is lost, doubled or out of order, no invariant is
/// ever broken, and when the faults end everything becomes whole.
class ClusterSim {
    private static final int RUNS = 12;
    private static final int POWER_RUNS = 6;

    /// New seeds each time: CI looks where nobody has looked before. A failure names its seed.
    @Test
    void holds_under_all_faults() {
        long first = Long.getLong("kurier.first.seed", Math.floorMod(System.nanoTime(), 1_000_000_000L));
        measured(
                "runs under all faults",
                count -> Seeds.each(RUNS, number -> {
                    ClusterRun.of(Long.getLong("kurier.seed") == null ? first + number : number);
                    count.incrementAndGet();
                }));
    }

    /// All machines lose their power at once, again and again.
    @Test
    void keeps_what_was_acknowledged_when_all_machines_lose_their_power() {
        measured(
                "runs with power losses of all machines",
                count -> Seeds.each(POWER_RUNS, seed -> {
                    ClusterRun.Result result =
                            ClusterRun.of(seed, Plan.powerLossOfAll(new SplittableRandom(seed)), null);
                    assertThat(result.faults()).as("power losses").isPositive();
                    count.incrementAndGet();
                }));
    }

    @Test
    void works_without_faults() {
        Seeds.each(1, seed -> {
            ClusterRun.Result result = ClusterRun.of(seed, Plan.calm(3), null);
            assertThat(result.acknowledged()).isGreaterThan(1_000);
            assertThat(result.read()).isEqualTo(result.acknowledged());
        });
    }

    @Test
    void does_the_same_again_for_the_same_seed() {
        Seeds.each(2, seed -> assertThat(ClusterRun.of(seed)).isEqualTo(ClusterRun.of(seed)));
    }

    private interface Runs {
        void count(AtomicLong ran);
    }

    private static void measured(String what, Runs runs) {
        AtomicLong ran = new AtomicLong();
        long beganNs = System.nanoTime();
        runs.count(ran);
        double hours = (System.nanoTime() - beganNs) / 3.6e12;
        System.out.printf("%d %s, %.0f an hour%n", ran.get(), what, ran.get() / hours);
    }
}
