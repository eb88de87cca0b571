package io.kurier.broker.replica;

import io.kurier.log.PartitionLog;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;

/// A partition's records on this node as a consumer reads them, whether this node leads it or follows (KIP-392).
public interface ReadablePartition {
    /// Topic and number.
    TopicPartition name();

    /// The log behind it. Another may take its place, so it is not to be kept.
    PartitionLog log();

    /// The end of what is committed as far as this node knows, exclusive; a consumer reads below it.
    long highWatermark();

    /// The end of what a consumer at `read_committed` may read, exclusive.
    long lastStableOffset();

    /// @throws PartitionException if it cannot be read here, now or any more
    void checkOpen();

    /// @param claimed the leader epoch that a client believes in, negative for none
    /// @throws PartitionException FENCED_LEADER_EPOCH if the client is behind, UNKNOWN_LEADER_EPOCH if this node is
    void checkLeaderEpoch(int claimed);

    /// What is wrong with an offset that this log does not have.
    Errors missing(long offset);

    /// Runs `reader` after each advance of the high watermark and when it is not readable here any more, until it is
    /// taken out.
    void addReader(Runnable reader);

    /// Takes a reader out again.
    void removeReader(Runnable reader);
}
