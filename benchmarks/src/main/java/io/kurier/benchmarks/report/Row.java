package io.kurier.benchmarks.report;

import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.report.Measure.Better;
import java.util.List;
import java.util.Locale;

/// One metric of both sides over all rounds.
///
/// @param kurier the median; not a number if it was not measured
/// @param kafka the same of Apache Kafka
/// @param spread largest by smallest of the rounds, of the side where they differ more
public record Row(
        String scenario, String variant, String metric, Better better, double kurier, double kafka, double spread) {
    private static final double NONE = Double.NaN;

    static Row of(List<Measure> all) {
        Measure first = all.getFirst();
        double[] ours = values(all, Side.KURIER);
        double[] theirs = values(all, Side.KAFKA);
        return new Row(
                first.scenario(),
                first.variant(),
                first.metric(),
                first.better(),
                median(ours),
                median(theirs),
                Math.max(spread(ours), spread(theirs)));
    }

    private static double[] values(List<Measure> all, Side side) {
        return all.stream()
                .filter(measure -> measure.side() == side)
                .mapToDouble(Measure::value)
                .sorted()
                .toArray();
    }

    private static double median(double[] sorted) {
        int half = sorted.length / 2;
        if (sorted.length == 0) {
            return NONE;
        }
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    private static double spread(double[] sorted) {
        return sorted.length == 0 || sorted[0] <= 0 ? 1 : sorted[sorted.length - 1] / sorted[0];
    }

    /// How many times better Kurier is; below 1 it is worse; not a number if there is no such thing.
    public double ratio() {
        return switch (better) {
            case LESS -> kafka / kurier;
            case MORE -> kurier / kafka;
            case NEITHER -> NONE;
        };
    }

    /// What was aimed at, in words; empty if nothing was.
    public String target() {
        return Target.of(this).map(Target::text).orElse("");
    }

    /// Three significant digits, without a trailing point.
    public static String number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return "-";
        }
        double size = Math.abs(value);
        int decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }

    /// The ratio with a times sign.
    public String ratioText() {
        return Double.isFinite(ratio()) ? number(ratio()) + "x" : "-";
    }
}
