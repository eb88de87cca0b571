package io.kurier.coordinator;

import org.apache.kafka.common.protocol.Errors;

/// A coordinator's partition cannot be read or written here and now.
public final class CoordinatorLogException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Errors error;

    /// @param error why, in the protocol's terms: NOT_LEADER_OR_FOLLOWER, KAFKA_STORAGE_ERROR, ...
    public CoordinatorLogException(Errors error, String message) {
        super(message);
        this.error = error;
    }

    /// @param error why, in the protocol's terms
    public CoordinatorLogException(Errors error, String message, Throwable cause) {
        super(message, cause);
        this.error = error;
    }

    /// Why, in the protocol's terms.
    public Errors error() {
        return error;
    }
}
