package io.kurier.broker.api.telemetry;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.kafka.common.Uuid;

/// What one client is asked for, by all subscriptions that fit it together.
///
/// @param id changes with the rest, and is the same on every node and after every restart while the rest is
/// @param metrics prefixes in order; one that is empty stands for all metrics, no prefix for none
/// @param intervalMs how often it is to push, or to ask again if nothing is wanted
record Wanted(int id, List<String> metrics, int intervalMs) {
    static Wanted of(Uuid instance, List<String> metrics, int intervalMs) {
        CRC32C sum = new CRC32C();
        for (String prefix : metrics) {
            sum.update(prefix.getBytes(StandardCharsets.UTF_8));
            sum.update(0);
        }
        sum.update(String.valueOf(intervalMs).getBytes(StandardCharsets.UTF_8));
        return new Wanted((int) sum.getValue() ^ instance.hashCode(), metrics, intervalMs);
    }

    /// True if a metric of this name is asked for.
    boolean includes(String metric) {
        for (String prefix : metrics) {
            if (metric.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }
}
