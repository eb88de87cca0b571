package io.kurier.log;

/// A transaction that was aborted, as a consumer at `read_committed` must know it.
///
/// @param producerId who wrote it
/// @param firstOffset offset of its first record
/// @param lastOffset offset of its abort marker
/// @param lastStableOffset the last stable offset when the marker was written
public record AbortedTransaction(long producerId, long firstOffset, long lastOffset, long lastStableOffset) {}
