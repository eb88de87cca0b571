package io.kurier.coordinator;

/// What a batch in a coordinator's topic is.
public sealed interface BatchKind {
    /// Records that hold as soon as they are committed.
    record Plain() implements BatchKind {}

    /// Records that hold when their transaction commits.
    ///
    /// @param epoch of the producer
    record InTransaction(long producerId, short epoch) implements BatchKind {}

    /// The end of a transaction: a control batch without records of ours.
    ///
    /// @param epoch of the producer
    /// @param coordinatorEpoch of the transaction coordinator that decided it
    /// @param nextEpoch true if no record of the transaction has this epoch, but a smaller one (KIP-890, KIP-1228)
    record Marker(long producerId, short epoch, int coordinatorEpoch, boolean commit, boolean nextEpoch)
            implements BatchKind {}

    /// The usual kind.
    BatchKind PLAIN = new Plain();
}
