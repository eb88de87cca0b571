package io.kurier.benchmarks.report;

import io.kurier.benchmarks.node.Side;
import java.util.List;

/// A distribution of latencies for drawing.
///
/// @param milliseconds at each of `PERCENTILES`
public record Curve(String scenario, String variant, Side side, List<Double> milliseconds) {
    /// Where a curve is known.
    public static final List<Double> PERCENTILES =
            List.of(0.0, 10.0, 25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.5, 99.9, 99.95, 99.99, 100.0);
}
