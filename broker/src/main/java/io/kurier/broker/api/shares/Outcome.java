package io.kurier.broker.api.shares;

import io.kurier.broker.replica.PartitionException;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// What became of what a member said of the records of one partition.
///
/// @param error NONE if it counts
/// @param message null where the error says it all
record Outcome(Errors error, @Nullable String message) {
    static Outcome of(Errors error) {
        return new Outcome(error, error == Errors.NONE ? null : error.message());
    }

    static Outcome of(PartitionException refusal) {
        return new Outcome(refusal.error(), refusal.getMessage());
    }
}
