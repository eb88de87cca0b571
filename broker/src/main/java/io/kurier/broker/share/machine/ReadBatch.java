package io.kurier.broker.share.machine;

/// A record batch as it was read from the log: its offsets, last one included.
///
/// @param delivered false for what no member is to see: markers, and records of aborted transactions
public record ReadBatch(long first, long last, boolean delivered) {}
