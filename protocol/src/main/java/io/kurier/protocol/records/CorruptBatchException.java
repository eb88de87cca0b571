package io.kurier.protocol.records;

/// The records inside a batch cannot be read: bad compression, lengths that do not fit, or more bytes than the limit.
public final class CorruptBatchException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public CorruptBatchException(String message, Throwable cause) {
        super(message, cause);
    }
}
