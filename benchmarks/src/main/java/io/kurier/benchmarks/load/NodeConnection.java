package io.kurier.benchmarks.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/// One plain, blocking connection to a node on this machine. One thread may send while another receives.
final class NodeConnection implements AutoCloseable {
    private static final int FIRST_BUFFER_BYTES = 64 << 10;
    private static final int MAX_FRAME_BYTES = 128 << 20;

    private final SocketChannel channel;
    private ByteBuffer received = ByteBuffer.allocateDirect(FIRST_BUFFER_BYTES).limit(0);

    NodeConnection(int port) throws IOException {
        channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// Sends a frame from its beginning; leaves its position and limit as they were.
    void send(ByteBuffer frame) throws IOException {
        ByteBuffer view = frame.duplicate();
        while (view.hasRemaining()) {
            channel.write(view);
        }
    }

    /// The next answer from its correlation id to its end. Valid until the next call.
    ByteBuffer receive() throws IOException {
        fill(4);
        int length = received.getInt();
        if (length < 4 || length > MAX_FRAME_BYTES) {
            throw new IOException("an answer of " + length + " bytes");
        }
        fill(length);
        ByteBuffer answer = received.slice(received.position(), length);
        received.position(received.position() + length);
        return answer;
    }

    private void fill(int bytes) throws IOException {
        if (received.remaining() >= bytes) {
            return;
        }
        if (received.capacity() < bytes) {
            received = ByteBuffer.allocateDirect(Integer.highestOneBit(bytes) * 2)
                    .put(received)
                    .flip();
        }
        received.compact();
        while (received.position() < bytes) {
            if (channel.read(received) < 0) {
                throw new EOFException("the node closed the connection");
            }
        }
        received.flip();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
