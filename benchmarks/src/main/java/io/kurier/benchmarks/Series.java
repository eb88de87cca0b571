package io.kurier.benchmarks;

import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.node.TimeLimit;
import io.kurier.benchmarks.report.Results;
import io.kurier.benchmarks.scenario.Lab;
import io.kurier.benchmarks.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Runs a plan on both sides in turn. What fails or takes too long is noted and the rest goes on; what was found is
/// kept in a file after each side.
final class Series {
    private static final int LEAST_LIMIT_SECONDS = 180;

    private final Map<String, Scenario> scenarios;
    private final List<Side> sides;
    private final @Nullable Path kept;
    private final long beginNs = System.nanoTime();

    /// @param sides those that are wanted
    /// @param kept where figures are written; none if null
    Series(List<Scenario> scenarios, List<Side> sides, @Nullable Path kept) {
        this.scenarios = scenarios.stream().collect(Collectors.toMap(Scenario::name, Function.identity()));
        this.sides = sides;
        this.kept = kept;
    }

    /// Runs all of it.
    ///
    /// @return whether everything went to its end
    boolean run(Plan plan, Lab lab) throws IOException {
        boolean whole = true;
        for (var next = plan.next(gone()); next.isPresent(); next = plan.next(gone())) {
            var step = next.get();
            double before = gone();
            lab.progress("[%d/%d, %s gone, about %s to go] %s, round %d of %d"
                    .formatted(
                            plan.number(),
                            plan.steps(),
                            minutes(before),
                            minutes(plan.secondsToGo(step, before)),
                            step.name(),
                            step.round(),
                            step.of()));
            boolean ended = true;
            for (Side side : scenario(step).sides()) {
                if (sides.contains(side)) {
                    int limit = (int) Math.max(LEAST_LIMIT_SECONDS, 3 * plan.expected(step));
                    ended &= one(step, side, lab, limit);
                    keep(lab.results());
                }
            }
            if (ended) {
                lab.results().round(step.name());
                plan.took(step, gone() - before);
            }
            whole &= ended;
        }
        plan.skipped()
                .forEach(step ->
                        lab.progress("left out for lack of time: %s, round %d".formatted(step.name(), step.round())));
        keep(lab.results());
        return whole;
    }

    private boolean one(Plan.Step step, Side side, Lab lab, int limitSeconds) {
        lab.progress("%s, round %d of %d: %s".formatted(step.name(), step.round(), step.of(), side.title()));
        try (var limit = new TimeLimit(limitSeconds, lab.nodes()::kill)) {
            try {
                scenario(step).run(lab, side, step.round());
                return true;
            } catch (IOException e) {
                throw limit.explain(e);
            }
        } catch (IOException | RuntimeException e) {
            if (lab.nodes().isEnded()) {
                throw new IllegalStateException("interrupted", e);
            }
            String what = "%s, round %d, %s: %s"
                    .formatted(
                            step.name(),
                            step.round(),
                            side.title(),
                            String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
            lab.results().failure(what);
            lab.progress("FAILED " + what + "\n" + e);
            lab.nodes().kill();
            return false;
        }
    }

    private Scenario scenario(Plan.Step step) {
        Scenario scenario = scenarios.get(step.name());
        if (scenario == null) {
            throw new IllegalArgumentException("no scenario " + step.name());
        }
        return scenario;
    }

    private void keep(Results results) throws IOException {
        if (kept != null) {
            results.write(kept);
        }
    }

    private double gone() {
        return (System.nanoTime() - beginNs) / 1e9;
    }

    private static String minutes(double seconds) {
        return "%d:%02d".formatted((int) seconds / 60, (int) seconds % 60);
    }
}
