package io.kurier.broker.metrics;

/// Somebody who has something to show.
public interface MetricSource {
    /// Tells what there is now, family by family. May block for a moment; is called on a virtual thread.
    void collect(MetricSink sink);
}
