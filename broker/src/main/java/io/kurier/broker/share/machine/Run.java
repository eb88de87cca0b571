package io.kurier.broker.share.machine;

import io.kurier.broker.share.machine.RecordState.Settling;
import org.jspecify.annotations.Nullable;

/// Neighbouring offsets with the same fate, last one included.
///
/// @param deliveries how often they have been delivered
record Run(long first, long last, int deliveries, RecordState state) {
    long size() {
        return last - first + 1;
    }

    /// Offsets at which there is no record.
    boolean isGap() {
        return deliveries == 0 && state == RecordState.Plain.ARCHIVED;
    }

    /// What this write makes of it; null if it is none of that write.
    @Nullable
    Settling settlingIn(long write) {
        return state instanceof Settling settling && settling.write() == write ? settling : null;
    }

    boolean continues(Run before) {
        return before.last + 1 == first && before.deliveries == deliveries && before.state.equals(state);
    }

    Run as(RecordState other) {
        return new Run(first, last, deliveries, other);
    }

    Run within(long from, long to) {
        return new Run(Math.max(first, from), Math.min(last, to), deliveries, state);
    }
}
