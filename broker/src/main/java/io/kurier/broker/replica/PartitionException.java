package io.kurier.broker.replica;

import org.apache.kafka.common.protocol.Errors;

/// A partition that cannot serve a request, with the error to answer. It has no stack trace: it is an answer, not a
/// defect.
public final class PartitionException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Errors error;

    public PartitionException(Errors error, String message) {
        super(message, null, false, false);
        this.error = error;
    }

    /// What to answer.
    public Errors error() {
        return error;
    }
}
