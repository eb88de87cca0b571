package io.kurier.cluster.peer;

import io.kurier.kernel.Network;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// A network on which the test plays the other node: it accepts or refuses attempts to connect, reads what was sent,
/// and delivers answers.
final class ScriptedNetwork implements Network {
    record Attempt(InetSocketAddress address, Outgoing limits, Acceptor opened, Consumer<IOException> failed) {
        Far accept() {
            Far far = new Far();
            far.receiver = opened.accept(far);
            return far;
        }

        void refuse() {
            failed.accept(new IOException("Cannot connect to " + address + ": refused"));
        }
    }

    final Deque<Attempt> attempts = new ArrayDeque<>();
    int unreleased;

    @Override
    public Listening listen(InetSocketAddress address, Acceptor acceptor) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void connect(InetSocketAddress address, Outgoing limits, Acceptor opened, Consumer<IOException> failed) {
        attempts.add(new Attempt(address, limits, opened, failed));
    }

    Frame frame(ByteBuffer bytes) {
        unreleased++;
        return new Frame() {
            private boolean released;

            @Override
            public ByteBuffer bytes() {
                return bytes;
            }

            @Override
            public void release() {
                if (released) {
                    throw new IllegalStateException("released twice");
                }
                released = true;
                unreleased--;
            }
        };
    }

    /// The other end of a connection.
    static final class Far implements Connection {
        FrameReceiver receiver;
        final List<ByteBuffer> sent = new ArrayList<>();
        boolean closed;

        @Override
        public InetSocketAddress local() {
            return new InetSocketAddress("127.0.0.1", 1);
        }

        @Override
        public InetSocketAddress remote() {
            return new InetSocketAddress("127.0.0.1", 2);
        }

        @Override
        public Executor executor() {
            return Runnable::run;
        }

        @Override
        public void send(List<Part> parts) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (Part part : parts) {
                ByteBuffer bytes = ((Bytes) part).buffer().duplicate();
                while (bytes.hasRemaining()) {
                    all.write(bytes.get());
                }
            }
            sent.add(ByteBuffer.wrap(all.toByteArray()));
        }

        @Override
        public void pauseReading(boolean paused) {}

        /// Closed by either end: the receiver is told.
        @Override
        public void close() {
            if (!closed) {
                closed = true;
                receiver.closed();
            }
        }
    }
}
