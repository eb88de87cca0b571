package io.kurier.tests.transactions;

import io.kurier.tests.transactions.Faults.Decision;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// Stands between clients and one node and passes on Kafka's frames, some of them with [Faults]: late, twice, or not
/// answered. Each client connection has one of its own to the node, which may outlive it: what was sent before the
/// client gave up arrives all the same.
final class LateNetwork implements AutoCloseable {
    private static final int MAX_FRAME_BYTES = 10 << 20;
    /// Longer than clients wait for an answer.
    private static final long LONG_DELAY_MS = 2_500;
    private static final long LAST_ANSWERS_NS = 10_000_000_000L;

    private final ServerSocket server;
    private final Faults faults;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger copiesOnTheirWay = new AtomicInteger();
    private volatile int nodePort;

    LateNetwork(Faults faults) throws IOException {
        this.faults = faults;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofPlatform().daemon().name("late-network").start(this::accept);
    }

    /// Where clients find it; the node must advertise it.
    String address() {
        return "127.0.0.1:" + server.getLocalPort();
    }

    /// From now on clients reach the node at this port.
    void leadTo(int port) {
        nodePort = port;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> new Line(client).serve());
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private Socket connect() throws IOException {
        Socket node = new Socket("127.0.0.1", nodePort);
        node.setTcpNoDelay(true);
        open.add(node);
        return node;
    }

    private static byte[] read(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > MAX_FRAME_BYTES) {
            throw new IOException("a frame of " + length + " bytes");
        }
        byte[] frame = new byte[length];
        in.readFully(frame);
        return frame;
    }

    private static void write(Socket to, byte[] frame) throws IOException {
        to.getOutputStream()
                .write(ByteBuffer.allocate(4 + frame.length)
                        .putInt(frame.length)
                        .put(frame)
                        .array());
    }

    private static void pause(long ms) {
        LockSupport.parkNanos(ms * 1_000_000);
    }

    /// Sends a request on a connection of its own; nobody sees the answer.
    private void sendCopy(byte[] frame) {
        try (Socket node = connect()) {
            write(node, frame);
            read(new DataInputStream(node.getInputStream()));
            open.remove(node);
        } catch (IOException e) {
            // It is a copy: nobody waits for it.
        }
    }

    private void sendCopyLater(byte[] frame, long delayMs) {
        copiesOnTheirWay.incrementAndGet();
        Thread.ofVirtual().start(() -> {
            pause(delayMs);
            sendCopy(frame);
            copiesOnTheirWay.decrementAndGet();
        });
    }

    /// Whether everything that was to come late has come.
    boolean isQuiet() {
        return copiesOnTheirWay.get() == 0;
    }

    /// One client's connection, and its own to the node.
    private final class Line {
        private final Socket client;
        private final Set<Integer> unanswered = ConcurrentHashMap.newKeySet();
        private final AtomicInteger waiting = new AtomicInteger();

        Line(Socket client) {
            this.client = client;
            open.add(client);
        }

        void serve() {
            try (client;
                    Socket node = connect()) {
                client.setTcpNoDelay(true);
                Thread.ofVirtual().start(() -> answers(node));
                requests(node);
                awaitAnswers();
                open.remove(node);
            } catch (IOException e) {
                // The node or the test has ended.
            }
            open.remove(client);
        }

        private void requests(Socket node) throws IOException {
            DataInputStream in = new DataInputStream(client.getInputStream());
            boolean goesOn = true;
            while (goesOn) {
                byte[] frame;
                try {
                    frame = read(in);
                } catch (IOException e) {
                    return; // the client has gone; what it sent is on its way
                }
                goesOn = pass(frame, node);
            }
        }

        private boolean pass(byte[] frame, Socket node) throws IOException {
            ByteBuffer header = ByteBuffer.wrap(frame);
            Decision decision = faults.next(header.getShort(0), header.getShort(2), LONG_DELAY_MS);
            boolean goesOn = true;
            switch (decision.fault()) {
                case NONE -> {}
                case DELAYED -> pause(decision.delayMs());
                case ANSWER_LOST -> unanswered.add(header.getInt(4));
                case LATE -> {
                    client.close();
                    goesOn = false;
                    pause(decision.delayMs());
                }
                case TWICE -> sendCopyLater(frame, decision.delayMs());
                case TWICE_AT_ONCE -> sendCopy(frame);
            }
            waiting.incrementAndGet();
            write(node, frame);
            return goesOn;
        }

        private void answers(Socket node) {
            try {
                DataInputStream in = new DataInputStream(node.getInputStream());
                while (true) {
                    byte[] frame = read(in);
                    waiting.decrementAndGet();
                    if (unanswered.contains(ByteBuffer.wrap(frame).getInt())) {
                        client.close();
                    }
                    if (!client.isClosed()) {
                        writeToClient(frame);
                    }
                }
            } catch (IOException e) {
                close(client); // the node has closed, or this line
            }
        }

        private void writeToClient(byte[] frame) {
            try {
                write(client, frame);
            } catch (IOException e) {
                close(client); // it has gone; the node's answers go on to be taken
            }
        }

        private void awaitAnswers() {
            long deadlineNs = System.nanoTime() + LAST_ANSWERS_NS;
            while (waiting.get() > 0 && System.nanoTime() - deadlineNs < 0) {
                pause(5);
            }
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // as good as closed
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        open.forEach(LateNetwork::close);
    }
}
