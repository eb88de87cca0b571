package io.kurier.cluster.raft;

import io.kurier.cluster.image.Endpoint;
import org.apache.kafka.common.Uuid;

/// What the consensus engine must know about this node.
///
/// @param nodeId this voter's id
/// @param clusterId the cluster's identity
/// @param directoryId the identity of the data directory that holds the metadata log; together with the id it names the
///     voter
/// @param listener where other voters reach this one; its name is the controller listener's name
/// @param electionTimeoutMs after how long without an answer a candidate tries again
///     (`controller.quorum.election.timeout.ms`)
/// @param fetchTimeoutMs after how long without a leader a follower becomes a candidate
///     (`controller.quorum.fetch.timeout.ms`)
/// @param requestTimeoutMs for one request to another voter (`controller.quorum.request.timeout.ms`)
/// @param segmentBytes how large a segment of the metadata log grows (`metadata.log.segment.bytes`)
public record RaftSettings(
        int nodeId,
        String clusterId,
        Uuid directoryId,
        Endpoint listener,
        int electionTimeoutMs,
        int fetchTimeoutMs,
        int requestTimeoutMs,
        int segmentBytes) {

    /// The defaults: 1 s and 2 s timeouts as in Kafka; segments of 16 MiB, because they are deleted whole behind a
    /// snapshot.
    public static RaftSettings of(int nodeId, String clusterId, Uuid directoryId, Endpoint listener) {
        return new RaftSettings(nodeId, clusterId, directoryId, listener, 1_000, 2_000, 2_000, 16 << 20);
    }
}
