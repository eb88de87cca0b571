package io.kurier.tests.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Seeds;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Whole clusters under all faults: nothing that was acknowledged is lost, doubled or out of order, no invariant is
/// ever broken, and when the faults end everything becomes whole.
class ClusterSim {
    private static final int RUNS = 6;
    private static final int POWER_RUNS = 3;

    /// CI looks where nobody has looked before. A failure names its seed, and the command that repeats it.
    @Test
    void holds_under_all_faults() {
        AtomicLong ran = new AtomicLong();
        long beganNs = System.nanoTime();
        Seeds.fresh(RUNS, seed -> {
            ClusterRun.of(seed);
            ran.incrementAndGet();
        });
        tell(ran.get(), "runs under all faults", beganNs);
    }

    /// All machines lose their power at once, again and again.
    @Test
    void keeps_what_was_acknowledged_when_all_machines_lose_their_power() {
        AtomicLong ran = new AtomicLong();
        long beganNs = System.nanoTime();
        Seeds.fresh(POWER_RUNS, seed -> {
            ClusterRun.Result result = ClusterRun.of(seed, Plan.powerLossOfAll(new SplittableRandom(seed)), null);
            assertThat(result.faults()).as("power losses").isPositive();
            ran.incrementAndGet();
        });
        tell(ran.get(), "runs with power losses of all machines", beganNs);
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

    private static void tell(long runs, String what, long beganNs) {
        double hours = (System.nanoTime() - beganNs) / 3.6e12;
        System.out.printf("%d %s, %.0f an hour%n", runs, what, runs / hours);
    }
}
