package io.kurier.broker.transaction;

/// What ends a producer's transaction in one partition.
///
/// @param epoch the producer's, as the coordinator has it now
/// @param coordinatorEpoch of the coordinator that decided it
/// @param nextEpoch true if no record of the transaction has this epoch, but a smaller one (KIP-890, KIP-1228)
public record Marker(long producerId, short epoch, int coordinatorEpoch, boolean commit, boolean nextEpoch) {}
