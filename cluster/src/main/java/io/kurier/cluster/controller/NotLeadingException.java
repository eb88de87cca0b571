package io.kurier.cluster.controller;

import org.apache.kafka.common.errors.NotControllerException;

/// This node does not lead, and has done nothing: the command may be given to whoever does.
public final class NotLeadingException extends NotControllerException {
    private static final long serialVersionUID = 1L;

    NotLeadingException(String message) {
        super(message);
    }
}
