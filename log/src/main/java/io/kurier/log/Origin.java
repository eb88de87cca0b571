package io.kurier.log;

/// Who appends, and so what is checked and assigned.
public enum Origin {
    /// A producer: everything is checked, offsets and leader epoch are assigned.
    CLIENT,
    /// A coordinator of this node: may write control batches; offsets and leader epoch are assigned.
    COORDINATOR,
    /// A transaction coordinator, by this node: a marker whose epoch no record of its transaction has (KIP-890).
    NEXT_EPOCH_MARKER,
    /// A copy of another replica's log, or of the Raft log: offsets and epochs are there already and must continue this
    /// log.
    REPLICA,
    /// A copy of this partition's log in another directory of this node: as `REPLICA`, and gaps may stay as they are,
    /// because nobody reads the copy before it is whole.
    MOVE;

    /// True if the batches have their offsets and leader epochs already.
    public boolean isCopy() {
        return this == REPLICA || this == MOVE;
    }
}
