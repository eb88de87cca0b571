package io.kurier.benchmarks.report;

import io.kurier.benchmarks.node.Side;
import io.kurier.benchmarks.report.Measure.Better;
import java.util.List;
import java.util.Locale;

/// One metric of both sides over all rounds.
public record Row(String scenario, String variant, String metric, Better better, Figure ours, Figure theirs) {
    private static final double NONE = Double.NaN;

    static Row of(List<Measure> all) {
        Measure first = all.getFirst();
        return new Row(
                first.scenario(),
                first.variant(),
                first.metric(),
                first.better(),
                figure(all, Side.KURIER),
                figure(all, Side.KAFKA));
    }

    private static Figure figure(List<Measure> all, Side side) {
        return Figure.of(all.stream().filter(measure -> measure.side() == side).toList());
    }

    /// The median; not a number if it was not measured.
    public double kurier() {
        return ours.median();
    }

    /// The same of Apache Kafka.
    public double kafka() {
        return theirs.median();
    }

    /// Largest by smallest of the rounds, of the side where they differ more.
    public double spread() {
        return Math.max(ours.spread(), theirs.spread());
    }

    /// How many times better Kurier is; below 1 it is worse; not a number if there is no such thing, or if it could be
    /// anything because both sides, or Kurier in what should be little, were given up.
    public double ratio() {
        if (ours.atLeast()) {
            return NONE;
        }
        return switch (better) {
            case LESS -> theirs.median() / ours.median();
            case MORE -> theirs.atLeast() ? NONE : ours.median() / theirs.median();
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

    /// The ratio with a times sign; "over" a ratio if Apache Kafka was given up.
    public String ratioText() {
        String over = theirs.atLeast() ? "over " : "";
        return Double.isFinite(ratio()) ? over + number(ratio()) + "x" : "-";
    }
}
