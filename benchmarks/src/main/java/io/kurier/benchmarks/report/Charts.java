package io.kurier.benchmarks.report;

import io.kurier.benchmarks.node.Side;
import java.util.List;
import java.util.Locale;

/// Figures drawn.
final class Charts {
    private static final int WIDTH = 860;
    private static final int LEFT = 400;
    private static final int ROW = 22;
    private static final int HEIGHT = 360;

    private Charts() {}

    /// One bar for each ratio, on a scale of logarithms around 1: to the right where Kurier is better.
    static String ratios(List<Row> rows) {
        List<Row> shown = rows.stream()
                .filter(row -> Double.isFinite(row.ratio()) && row.ratio() > 0)
                .toList();
        double most = shown.stream()
                .mapToDouble(row -> Math.abs(log2(row.ratio())))
                .max()
                .orElse(1);
        double least =
                shown.stream().mapToDouble(row -> log2(row.ratio())).min().orElse(0);
        double behind = Math.min(160, Math.max(0, -least / Math.max(1, most) * 160));
        double one = LEFT + 20 + behind;
        double scale = (WIDTH - one - 70) / Math.max(1, most);
        var svg = new Svg(WIDTH, 40 + ROW * shown.size());
        svg.text(one, 18, "middle", "1x");
        svg.line(one, 24, one, 34 + ROW * shown.size());
        double y = 30;
        for (Row row : shown) {
            double ratio = log2(row.ratio());
            double wide = Math.max(1, ratio < 0 ? Math.min(behind, -ratio * scale) : ratio * scale);
            svg.text(LEFT, y + 12, "end", row.variant() + ", " + row.metric());
            svg.bar(ratio < 0 ? "behind" : "kurier", ratio < 0 ? one - wide : one, y, wide);
            svg.text(ratio < 0 ? one + 6 : one + wide + 6, y + 12, "start", row.ratioText());
            y += ROW;
        }
        return svg.text();
    }

    /// Latency by percentile of both sides, all rounds; both axes are logarithmic.
    static String curves(List<Curve> curves) {
        double most = curves.stream()
                .flatMap(curve -> curve.milliseconds().stream())
                .mapToDouble(Double::doubleValue)
                .max()
                .orElse(1);
        double least = curves.stream()
                .mapToDouble(curve -> curve.milliseconds().get(1))
                .min()
                .orElse(0.01);
        var svg = new Svg(WIDTH, HEIGHT);
        double low = Math.floor(Math.log10(Math.max(0.001, least)));
        double high = Math.max(low + 1, Math.ceil(Math.log10(most)));
        for (double power = low; power <= high; power++) {
            double y = height(Math.pow(10, power), low, high);
            svg.line(70, y, WIDTH - 20, y);
            svg.text(64, y + 4, "end", String.format(Locale.ROOT, "%s ms", Row.number(Math.pow(10, power))));
        }
        for (double percentile : List.of(0.0, 50.0, 90.0, 99.0, 99.9, 99.99)) {
            svg.text(
                    across(percentile),
                    HEIGHT - 12,
                    "middle",
                    "p" + Double.toString(percentile).replaceAll("\\.0$", ""));
        }
        for (Curve curve : curves) {
            double[] points = new double[2 * (Curve.PERCENTILES.size() - 1)];
            for (int i = 0; i < points.length / 2; i++) {
                points[2 * i] = across(Curve.PERCENTILES.get(i));
                points[2 * i + 1] = height(Math.max(least, curve.milliseconds().get(i)), low, high);
            }
            svg.curve(curve.side() == Side.KURIER ? "kurier" : "kafka", points);
        }
        svg.bar("kurier", 90, 8, 14);
        svg.text(110, 20, "start", Side.KURIER.title());
        svg.bar("kafka", 190, 8, 14);
        svg.text(210, 20, "start", Side.KAFKA.title());
        return svg.text();
    }

    private static double across(double percentile) {
        return 90 + (WIDTH - 140) * Math.log10(100 / (100 - Math.min(99.99, percentile))) / 4;
    }

    private static double height(double ms, double low, double high) {
        return HEIGHT - 40 - (HEIGHT - 80) * (Math.log10(ms) - low) / (high - low);
    }

    private static double log2(double value) {
        return Math.log(value) / Math.log(2);
    }
}
