package io.kurier.broker.share.dead;

/// Dead letters cannot be written now; the message says why, and what to do.
final class DeadLetterException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DeadLetterException(String message) {
        super(message);
    }
}
