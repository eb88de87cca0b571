package io.kurier.cluster.raft;

import io.kurier.cluster.config.QuorumMembers;
import io.kurier.cluster.config.QuorumSettings;
import io.kurier.cluster.image.Endpoint;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.raft.QuorumConfig;

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

    /// What the engine is told.
    QuorumConfig quorumConfig() {
        Map<String, Object> values = new HashMap<>();
        values.put(QuorumConfig.QUORUM_ELECTION_TIMEOUT_MS_CONFIG, timeouts.electionMs());
        values.put(QuorumConfig.QUORUM_ELECTION_BACKOFF_MAX_MS_CONFIG, timeouts.electionBackoffMaxMs());
        values.put(QuorumConfig.QUORUM_FETCH_TIMEOUT_MS_CONFIG, timeouts.fetchMs());
        values.put(QuorumConfig.QUORUM_REQUEST_TIMEOUT_MS_CONFIG, timeouts.requestMs());
        values.put(QuorumConfig.QUORUM_LINGER_MS_CONFIG, 0);
        return new QuorumConfig(new AbstractConfig(QuorumConfig.CONFIG_DEF, values, false));
    }
}
