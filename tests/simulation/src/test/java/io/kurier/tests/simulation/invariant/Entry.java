package io.kurier.tests.simulation.invariant;

/// One batch of a log.
///
/// @param nextOffset behind its last record
/// @param leaderEpoch under which it was appended
/// @param crc over its content
public record Entry(long baseOffset, long nextOffset, int leaderEpoch, int crc) {}
