package io.kurier.cluster.controller.command.partitions;

import io.kurier.log.EpochEnd;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.common.TopicPartition;

/// What brokers have said of their replicas' logs, for elections that may lose records.
///
/// @param logs for each partition, by broker, the leader epoch of the log's last record (-1 if it has none) and the
///     offset behind it; who has not answered is not there
public record ReplicaLogs(Map<TopicPartition, Map<Integer, EpochEnd>> logs) {
    /// Nobody was asked.
    public static final ReplicaLogs NONE = new ReplicaLogs(Map.of());

    private static final Comparator<EpochEnd> LENGTH =
            Comparator.comparingInt(EpochEnd::leaderEpoch).thenComparingLong(EpochEnd::endOffset);

    /// What was said of one partition, by broker.
    public Map<Integer, EpochEnd> of(TopicPartition partition) {
        return logs.getOrDefault(partition, Map.of());
    }

    /// Whose log is the longest: the largest last leader epoch, and among those of one epoch the largest end, as the
    /// records of a later leader follow all that was committed before it. Of equal ones the first; empty if none of
    /// them has answered.
    public OptionalInt longest(TopicPartition partition, List<Integer> candidates) {
        Map<Integer, EpochEnd> said = of(partition);
        int best = -1;
        EpochEnd longest = EpochEnd.UNKNOWN;
        for (int candidate : candidates) {
            EpochEnd end = said.get(candidate);
            if (end != null && (best < 0 || LENGTH.compare(end, longest) > 0)) {
                best = candidate;
                longest = end;
            }
        }
        return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
    }
}
