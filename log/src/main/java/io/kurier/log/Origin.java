package io.kurier.log;

/// Who appends, and so what is checked and assigned.
public enum Origin {
    /// A producer: everything is checked, offsets and leader epoch are assigned.
    CLIENT,
    /// A coordinator of this node: may write control batches; offsets and leader epoch are assigned.
    COORDINATOR,
    /// A copy of another replica's log, or of the Raft log: offsets and epochs are there already and must continue this
    /// log.
    REPLICA
}
