package io.kurier.broker.metrics;

import java.util.function.LongSupplier;

/// What this node's controller counts.
public final class ControllerMetrics {
    private ControllerMetrics() {}

    /// @param uncleanElections how often it let a replica lead that may lack what was acknowledged
    public static MetricSource of(LongSupplier uncleanElections) {
        return sink -> sink.single(
                "kurier_unclean_elections_total",
                MetricType.COUNTER,
                "Elections by this controller of leaders that may lack acknowledged records.",
                uncleanElections.getAsLong());
    }
}
