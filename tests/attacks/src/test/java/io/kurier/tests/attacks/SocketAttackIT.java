package io.kurier.tests.attacks;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.NodeProcess;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same frames as in [InsideAttackIT], over sockets to a node in a process of its own with 256 MB of heap.
class SocketAttackIT {
    private static final long SEED = Long.getLong("kurier.seed", 1);
    private static final long FRAMES = Long.getLong("kurier.frames", 15_000);
    private static final int CLIENTS = 16;
    private static final int IMPATIENT_MS = 300;
    private static final int HANG_MS = 30_000;

    @TempDir
    static Path folder;

    private final Frames frames = new Frames(SEED);
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong closed = new AtomicLong();
    private final AtomicLong abandoned = new AtomicLong();

    @Test
    void nothingBreaksANode() throws Exception {
        try (var node = NodeProcess.start(NodeProcess.program("-XX:+ExitOnOutOfMemoryError"), folder);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var witness = new Witness(node.bootstrapServers());
            witness.write();
            long startNs = System.nanoTime();
            List<Future<?>> clients = IntStream.range(0, CLIENTS)
                    .<Future<?>>mapToObj(client -> threads.submit(() -> {
                        attack(node.port(), client);
                        return null;
                    }))
                    .toList();
            for (Future<?> client : clients) {
                client.get();
            }
            double seconds = (System.nanoTime() - startNs) / 1e9;
            System.out.printf(
                    "sockets, seed %d: %,d frames in %.0f s, %,.0f a second; answered %,d, closed %,d, left waiting %,d;"
                            + " resident memory of the node at most %d MB%n",
                    SEED,
                    FRAMES,
                    seconds,
                    FRAMES / seconds,
                    answered.get(),
                    closed.get(),
                    abandoned.get(),
                    node.memoryKb("VmHWM") >> 10);
            assertThat(node.isAlive()).isTrue();
            witness.check();
            witness.write();
            witness.check();
            assertThat(node.output()).doesNotContain(" ERROR ");
            assertThat(node.memoryKb("VmHWM") >> 10).as("resident megabytes").isLessThan(900);
        }
    }

    private void attack(int port, int client) throws IOException {
        Socket socket = null;
        for (long number = client; number < FRAMES; number += CLIENTS) {
            byte[] frame = frames.frame(number);
            if (socket == null) {
                socket = new Socket(InetAddress.getLoopbackAddress(), port);
                socket.setTcpNoDelay(true);
            }
            if (!isAnswered(socket, frame, number)) {
                socket.close();
                socket = null;
            }
        }
        if (socket != null) {
            socket.close();
        }
    }

    /// False if the connection is of no use any more.
    private boolean isAnswered(Socket socket, byte[] frame, long number) throws IOException {
        int key = frame.length < 2 ? -1 : ByteBuffer.wrap(frame).getShort();
        boolean mayWait = InsideAttackIT.mayWait(key);
        try {
            socket.setSoTimeout(mayWait ? IMPATIENT_MS : HANG_MS);
            socket.getOutputStream()
                    .write(ByteBuffer.allocate(4 + frame.length)
                            .putInt(frame.length)
                            .put(frame)
                            .array());
            var in = new DataInputStream(socket.getInputStream());
            in.skipNBytes(in.readInt());
            answered.incrementAndGet();
            return true;
        } catch (SocketTimeoutException e) {
            if (!mayWait) {
                throw new AssertionError(
                        "frame " + number + " of seed " + SEED + " (" + ApiKeys.forId(key)
                                + ") was neither answered nor was its connection closed",
                        e);
            }
            abandoned.incrementAndGet();
            return false;
        } catch (IOException e) {
            closed.incrementAndGet();
            return false;
        }
    }
}
