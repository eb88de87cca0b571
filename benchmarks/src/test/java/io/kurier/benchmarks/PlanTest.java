package io.kurier.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.benchmarks.Plan.Entry;
import io.kurier.benchmarks.Plan.Step;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanTest {
    private static final List<Entry> ENTRIES =
            List.of(new Entry("short", 3, 10), new Entry("long", 2, 100), new Entry("single", 1, 50));

    /// Runs a plan in which each step takes as long as expected.
    private static List<String> run(Plan plan) {
        List<String> order = new ArrayList<>();
        double gone = 0;
        for (var next = plan.next(gone); next.isPresent(); next = plan.next(gone)) {
            order.add(next.get().name() + " " + next.get().round());
            gone += plan.expected(next.get());
        }
        return order;
    }

    @Test
    void aRoundOfEverythingComesBeforeFurtherRounds() {
        assertThat(run(new Plan(ENTRIES, 1_000)))
                .containsExactly("short 1", "long 1", "single 1", "short 2", "long 2", "short 3");
    }

    @Test
    void furtherRoundsThatDoNotFitAreLeftOutAndShorterOnesStillRun() {
        var plan = new Plan(ENTRIES, 200);
        assertThat(run(plan)).containsExactly("short 1", "long 1", "single 1", "short 2", "short 3");
        assertThat(plan.skipped()).containsExactly(new Step("long", 2, 2));
    }

    @Test
    void firstRoundsRunEvenPastTheBudget() {
        assertThat(run(new Plan(ENTRIES, 1))).containsExactly("short 1", "long 1", "single 1");
    }

    @Test
    void whatAStepTookIsExpectedOfTheNext() {
        var plan = new Plan(ENTRIES, 1_000);
        Step first = plan.next(0).orElseThrow();
        assertThat(plan.secondsToGo(first, 0)).isEqualTo(280);
        plan.took(first, 30);
        Step second = plan.next(30).orElseThrow();
        assertThat(plan.secondsToGo(second, 30)).isEqualTo(310);
        assertThat(plan.number()).isEqualTo(2);
        assertThat(plan.steps()).isEqualTo(6);
    }
}
