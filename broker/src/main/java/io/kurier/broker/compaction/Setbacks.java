package io.kurier.broker.compaction;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/// Partitions whose compaction failed: each is tried again after a time that doubles with every failure in a row, up to
/// half an hour, and is never given up (KAFKA-19895).
final class Setbacks {
    private static final long LONGEST_NS = TimeUnit.MINUTES.toNanos(30);
    private static final int MOST_DOUBLINGS = 20;

    private final Map<TopicPartition, Setback> failing = new HashMap<>();

    /// @param failures in a row
    /// @param againAtNs when it may be tried again, by the monotonic clock
    record Setback(int failures, long againAtNs, String reason) {}

    /// It failed.
    ///
    /// @param firstNs how long to wait after the first failure
    /// @return when it is tried again
    synchronized Setback failed(TopicPartition partition, String reason, long firstNs, long nowNs) {
        Setback before = failing.get(partition);
        int failures = before == null ? 1 : before.failures() + 1;
        long waitNs = Math.max(1, firstNs);
        for (int i = 1; i < Math.min(failures, MOST_DOUBLINGS) && waitNs < LONGEST_NS; i++) {
            waitNs *= 2;
        }
        Setback now = new Setback(failures, nowNs + Math.min(waitNs, LONGEST_NS), reason);
        failing.put(partition, now);
        return now;
    }

    /// It was compacted, or is not here any more.
    synchronized void over(TopicPartition partition) {
        failing.remove(partition);
    }

    /// False while it has to wait.
    synchronized boolean mayTry(TopicPartition partition, long nowNs) {
        Setback setback = failing.get(partition);
        return setback == null || setback.againAtNs() - nowNs <= 0;
    }

    /// How many are failing.
    synchronized int size() {
        return failing.size();
    }

    /// Forgets those that are not here any more.
    synchronized void keepOnly(Set<TopicPartition> here) {
        failing.keySet().retainAll(here);
    }
}
