package io.kurier.broker.metrics;

import io.kurier.kernel.Clock;
import io.kurier.kernel.TimeCounts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.protocol.ApiKeys;
import org.jspecify.annotations.Nullable;

/// Counts requests, their time and their bytes for each API. On the way of every request: it adds to a few counters
/// that no two threads fight for, and allocates nothing.
public final class RequestMeter implements MetricSource {
    private final Clock clock;
    private final AtomicReferenceArray<@Nullable Counts> byKey;

    public RequestMeter(Clock clock) {
        this.clock = clock;
        int highest = 0;
        for (ApiKeys key : ApiKeys.values()) {
            highest = Math.max(highest, key.id);
        }
        this.byKey = new AtomicReferenceArray<>(highest + 1);
    }

    private static final class Counts {
        private final String labels;
        private final TimeCounts times = new TimeCounts();
        private final LongAdder bytesIn = new LongAdder();
        private final LongAdder bytesOut = new LongAdder();
        private final LongAdder failures = new LongAdder();

        Counts(ApiKeys key) {
            labels = Labels.of("api", key.name);
        }
    }

    /// The time by the clock that requests are measured with, in nanoseconds.
    public long now() {
        return clock.nanos();
    }

    /// A request was answered, or needs no answer.
    ///
    /// @param receivedNs when the request was there, by [#now]
    /// @param failed true if it was answered as a whole with an error that its handler did not answer itself
    public void answered(ApiKeys key, long receivedNs, long bytesIn, long bytesOut, boolean failed) {
        Counts counts = counts(key);
        counts.times.add(clock.nanos() - receivedNs);
        counts.bytesIn.add(bytesIn);
        counts.bytesOut.add(bytesOut);
        if (failed) {
            counts.failures.increment();
        }
    }

    private Counts counts(ApiKeys key) {
        Counts counts = byKey.get(key.id);
        if (counts == null) {
            byKey.compareAndSet(key.id, null, new Counts(key));
            return counts(key);
        }
        return counts;
    }

    @Override
    public void collect(MetricSink sink) {
        List<Counts> seen = new ArrayList<>();
        for (int i = 0; i < byKey.length(); i++) {
            Counts counts = byKey.get(i);
            if (counts != null) {
                seen.add(counts);
            }
        }
        sink.family(
                "kurier_request_seconds",
                MetricType.HISTOGRAM,
                "Time from a whole request to its answer, waiting for records included.");
        for (Counts counts : seen) {
            Histograms.samples(sink, counts.labels, counts.times);
        }
        counter(sink, seen, "kurier_request_failures_total", "Requests that failed as a whole.", c -> c.failures.sum());
        counter(sink, seen, "kurier_request_bytes_total", "Bytes of requests.", c -> c.bytesIn.sum());
        counter(sink, seen, "kurier_response_bytes_total", "Bytes of answers.", c -> c.bytesOut.sum());
    }

    private static void counter(
            MetricSink sink, List<Counts> seen, String name, String help, ToLongFunction<Counts> value) {
        sink.family(name, MetricType.COUNTER, help);
        for (Counts counts : seen) {
            sink.sample("", counts.labels, value.applyAsLong(counts));
        }
    }
}
