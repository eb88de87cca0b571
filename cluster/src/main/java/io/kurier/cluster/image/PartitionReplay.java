package io.kurier.cluster.image;

import java.util.Collections;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.jspecify.annotations.Nullable;

/// What the records of a partition make of it.
final class PartitionReplay {
    /// The leader in a PartitionChangeRecord that changes none.
    static final int NO_LEADER_CHANGE = -2;
    /// A directory that was never said because the record is older than KIP-858.
    private static final Uuid MIGRATING = new Uuid(0, 2);

    private PartitionReplay() {}

    static PartitionImage created(PartitionRecord record) {
        List<Integer> replicas = List.copyOf(record.replicas());
        return new PartitionImage(
                replicas,
                directories(record.directories(), replicas.size()),
                record.isr().equals(replicas) ? replicas : List.copyOf(record.isr()),
                orEmpty(record.eligibleLeaderReplicas()),
                orEmpty(record.lastKnownElr()),
                orEmpty(record.removingReplicas()),
                orEmpty(record.addingReplicas()),
                record.leader(),
                record.leaderEpoch(),
                record.partitionEpoch(),
                record.leaderRecoveryState() == 1);
    }

    static PartitionImage changed(PartitionImage before, PartitionChangeRecord record) {
        List<Integer> replicas = orBefore(record.replicas(), before.replicas());
        boolean sameLeader = record.leader() == NO_LEADER_CHANGE;
        return new PartitionImage(
                replicas,
                movedDirectories(before, record, replicas),
                orBefore(record.isr(), before.isr()),
                orBefore(record.eligibleLeaderReplicas(), before.elr()),
                orBefore(record.lastKnownElr(), before.lastKnownElr()),
                orBefore(record.removingReplicas(), before.removing()),
                orBefore(record.addingReplicas(), before.adding()),
                sameLeader ? before.leader() : record.leader(),
                sameLeader ? before.leaderEpoch() : before.leaderEpoch() + 1,
                before.partitionEpoch() + 1,
                record.leaderRecoveryState() < 0 ? before.recovering() : record.leaderRecoveryState() == 1);
    }

    static PartitionImage withoutElr(PartitionImage before) {
        if (before.elr().isEmpty() && before.lastKnownElr().isEmpty()) {
            return before;
        }
        return new PartitionImage(
                before.replicas(),
                before.directories(),
                before.isr(),
                List.of(),
                List.of(),
                before.removing(),
                before.adding(),
                before.leader(),
                before.leaderEpoch(),
                before.partitionEpoch() + 1,
                before.recovering());
    }

    private static List<Uuid> movedDirectories(
            PartitionImage before, PartitionChangeRecord record, List<Integer> replicas) {
        if (record.directories() != null && !record.directories().isEmpty()) {
            return List.copyOf(record.directories());
        }
        return record.replicas() == null
                ? before.directories()
                : replicas.stream().map(before::directory).toList();
    }

    private static List<Uuid> directories(@Nullable List<Uuid> said, int replicas) {
        return said == null || said.isEmpty() ? Collections.nCopies(replicas, MIGRATING) : List.copyOf(said);
    }

    private static List<Integer> orEmpty(@Nullable List<Integer> ids) {
        return ids == null ? List.of() : List.copyOf(ids);
    }

    private static List<Integer> orBefore(@Nullable List<Integer> ids, List<Integer> before) {
        return ids == null ? before : List.copyOf(ids);
    }
}
