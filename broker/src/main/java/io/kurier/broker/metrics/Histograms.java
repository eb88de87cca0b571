package io.kurier.broker.metrics;

import io.kurier.kernel.TimeCounts;
import java.math.BigDecimal;

/// Times as the samples of a histogram, in seconds.
public final class Histograms {
    private static final int NS_DIGITS = 9;

    private Histograms() {}

    /// Adds the samples of one series to the family that has begun.
    public static void samples(MetricSink sink, String labels, TimeCounts times) {
        long below = 0;
        for (int i = 0; i < TimeCounts.size(); i++) {
            below += times.count(i);
            String bound = i == TimeCounts.size() - 1 ? "+Inf" : seconds(TimeCounts.boundNs(i));
            sink.sample("_bucket", Labels.join(labels, Labels.of("le", bound)), below);
        }
        sink.sample("_sum", labels, times.totalNs() / 1e9);
        sink.sample("_count", labels, below);
    }

    private static String seconds(long nanos) {
        return BigDecimal.valueOf(nanos, NS_DIGITS).stripTrailingZeros().toPlainString();
    }
}
