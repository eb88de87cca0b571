package io.kurier.cluster.controller.command;

import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.protocol.Errors;

/// A part of a command that is refused, with the error to answer for that part. Other parts go on.
public final class Refusal extends Exception {
    private final Errors error;

    /// `message` is for the one who sent the command: what is wrong, and what is allowed.
    public Refusal(Errors error, String message) {
        super(message, null, false, false);
        this.error = error;
    }

    /// What another class of this cluster has refused.
    public static Refusal of(ApiException e) {
        return new Refusal(Errors.forException(e), String.valueOf(e.getMessage()));
    }

    /// The error to answer.
    public Errors error() {
        return error;
    }

    /// The message to answer.
    public String reason() {
        return String.valueOf(getMessage());
    }
}
