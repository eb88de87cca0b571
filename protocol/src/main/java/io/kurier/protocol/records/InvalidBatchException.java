package io.kurier.protocol.records;

import org.apache.kafka.common.protocol.Errors;

/// A batch that must not enter a log, with the protocol's error for it and a sentence for people.
public final class InvalidBatchException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Errors error;

    public InvalidBatchException(Errors error, String message) {
        super(message);
        this.error = error;
    }

    /// What to answer.
    public Errors error() {
        return error;
    }
}
