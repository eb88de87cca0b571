package io.kurier.cluster.image;

import java.util.List;
import org.apache.kafka.common.Uuid;

/// The state of one partition, as the controller committed it.
///
/// @param replicas broker ids in order of preference
/// @param directories the data directory of each replica, in the same order; `Uuid(0, 0)` for unassigned
/// @param isr the replicas that are in sync
/// @param elr eligible leader replicas (KIP-966): they left the ISR below min.insync.replicas and have all committed
///     records
/// @param lastKnownElr the last members of an ISR and ELR that became empty
/// @param removing replicas that a reassignment takes away
/// @param adding replicas that a reassignment adds
/// @param leader broker id, or -1 for none
/// @param leaderEpoch grows with each new leader
/// @param partitionEpoch grows with each change of this state
/// @param recovering true after an unclean election until the new leader has recovered
public record PartitionImage(
        List<Integer> replicas,
        List<Uuid> directories,
        List<Integer> isr,
        List<Integer> elr,
        List<Integer> lastKnownElr,
        List<Integer> removing,
        List<Integer> adding,
        int leader,
        int leaderEpoch,
        int partitionEpoch,
        boolean recovering) {

    /// The leader of a partition that has none.
    public static final int NO_LEADER = -1;

    /// True if some broker leads the partition.
    public boolean hasLeader() {
        return leader != NO_LEADER;
    }

    /// The replicas that a reassignment leaves, or all.
    public List<Integer> target() {
        return removing.isEmpty()
                ? replicas
                : replicas.stream().filter(id -> !removing.contains(id)).toList();
    }

    /// The replicas that there were before a reassignment, or all.
    public List<Integer> original() {
        return adding.isEmpty()
                ? replicas
                : replicas.stream().filter(id -> !adding.contains(id)).toList();
    }

    /// The directory of this broker's replica; `Uuid(0, 0)` if it is unassigned or the broker has no replica.
    public Uuid directory(int brokerId) {
        int at = replicas.indexOf(brokerId);
        return at < 0 || at >= directories.size() ? new Uuid(0, 0) : directories.get(at);
    }
}
