package io.kurier.cli.shell;

/// A command could not do what it was asked. The message is one line for people: what is wrong, and what to do.
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// The command ends with exit code 1 and this message, without a stack trace.
    public Failure(String message) {
        super(message);
    }

    /// The same, keeping what led to it for those who ask for stack traces.
    public Failure(String message, Throwable cause) {
        super(message, cause);
    }
}
