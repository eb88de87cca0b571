package io.kurier.protocol;

import org.jspecify.annotations.Nullable;

/// Bytes from another node that are no answer to what it was asked.
public final class MalformedResponseException extends Exception {
    MalformedResponseException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
