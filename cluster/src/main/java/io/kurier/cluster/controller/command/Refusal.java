package io.kurier.cluster.controller.command;

import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.protocol.Errors;

/// A part of a command that is refused, with the error to answer for that part. Other parts go on.
final class Refusal extends Exception {
    private final Errors error;

    /// `message` is for the one who sent the command: what is wrong, and what is allowed.
    Refusal(Errors error, String message) {
        super(message, null, false, false);
        this.error = error;
    }

    static Refusal of(ApiException e) {
        return new Refusal(Errors.forException(e), String.valueOf(e.getMessage()));
    }

    Errors error() {
        return error;
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
