package io.kurier.log;

import org.apache.kafka.common.protocol.Errors;

/// An offset before the log's start or behind its end.
public final class OffsetOutOfRangeException extends LogException {
    private static final long serialVersionUID = 1L;

    public OffsetOutOfRangeException(String message) {
        super(Errors.OFFSET_OUT_OF_RANGE, message);
    }
}
