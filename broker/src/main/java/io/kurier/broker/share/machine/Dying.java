package io.kurier.broker.share.machine;

/// Offsets, last one included, whose records are to become dead letters (KIP-1191).
///
/// @param deliveries how often they were delivered
/// @param rejected true if a member has rejected them, false if they were delivered too often
public record Dying(long first, long last, int deliveries, boolean rejected) {}
