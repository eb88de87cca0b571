package io.kurier.cluster.raft;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.raft.Endpoints;
import org.apache.kafka.raft.KafkaRaftClient;
import org.apache.kafka.raft.ReplicaKey;
import org.apache.kafka.raft.VoterSet;
import org.apache.kafka.raft.internals.BatchMemoryPool;
import org.apache.kafka.server.common.KRaftVersion;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.RawSnapshotWriter;
import org.apache.kafka.snapshot.RecordsSnapshotWriter;

/// The snapshot that a new cluster begins with, before its first record: `kraft.version` 1 and its voters, most
/// often this node alone (KIP-853). With it the quorum can grow later without a new format.
final class FirstCheckpoint {
    static final OffsetAndEpoch BEFORE_EVERYTHING = new OffsetAndEpoch(0, 0);

    private FirstCheckpoint() {}

    /// Writes it if there is none, with this node as the only voter.
    static void write(MetadataLog log, RaftSettings settings, Endpoints endpoints, Time time) {
        Optional<RawSnapshotWriter> raw = log.createNewSnapshotUnchecked(BEFORE_EVERYTHING);
        if (raw.isPresent()) {
            VoterSet.VoterNode self = VoterSet.VoterNode.of(
                    ReplicaKey.of(settings.nodeId(), settings.directoryId()),
                    endpoints,
                    RaftEngine.supportedKRaftVersions());
            write(raw.get(), VoterSet.fromMap(Map.of(settings.nodeId(), self)), time);
        }
    }

    /// Writes it with any voters.
    static void write(RawSnapshotWriter raw, VoterSet voters, Time time) {
        try (RecordsSnapshotWriter<?> writer = new RecordsSnapshotWriter.Builder()
                .setLastContainedLogTimestamp(time.milliseconds())
                .setCompression(Compression.NONE)
                .setTime(time)
                .setMaxBatchSizeBytes(KafkaRaftClient.MAX_BATCH_SIZE_BYTES)
                .setMemoryPool(new BatchMemoryPool(1, KafkaRaftClient.MAX_BATCH_SIZE_BYTES))
                .setRawSnapshotWriter(raw)
                .setKraftVersion(KRaftVersion.KRAFT_VERSION_1)
                .setVoterSet(Optional.of(voters))
                .build(new RecordFrames())) {
            writer.freeze();
        }
    }
}
