package io.kurier.protocol.telemetry;

/// Pushed metrics that cannot be read: cut short, not in the codec or the format that they claim, or beyond a bound.
public final class InvalidTelemetryException extends Exception {
    private static final long serialVersionUID = 1L;

    /// @param message for the log
    public InvalidTelemetryException(String message) {
        super(message);
    }
}
