package io.kurier.cluster.peer;

import org.apache.kafka.common.protocol.ApiMessage;

/// An answer of a peer. Whoever gets it closes it once, on any thread.
///
/// @param message the answer's generated class; records in it are views of the received frame and end with it
/// @param release gives the frame's memory back
public record PeerAnswer(ApiMessage message, Runnable release) implements AutoCloseable {
    /// Gives the memory back.
    @Override
    public void close() {
        release.run();
    }
}
