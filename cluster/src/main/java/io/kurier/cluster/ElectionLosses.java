package io.kurier.cluster;

import io.kurier.cluster.controller.command.partitions.ReplicaLogs;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.log.EpochEnd;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes into the log what a forced election may have lost: how far the new leader's log goes, what the others that
/// were asked have, and who is away and had everything.
final class ElectionLosses {
    private static final Logger LOG = LoggerFactory.getLogger(ElectionLosses.class);

    private ElectionLosses() {}

    /// @param before the metadata when the brokers were asked
    /// @param after the metadata with the answer's elections
    static void tell(ElectLeadersResponseData answer, ClusterImage before, ClusterImage after, ReplicaLogs logs) {
        for (var topic : answer.replicaElectionResults()) {
            for (var result : topic.partitionResult()) {
                PartitionImage old = before.partition(topic.topic(), result.partitionId());
                PartitionImage now = after.partition(topic.topic(), result.partitionId());
                if (result.errorCode() == Errors.NONE.code() && old != null && now != null && now.recovering()) {
                    TopicPartition name = new TopicPartition(topic.topic(), result.partitionId());
                    LOG.warn("{}", sentence(name, old, now, logs.of(name)));
                }
            }
        }
    }

    /// One partition's loss, for people.
    static String sentence(TopicPartition name, PartitionImage old, PartitionImage now, Map<Integer, EpochEnd> said) {
        EpochEnd end = said.get(now.leader());
        Map<Integer, String> others = new TreeMap<>();
        said.forEach((id, of) -> {
            if (id != now.leader()) {
                others.put(id, "broker " + id + " ends at " + text(of));
            }
        });
        TreeSet<Integer> complete = new TreeSet<>(old.isr());
        complete.addAll(old.elr());
        complete.addAll(old.lastKnownElr());
        return "Forced election of " + name + ": broker " + now.leader() + " leads in epoch " + now.leaderEpoch()
                + ". Its log ends at " + (end == null ? "an offset that it did not say" : text(end))
                + (others.isEmpty() ? "" : "; " + String.join(", ", others.values()))
                + ". Brokers " + complete + " were the last to have all that was acknowledged: what they have behind "
                + (end == null ? "its end" : "offset " + end.endOffset())
                + ", or of other epochs, is lost, and will be removed from their disks when they come back";
    }

    private static String text(EpochEnd end) {
        return "offset " + end.endOffset() + " (leader epoch " + end.leaderEpoch() + ")";
    }
}
