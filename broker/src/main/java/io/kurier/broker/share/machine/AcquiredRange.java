package io.kurier.broker.share.machine;

/// Offsets that a member has acquired, last one included.
///
/// @param deliveries how often they have been delivered, this time included
public record AcquiredRange(long first, long last, int deliveries) {
    /// How many offsets.
    public long size() {
        return last - first + 1;
    }
}
