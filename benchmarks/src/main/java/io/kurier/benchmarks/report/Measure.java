package io.kurier.benchmarks.report;

import io.kurier.benchmarks.node.Side;

/// One figure of one round.
///
/// @param variant which of the scenario's cases
/// @param metric what was measured, with its unit
/// @param better whether less or more of it is better
/// @param atLeast whether it was given up at this value: it would have been more
public record Measure(
        String scenario, String variant, String metric, Better better, Side side, double value, boolean atLeast) {
    /// A figure that was measured to its end.
    public Measure(String scenario, String variant, String metric, Better better, Side side, double value) {
        this(scenario, variant, metric, better, side, value, false);
    }

    /// Which direction is good.
    public enum Better {
        /// Less, as with time.
        LESS,
        /// More, as with throughput.
        MORE,
        /// Neither: shown beside, without a ratio.
        NEITHER
    }
}
