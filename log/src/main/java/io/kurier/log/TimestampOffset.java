package io.kurier.log;

/// A record found by time.
///
/// @param timestampMs its timestamp
/// @param offset its offset
/// @param leaderEpoch epoch of the leader that wrote it, -1 if unknown
public record TimestampOffset(long timestampMs, long offset, int leaderEpoch) {}
