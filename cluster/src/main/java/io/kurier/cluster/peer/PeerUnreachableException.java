package io.kurier.cluster.peer;

import org.apache.kafka.common.errors.NetworkException;

/// A request that never left this node, so that it may be repeated without harm.
public final class PeerUnreachableException extends NetworkException {
    private static final long serialVersionUID = 1L;

    private final boolean refused;

    PeerUnreachableException(String message, boolean refused) {
        super(message);
        this.refused = refused;
    }

    /// True if the other machine answered that nobody listens there: the node's process is gone, or not there yet.
    public boolean isRefused() {
        return refused;
    }
}
