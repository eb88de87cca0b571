package io.kurier.coordinator.runtime;

/// Bounds for one shard.
///
/// @param maxBatchBytes of one write to the log
/// @param maxQueuedEvents that wait for the shard's thread; more are refused
public record RuntimeLimits(int maxBatchBytes, int maxQueuedEvents) {}
