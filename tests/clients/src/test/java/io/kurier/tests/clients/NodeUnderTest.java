package io.kurier.tests.clients;

import io.kurier.server.Kurier;

/// The node that a test talks to: an embedded one of its own, or the one that `-Dkurier.bootstrap=HOST:PORT` names
/// (to hold the tests themselves against Apache Kafka).
///
/// @param bootstrapServers where it serves
/// @param stop how to stop it
record NodeUnderTest(String bootstrapServers, Runnable stop) implements AutoCloseable {
    static NodeUnderTest start() {
        String other = System.getProperty("kurier.bootstrap");
        if (other != null) {
            return new NodeUnderTest(other, () -> {});
        }
        Kurier node = Kurier.start();
        return new NodeUnderTest(node.bootstrapServers(), node::close);
    }

    @Override
    public void close() {
        stop.run();
    }
}
