package io.kurier.cluster.raft;

import io.kurier.cluster.config.QuorumMembers;
import io.kurier.cluster.config.QuorumSettings;
import io.kurier.cluster.image.Endpoint;
import org.apache.kafka.common.Uuid;

/// What the consensus engine must know about this node.
///
/// @param nodeId this voter's id
/// @param clusterId the cluster's identity
/// @param directoryId the identity of the data directory that holds the metadata log; together with the id it names the
///     voter
/// @param listener where other voters reach this one; its name is the controller listener's name
/// @param members where to ask for the quorum's leader, and who votes; a node without either begins a cluster of its
///     own if it has no log
/// @param timeouts when it takes a leader or a request for lost
public record RaftSettings(
        int nodeId,
        String clusterId,
        Uuid directoryId,
        Endpoint listener,
        QuorumMembers members,
        QuorumSettings.Timeouts timeouts) {
    /// Segments of 16 MiB, because they are deleted whole behind a snapshot.
    static final int SEGMENT_BYTES = 16 << 20;
}
