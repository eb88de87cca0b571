package io.kurier.benchmarks.report;

import java.util.List;

/// What one side's rounds say of one metric.
///
/// @param median not a number if nothing was measured
/// @param spread largest by smallest, 1 where there is nothing to compare
/// @param atLeast whether a round was given up, so that the true median may be larger
public record Figure(double median, double spread, boolean atLeast) {
    /// What is left of a difference of two readings that are the same.
    private static final double NOTHING = 1e-6;

    static Figure of(List<Measure> all) {
        double[] sorted = all.stream().mapToDouble(Measure::value).sorted().toArray();
        return new Figure(median(sorted), spread(sorted), all.stream().anyMatch(Measure::atLeast));
    }

    private static double median(double[] sorted) {
        int half = sorted.length / 2;
        if (sorted.length == 0) {
            return Double.NaN;
        }
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static double spread(double[] sorted) {
        return sorted.length == 0 || sorted[0] < NOTHING ? 1 : sorted[sorted.length - 1] / sorted[0];
    }

    String text() {
        return (atLeast ? "more than " : "") + Row.number(median);
    }
}
