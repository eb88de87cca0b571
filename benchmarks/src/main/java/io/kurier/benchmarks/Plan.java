package io.kurier.benchmarks;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is run in which order within a budget of time: first a round of everything, so that an interruption leaves no
/// question without an answer, then further rounds while they fit.
final class Plan {
    private final ArrayDeque<Step> left = new ArrayDeque<>();
    private final Map<String, Double> seconds = new HashMap<>();
    private final List<Step> skipped = new ArrayList<>();
    private final double budgetSeconds;
    private final int steps;

    /// A scenario to be planned.
    ///
    /// @param seconds what a round takes, as long as none was seen
    record Entry(String name, int rounds, double seconds) {}

    /// One round of one scenario, from 1.
    record Step(String name, int round, int of) {}

    /// @param budgetSeconds for all; first rounds are run in any case
    Plan(List<Entry> entries, double budgetSeconds) {
        this.budgetSeconds = budgetSeconds;
        int most = entries.stream().mapToInt(Entry::rounds).max().orElse(0);
        for (int round = 1; round <= most; round++) {
            for (Entry entry : entries) {
                if (round <= entry.rounds()) {
                    left.add(new Step(entry.name(), round, entry.rounds()));
                }
            }
        }
        this.steps = left.size();
        entries.forEach(entry -> seconds.put(entry.name(), entry.seconds()));
    }

    /// The step to be run now; those before it that no longer fit are left out.
    ///
    /// @param goneSeconds since the beginning
    Optional<Step> next(double goneSeconds) {
        for (Step step = left.poll(); step != null; step = left.poll()) {
            if (step.round() == 1 || goneSeconds + expected(step) <= budgetSeconds) {
                return Optional.of(step);
            }
            skipped.add(step);
        }
        return Optional.empty();
    }

    /// Learns what a step took; the next of its kind are expected to take as long.
    void took(Step step, double secondsTaken) {
        seconds.put(step.name(), secondsTaken);
    }

    /// How long a step is expected to take.
    double expected(Step step) {
        return seconds.getOrDefault(step.name(), 0.0);
    }

    /// How long from now until the end, if `current` begins now; never past the budget by more than first rounds need.
    double secondsToGo(Step current, double goneSeconds) {
        double sum = expected(current);
        for (Step step : left) {
            if (step.round() == 1 || goneSeconds + sum + expected(step) <= budgetSeconds) {
                sum += expected(step);
            }
        }
        return sum;
    }

    /// The number of a step that `next` just gave, from 1.
    int number() {
        return steps - left.size();
    }

    /// How many steps there are in all.
    int steps() {
        return steps;
    }

    /// What was left out, because it did not fit.
    List<Step> skipped() {
        return skipped;
    }
}
