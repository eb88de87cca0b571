package io.kurier.broker.replica.leader;

/// A follower that consumers could read from (KIP-392): it is in sync.
///
/// @param id the node
/// @param endOffset the first record that it does not have
/// @param caughtUpNs when it last had all that there was, by the monotonic clock
public record ReadCandidate(int id, long endOffset, long caughtUpNs) {}
