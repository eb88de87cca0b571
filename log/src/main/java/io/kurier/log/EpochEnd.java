package io.kurier.log;

/// Where a leader's epoch ended in a log (KIP-279).
///
/// @param leaderEpoch the largest epoch at or below the one asked for, -1 if there is none
/// @param endOffset the offset behind its last record, -1 if there is none
public record EpochEnd(int leaderEpoch, long endOffset) {
    /// Nothing is known about that epoch.
    public static final EpochEnd UNKNOWN = new EpochEnd(-1, -1);
}
