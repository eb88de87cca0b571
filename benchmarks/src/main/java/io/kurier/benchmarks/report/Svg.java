package io.kurier.benchmarks.report;

import java.util.Locale;

/// A drawing that is readable on light and dark pages: text and lines take a colour by the reader's own scheme.
final class Svg {
    private static final String STYLE = """
            <style>
            text { font: 13px system-ui, sans-serif; fill: #24292f }
            .line { stroke: #8c959f; stroke-width: 1 }
            .kurier { fill: #1a7f5a; stroke: #1a7f5a } .kafka { fill: #b45309; stroke: #b45309 }
            .curve { fill: none; stroke-width: 2 } .behind { fill: #b45309 }
            @media (prefers-color-scheme: dark) {
            text { fill: #e6edf3 } .line { stroke: #6e7681 }
            .kurier { fill: #3fb950; stroke: #3fb950 } .kafka { fill: #f0883e; stroke: #f0883e } .behind { fill: #f0883e }
            .curve { fill: none } }
            </style>
            """;

    private final StringBuilder body = new StringBuilder();
    private final int width;
    private final int height;

    Svg(int width, int height) {
        this.width = width;
        this.height = height;
    }

    /// @param anchor `start`, `middle` or `end`
    void text(double x, double y, String anchor, String text) {
        body.append(String.format(
                Locale.ROOT, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, escape(text)));
    }

    void line(double x1, double y1, double x2, double y2) {
        body.append(String.format(
                Locale.ROOT,
                "<line class=\"line\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
                x1,
                y1,
                x2,
                y2));
    }

    void bar(String kind, double x, double y, double wide) {
        body.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"14\"/>%n",
                kind,
                x,
                y,
                wide));
    }

    /// @param points pairs of x and y
    void curve(String kind, double[] points) {
        body.append("<polyline class=\"").append(kind).append(" curve\" points=\"");
        for (int i = 0; i < points.length; i += 2) {
            body.append(String.format(Locale.ROOT, "%.1f,%.1f ", points[i], points[i + 1]));
        }
        body.append("\"/>\n");
    }

    String text() {
        return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">\n"
                        .formatted(width, height, width, height)
                + STYLE + body + "</svg>\n";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
