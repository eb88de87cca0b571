package io.kurier.cluster.config.definition;

/// A setting that is not known, or a value that it may not have. The message says what is allowed and is fit for a
/// client; it never holds the value of a secret.
public final class InvalidSettingException extends Exception {
    /// @param message what is wrong and what is allowed
    public InvalidSettingException(String message) {
        super(message);
    }
}
