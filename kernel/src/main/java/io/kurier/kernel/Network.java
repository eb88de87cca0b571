package io.kurier.kernel;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// Connections that carry length-prefixed frames: those that others open to the node's listeners, and those that the
/// node opens to its peers.
public interface Network {
    /// Listens on an address (port 0: any free one) and calls `acceptor` for each connection, on its thread.
    ///
    /// @throws IOException if the address cannot be bound, with the reason
    Listening listen(InetSocketAddress address, Acceptor acceptor) throws IOException;

    /// Opens a connection to another node. Returns at once; then either `opened` is called once, on the connection's
    /// thread, as an [Acceptor] of an accepted connection is, or `failed` once, on any thread, with the reason: a
    /// `java.net.ConnectException` if the other machine says that nobody listens there. A connection that was opened is
    /// not closed for being idle.
    ///
    /// @param address where to; a host name that is not resolved yet is looked up, each time anew
    void connect(InetSocketAddress address, Outgoing limits, Acceptor opened, Consumer<IOException> failed);

    /// Limits of a connection that this node opens.
    ///
    /// @param maxFrameBytes longest frame that is taken from the other end; a longer one ends the connection
    /// @param timeoutMs how long the other end may take to accept
    record Outgoing(int maxFrameBytes, int timeoutMs) {}

    /// An open listener. Closing it closes its connections as well.
    interface Listening extends Closeable {
        /// The address that was bound, with the real port.
        InetSocketAddress address();

        @Override
        void close();
    }

    /// Makes the receiver of a new connection's frames.
    interface Acceptor {
        /// Called once a connection, on the connection's thread, before its first frame.
        FrameReceiver accept(Connection connection);
    }

    /// What a connection delivers to, always on the connection's own thread, in order.
    interface FrameReceiver {
        /// One whole frame, without its length prefix. The receiver owns it and must [Frame#release()] it once, on any
        /// thread.
        void received(Frame frame);

        /// The connection is gone; nothing follows.
        void closed();
    }

    /// A received frame.
    interface Frame {
        /// The bytes, readable from position to limit; not valid after [#release()].
        ByteBuffer bytes();

        /// Gives the memory back.
        void release();
    }

    /// One connection. All methods may be called from any thread.
    interface Connection {
        /// This end: the address that the client came by.
        InetSocketAddress local();

        /// The other end.
        InetSocketAddress remote();

        /// Runs tasks on the connection's thread, in order.
        Executor executor();

        /// Queues one frame: the parts in order, behind a length prefix that the network adds. Each part is released
        /// when it was sent or the connection is gone.
        void send(List<Part> parts);

        /// Stops and starts delivery of frames. Paused is a promise about frames that were not delivered yet: none is
        /// delivered before reading is resumed. Call on the connection's thread.
        void pauseReading(boolean paused);

        /// Closes the connection, dropping what was not sent.
        void close();
    }

    /// A piece of an outgoing frame.
    sealed interface Part {
        /// How many bytes it is.
        long length();

        /// Called once by the network when it does not need the part any more.
        void release();
    }

    /// Bytes in memory, from position to limit.
    record Bytes(ByteBuffer buffer) implements Part {
        @Override
        public long length() {
            return buffer.remaining();
        }

        @Override
        public void release() {}
    }

    /// A range of a file, sent without a copy where the network can. `onRelease` gives the file back to whom it
    /// belongs.
    record FileRange(DiskFile file, long position, long length, Runnable onRelease) implements Part {
        @Override
        public void release() {
            onRelease.run();
        }
    }
}
