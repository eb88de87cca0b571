package io.kurier.tests.clients;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;

/// A plain socket to a node, to send it what no client sends.
final class RawConnection implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;
    private final Socket socket;
    private final DataInputStream in;

    RawConnection(String bootstrap) throws IOException {
        int colon = bootstrap.lastIndexOf(':');
        socket = new Socket(bootstrap.substring(0, colon), Integer.parseInt(bootstrap.substring(colon + 1)));
        socket.setSoTimeout(TIMEOUT_MS);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(socket.getInputStream());
    }

    RawConnection send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        return this;
    }

    /// The next answer without its length, from the correlation id on.
    ByteBuffer answer() throws IOException {
        byte[] frame = new byte[in.readInt()];
        in.readFully(frame);
        return ByteBuffer.wrap(frame);
    }

    ByteBuffer ask(WireBuffer request) throws IOException {
        return send(request.framed()).answer();
    }

    /// Whether the node closes the connection (without an answer) rather than keep it.
    boolean isClosedByNode() throws IOException {
        try {
            return in.read() < 0;
        } catch (SocketException reset) {
            return true;
        }
    }

    /// Ends our half and reads what the node still sends, until it ends the other half or is silent for a second
    /// (a request may by chance ask it to wait long).
    void drain() throws IOException {
        try {
            socket.setSoTimeout(1_000);
            socket.shutdownOutput();
            in.transferTo(OutputStream.nullOutputStream());
        } catch (SocketException | SocketTimeoutException over) {
            // Closed already, or still working on it: as good.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
