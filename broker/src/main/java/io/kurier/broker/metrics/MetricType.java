package io.kurier.broker.metrics;

/// What the samples of a family are, by Prometheus' names in small letters.
public enum MetricType {
    /// Only goes up while the node runs.
    COUNTER,
    /// Goes up and down.
    GAUGE,
    /// Counts in buckets.
    HISTOGRAM,
    /// Of several kinds.
    UNTYPED
}
