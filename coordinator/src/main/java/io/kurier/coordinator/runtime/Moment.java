package io.kurier.coordinator.runtime;

/// When an event happens, by both clocks.
///
/// @param nowMs milliseconds since an arbitrary origin, never going back: for sessions and timeouts
/// @param wallMs milliseconds since the epoch: for timestamps that are stored or shown
public record Moment(long nowMs, long wallMs) {}
