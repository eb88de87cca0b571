package io.kurier.cluster.peer;

import io.kurier.kernel.Network.Connection;
import io.kurier.kernel.Network.Frame;
import io.kurier.kernel.Network.FrameReceiver;
import io.kurier.kernel.World;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.DisconnectException;

/// A connection on which nothing is said, to see whether the other node keeps it open.
final class Knock implements FrameReceiver {
    /// A process that is ending closes what it, or the operating system for it, has just accepted.
    private static final long HELD_NS = TimeUnit.MILLISECONDS.toNanos(50);

    private final CompletableFuture<Void> open;

    /// @param open completes when the connection was held for a while, and fails with a `DisconnectException` if the
    ///     other node closed it before
    Knock(World world, Connection connection, CompletableFuture<Void> open) {
        this.open = open;
        world.timers().after(HELD_NS, () -> {
            open.complete(null);
            connection.close();
        });
    }

    @Override
    public void received(Frame frame) {
        frame.release();
    }

    @Override
    public void closed() {
        open.completeExceptionally(new DisconnectException("The connection was closed at once"));
    }
}
