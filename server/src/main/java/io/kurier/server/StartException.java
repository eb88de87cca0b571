package io.kurier.server;

/// A node cannot start; the message says why and what to do, in one or a few lines for people.
public final class StartException extends Exception {
    private static final long serialVersionUID = 1L;

    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
