package io.kurier.broker.replica;

import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;

/// A partition that cannot serve a request, with the error to answer. It has no stack trace: it is an answer, not a
/// defect.
public final class PartitionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Errors error;

    public PartitionException(Errors error, String message) {
        super(message, null, false, false);
        this.error = error;
    }

    /// Compares a client's leader epoch with that of this node.
    ///
    /// @param claimed negative for none
    /// @throws PartitionException FENCED_LEADER_EPOCH if the client is behind, UNKNOWN_LEADER_EPOCH if this node is
    static void checkEpoch(TopicPartition name, int claimed, int known) {
        if (claimed >= 0 && claimed != known) {
            throw new PartitionException(
                    claimed < known ? Errors.FENCED_LEADER_EPOCH : Errors.UNKNOWN_LEADER_EPOCH,
                    "The leader epoch of " + name + " is " + known + ", not " + claimed);
        }
    }

    /// What to answer.
    public Errors error() {
        return error;
    }
}
