package io.kurier.protocol;

/// A frame that is no request of this protocol. There is no answer to it: the connection is closed.
public final class MalformedRequestException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedRequestException(String message) {
        super(message);
    }

    public MalformedRequestException(String message, Throwable cause) {
        super(message, cause);
    }
}
