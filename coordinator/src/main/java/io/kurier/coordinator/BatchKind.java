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
    record Marker(long producerId, short epoch, int coordinatorEpoch, boolean commit) implements BatchKind {}

    /// The usual kind.
    BatchKind PLAIN = new Plain();
}
