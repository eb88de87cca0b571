package io.kurier.coordinator.share;

/// What became of neighbouring records, all of them alike.
///
/// @param deliveryState 0 available, 2 acknowledged, 4 archived (KIP-932); others are kept as they came
/// @param deliveryCount how often they were delivered
record StateBatch(long firstOffset, long lastOffset, byte deliveryState, short deliveryCount) {
    boolean isLike(StateBatch other) {
        return deliveryState == other.deliveryState && deliveryCount == other.deliveryCount;
    }

    StateBatch between(long first, long last) {
        return new StateBatch(first, last, deliveryState, deliveryCount);
    }
}
