package io.kurier.cli.shell;

/// A command was asked wrongly. The message says what is wrong, for people.
public final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /// The command ends with its exit code for wrong use and this message.
    public UsageException(String message) {
        super(message);
    }
}
