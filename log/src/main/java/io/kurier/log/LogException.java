package io.kurier.log;

import org.apache.kafka.common.protocol.Errors;

/// A log that cannot do what it was asked for, with the protocol's error for it and a sentence for people.
public class LogException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Errors error;

    public LogException(Errors error, String message) {
        super(message);
        this.error = error;
    }

    public LogException(Errors error, String message, Throwable cause) {
        super(message, cause);
        this.error = error;
    }

    /// What to answer: `KAFKA_STORAGE_ERROR` when the disk is the reason.
    public Errors error() {
        return error;
    }
}
