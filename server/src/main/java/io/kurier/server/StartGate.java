package io.kurier.server;

import io.kurier.kernel.Network.Acceptor;
import io.kurier.kernel.Network.Connection;
import io.kurier.kernel.Network.Frame;
import io.kurier.kernel.Network.FrameReceiver;
import org.jspecify.annotations.Nullable;

/// Stands behind a listener while the node starts: the port is known and taken, and who comes too early is sent away,
/// so that clients try again instead of waiting.
final class StartGate implements Acceptor {
    private volatile @Nullable Acceptor behind;

    /// From now on connections go to `acceptor`.
    void open(Acceptor acceptor) {
        behind = acceptor;
    }

    @Override
    public FrameReceiver accept(Connection connection) {
        Acceptor acceptor = behind;
        if (acceptor != null) {
            return acceptor.accept(connection);
        }
        connection.close();
        return new FrameReceiver() {
            @Override
            public void received(Frame frame) {
                frame.release();
            }

            @Override
            public void closed() {}
        };
    }
}
