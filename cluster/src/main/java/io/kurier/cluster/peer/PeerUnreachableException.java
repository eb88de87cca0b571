package io.kurier.cluster.peer;

import org.apache.kafka.common.errors.NetworkException;

/// A request that never left this node, so that it may be repeated without harm.
public final class PeerUnreachableException extends NetworkException {
    private static final long serialVersionUID = 1L;

    PeerUnreachableException(String message) {
        super(message);
    }
}
