package io.kurier.cluster.peer;

/// What a connection to a peer is for. Answers come in the order of the requests, so that what may wait long at the
/// other end has a connection of its own.
public enum Lane {
    /// Elections and the metadata log.
    QUORUM,
    /// Commands for the controller, and heartbeats.
    COMMANDS,
    /// Records of partitions.
    RECORDS,
    /// Markers and verification of transactions.
    TRANSACTIONS
}
