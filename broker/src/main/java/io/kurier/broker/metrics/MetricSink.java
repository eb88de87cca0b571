package io.kurier.broker.metrics;

/// Takes what is to be shown. A family comes once, with all its samples behind it.
public interface MetricSink {
    /// Begins a family of samples.
    ///
    /// @param name as [Labels#name] makes them
    /// @param help one line for people
    void family(String name, MetricType type, String help);

    /// A sample of the family.
    ///
    /// @param suffix what its name has behind the family's: empty, or `_bucket`, `_sum`, `_count` of a histogram
    /// @param labels as [Labels] makes them; may be empty
    void sample(String suffix, String labels, double value);

    /// A sample that is a whole number; beyond 2^53 the nearest one that a double has.
    default void sample(String suffix, String labels, long value) {
        sample(suffix, labels, (double) value);
    }

    /// A family of one sample without labels.
    default void single(String name, MetricType type, String help, double value) {
        family(name, type, help);
        sample("", "", value);
    }

    /// A family of one sample without labels that is a whole number.
    default void single(String name, MetricType type, String help, long value) {
        single(name, type, help, (double) value);
    }
}
