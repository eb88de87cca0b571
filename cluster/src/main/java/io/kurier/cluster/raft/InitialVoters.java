package io.kurier.cluster.raft;

import io.kurier.cluster.image.Endpoint;
import io.kurier.kernel.Clock;
import io.kurier.kernel.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.raft.Endpoints;
import org.apache.kafka.raft.ReplicaKey;
import org.apache.kafka.raft.VoterSet;

/// The voters that a cluster begins with, written down on the disk of each before its first start (KIP-853): what
/// `kafka-storage format --standalone` and `--initial-controllers` do.
public final class InitialVoters {
    private InitialVoters() {}

    /// One of them.
    ///
    /// @param directoryId of the directory that its metadata log is going to lie in
    /// @param listener where the others reach it, and the name of the controllers' listener
    public record Voter(int nodeId, Uuid directoryId, Endpoint listener) {}

    /// Writes them, durably.
    ///
    /// @param directory the data directory that the metadata log is going to lie in; it has none yet
    /// @throws IOException if the disk fails
    public static void write(Disk disk, Clock clock, Path directory, List<Voter> voters) throws IOException {
        Path folder = directory.resolve(RaftEngine.PARTITION.toString());
        disk.createDirectories(folder);
        try {
            FirstCheckpoint.write(
                    SnapshotStore.open(disk, folder).create(FirstCheckpoint.BEFORE_EVERYTHING),
                    voterSet(voters),
                    new RaftTime(clock));
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        disk.syncDirectory(directory);
    }

    private static VoterSet voterSet(List<Voter> voters) {
        Map<Integer, VoterSet.VoterNode> nodes = new HashMap<>();
        for (Voter voter : voters) {
            Endpoint at = voter.listener();
            nodes.put(
                    voter.nodeId(),
                    VoterSet.VoterNode.of(
                            ReplicaKey.of(voter.nodeId(), voter.directoryId()),
                            Endpoints.fromInetSocketAddresses(Map.of(
                                    ListenerName.normalised(at.listener()),
                                    InetSocketAddress.createUnresolved(at.host(), at.port()))),
                            RaftEngine.supportedKRaftVersions()));
        }
        return VoterSet.fromMap(nodes);
    }
}
