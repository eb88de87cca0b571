package org.apache.kafka.raft;

import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.OptionalInt;
import java.util.Random;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.feature.SupportedVersionRange;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.internals.LogContext;
import org.apache.kafka.raft.internals.BatchMemoryPool;
import org.apache.kafka.server.common.serialization.RecordSerde;

/// The way to the one constructor of Kafka's Raft client (KRaft 4.4.0) that takes all of the outside world as
/// parameters, queue and chance included; it is package-private, which is why this class lies here.
public final class RaftClients {
    private static final int KEPT_BATCH_BUFFERS = 5;
    /// How long a leader keeps a fetch that finds nothing new.
    private static final int FETCH_WAIT_MS = 500;

    private RaftClients() {}

    /// Who the node is.
    ///
    /// @param canVote false for a node that only follows
    /// @param seeds where other voters may be
    /// @param endpoints where this one can be reached
    public record Self(
            int nodeId,
            Uuid directoryId,
            String clusterId,
            boolean canVote,
            Collection<InetSocketAddress> seeds,
            Endpoints endpoints) {}

    /// What surrounds it.
    ///
    /// @param queue what the client's thread waits at
    /// @param random for the time-outs of elections
    public record Outside(
            NetworkChannel channel,
            RaftLog log,
            RaftMessageQueue queue,
            Time time,
            ExpirationService expirations,
            Random random) {}

    /// A client that was not initialized yet.
    ///
    /// @param versions the levels of `kraft.version` that this software knows
    public static <T> KafkaRaftClient<T> of(
            Self self, Outside outside, RecordSerde<T> records, SupportedVersionRange versions, QuorumConfig config) {
        return new KafkaRaftClient<>(
                OptionalInt.of(self.nodeId),
                self.directoryId,
                records,
                outside.channel,
                outside.queue,
                outside.log,
                new BatchMemoryPool(KEPT_BATCH_BUFFERS, KafkaRaftClient.MAX_BATCH_SIZE_BYTES),
                outside.time,
                outside.expirations,
                FETCH_WAIT_MS,
                self.canVote,
                self.clusterId,
                self.seeds,
                self.endpoints,
                versions,
                new LogContext("[raft " + self.nodeId + "] "),
                outside.random,
                config);
    }
}
