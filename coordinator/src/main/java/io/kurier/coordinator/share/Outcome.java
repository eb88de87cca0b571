package io.kurier.coordinator.share;

import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// What became of a request for one share partition.
///
/// @param message what is wrong and what to do; null if nothing is
/// @param state as it is now; null if there is none, or the request was refused
record Outcome(
        Errors error, @Nullable String message, @Nullable ShareState state) {
    static final Outcome DONE = new Outcome(Errors.NONE, null, null);

    static Outcome refused(Errors error, String message) {
        return new Outcome(error, message, null);
    }

    static Outcome refused(Errors error) {
        return new Outcome(error, error.message(), null);
    }

    static Outcome of(ShareState state) {
        return new Outcome(Errors.NONE, null, state);
    }
}
