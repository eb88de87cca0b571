package io.kurier.benchmarks.node;

import java.io.IOException;
import java.io.Serial;

/// A step was given up at its limit of time.
public final class TookTooLongException extends IOException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final int seconds;

    /// @param seconds the limit
    public TookTooLongException(int seconds, Throwable cause) {
        super("took more than " + seconds + " s", cause);
        this.seconds = seconds;
    }

    /// The limit.
    public int seconds() {
        return seconds;
    }
}
