package io.kurier.tests.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import io.kurier.testkit.NodeProcess;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Connections that do nothing, too little, or only ask, beside one that works.
@Timeout(120)
class SlowClientsIT {
    /// ApiVersions 0 with its length.
    private static final byte[] REQUEST = {0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, -1, -1};

    private static final int IDLE = Integer.getInteger("kurier.connections", 1_000);

    @TempDir
    Path folder;

    @Test
    void idleConnectionsCostLittleAndDisturbNobody() throws Exception {
        var idle = new ArrayList<Socket>();
        try (var node = NodeProcess.start(folder);
                var working = connect(node)) {
            long[] before = latencies(working, 3_000);
            long rssBefore = node.memoryKb("VmRSS");
            for (int i = 0; i < IDLE; i++) {
                idle.add(connect(node));
                ask(idle.getLast());
            }
            long[] beside = latencies(working, 3_000);
            System.out.printf(
                    "%,d idle connections: %d kB more resident memory, %.1f kB each; an answer takes p50 %d us, p99 %d us"
                            + " beside them; %d and %d before%n",
                    IDLE,
                    node.memoryKb("VmRSS") - rssBefore,
                    (node.memoryKb("VmRSS") - rssBefore) / (double) IDLE,
                    beside[1_500] / 1_000,
                    beside[2_970] / 1_000,
                    before[1_500] / 1_000,
                    before[2_970] / 1_000);
            assertThat(node.memoryKb("VmRSS") - rssBefore)
                    .as("kB of %d connections", IDLE)
                    .isLessThan(20_000 + 20L * IDLE);
            for (Socket socket : idle) {
                ask(socket); // each is still served
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    /// Half a frame and then silence, at each of its bytes. One that trickles is cut off by the frame's own deadline,
    /// which the broker's tests hold against a shorter one.
    @Test
    void connectionsThatNeverFinishAFrameAreClosed() throws Exception {
        var slow = new ArrayList<Socket>();
        try (var node = NodeProcess.start(folder, "connections.max.idle.ms=3000");
                var working = connect(node)) {
            for (int i = 0; i < 200; i++) {
                slow.add(connect(node));
                slow.getLast().getOutputStream().write(REQUEST, 0, i % REQUEST.length);
                ask(working);
            }
            Await.until(Duration.ofSeconds(60), "the end of all slow connections", () -> {
                slow.removeIf(socket -> {
                    ask(working); // or it would be idle as well
                    return isGone(socket);
                });
                return slow.isEmpty();
            });
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    /// Many requests, and nobody who takes the answers: the node stops reading, and closes after its write deadline.
    @Test
    void connectionsThatNeverReadAreHeldBack() throws Exception {
        var greedy = new ArrayList<Socket>();
        try (var node = NodeProcess.start(folder);
                var working = connect(node)) {
            byte[] many = new byte[REQUEST.length * 20_000];
            for (int i = 0; i < many.length; i++) {
                many[i] = REQUEST[i % REQUEST.length];
            }
            var threads = new ArrayList<Thread>();
            for (int i = 0; i < 20; i++) {
                Socket socket = connect(node);
                greedy.add(socket);
                threads.add(Thread.startVirtualThread(() -> {
                    try {
                        for (int times = 0; times < 50; times++) {
                            socket.getOutputStream().write(many);
                        }
                    } catch (IOException e) {
                        // held back until the test closes it, or closed by the node: as it should be
                    }
                }));
            }
            latencies(working, 2_000);
            assertThat(node.memoryKb("VmHWM") >> 10).as("resident megabytes").isLessThan(500);
            for (Socket socket : greedy) {
                socket.close();
            }
            for (Thread thread : threads) {
                thread.join();
            }
            ask(working);
        }
    }

    @Test
    void aStormOfConnectionsLeavesNothingBehind() throws Exception {
        try (var node = NodeProcess.start(folder)) {
            for (int i = 0; i < 3_000; i++) {
                try (var socket = connect(node)) {
                    socket.getOutputStream().write(REQUEST, 0, i % REQUEST.length);
                }
            }
            try (var working = connect(node)) {
                ask(working);
            }
            Await.until(Duration.ofSeconds(20), "the end of the connections", () -> openFiles(node) < 400);
        }
    }

    @Test
    void limitsOfConnectionsAreKept() throws Exception {
        var open = new ArrayList<Socket>();
        try (var node = NodeProcess.start(folder, "max.connections.per.ip=10")) {
            Await.until(Duration.ofSeconds(20), "the tenth connection and no other", () -> {
                try {
                    Socket socket = connect(node);
                    if (answers(socket)) {
                        open.add(socket);
                    }
                } catch (IOException refused) {
                    return open.size() == 10;
                }
                return open.size() >= 10;
            });
            assertThat(answers(connect(node)))
                    .as("an eleventh connection is served")
                    .isFalse();
            open.removeLast().close();
            Await.until(Duration.ofSeconds(20), "room for another", () -> {
                try {
                    return answers(connect(node));
                } catch (IOException e) {
                    return false;
                }
            });
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    /// Fails where the kernel's queue of the port is full: then a connection waits for a second.
    private static Socket connect(NodeProcess node) throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), node.port()), 900);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static long openFiles(NodeProcess node) {
        try (var files = Files.list(Path.of("/proc", Long.toString(node.pid()), "fd"))) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean answers(Socket socket) {
        try {
            askOnce(socket);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static void ask(Socket socket) {
        try {
            askOnce(socket);
        } catch (IOException e) {
            throw new AssertionError("a connection that works is not served", e);
        }
    }

    private static void askOnce(Socket socket) throws IOException {
        socket.getOutputStream().write(REQUEST);
        var in = new DataInputStream(socket.getInputStream());
        in.skipNBytes(in.readInt());
    }

    /// Whether the node has ended the connection.
    private static boolean isGone(Socket socket) {
        try {
            socket.setSoTimeout(1);
            return socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /// Nanoseconds of so many requests one after the other, sorted.
    private static long[] latencies(Socket socket, int count) {
        long[] took = new long[count];
        for (int i = 0; i < count; i++) {
            long startNs = System.nanoTime();
            ask(socket);
            took[i] = System.nanoTime() - startNs;
        }
        Arrays.sort(took);
        return took;
    }
}
