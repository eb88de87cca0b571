package io.kurier.broker.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.kernel.Network;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Many connections at once that send, pause, break off and hold their frames, with little memory for all: what arrives
/// is a prefix of what was sent, in order, and in the end nothing is left.
class StormTest {
    private static final int CONNECTIONS = 24;
    private static final int FRAMES = 60;

    /// What one connection sends: frame `i` is filled with bytes that follow from the connection and `i`.
    private static byte[] frame(int connection, int number) {
        SplittableRandom random = new SplittableRandom(connection * 1_000L + number);
        int length = 8 + (random.nextInt(6) == 0 ? random.nextInt(700_000) : random.nextInt(5_000));
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        ByteBuffer.wrap(bytes).putInt(0, connection).putInt(4, number);
        return bytes;
    }

    static List<NetworkSettings> settings() {
        return ReceivingTest.settings()
                .map(s -> s.withEventLoops(2).withFrameMemoryBytes(400_000).withMaxFrameBytes(1 << 20))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void whatArrivesIsWhatWasSent(NetworkSettings settings) throws Exception {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        long seed = 20261121;
        Map<Integer, AtomicInteger> next = new ConcurrentHashMap<>();
        List<String> wrong = new ArrayList<>();
        Random shared = new Random(seed); // java.util.Random may be used by several threads
        try (ExecutorService others = Executors.newFixedThreadPool(4);
                TestServer server = new TestServer(settings, (connection, frame) -> {
                    others.execute(() -> {
                        check(frame, next, wrong);
                        frame.release();
                    });
                    if (shared.nextInt(4) == 0) {
                        connection.pauseReading(true);
                        others.execute(() -> connection.executor().execute(() -> connection.pauseReading(false)));
                    }
                    connection.send(List.of(new Network.Bytes(ByteBuffer.allocate(shared.nextInt(3000)))));
                });
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> sent = new ArrayList<>();
            for (int c = 0; c < CONNECTIONS; c++) {
                int connection = c;
                sent.add(clients.submit(() -> client(server, connection, seed)));
            }
            for (int c = 0; c < CONNECTIONS; c++) {
                int whole = sent.get(c).get();
                AtomicInteger arrived = counter(next, c);
                if (whole == FRAMES) {
                    TestServer.await("all of connection " + c, () -> arrived.get() == FRAMES);
                }
                assertThat(arrived.get()).as("connection %d, seed %d", c, seed).isLessThanOrEqualTo(whole);
            }
        }
        assertThat(wrong).as("seed %d", seed).isEmpty();
    }

    private static AtomicInteger counter(Map<Integer, AtomicInteger> all, int connection) {
        return all.computeIfAbsent(connection, c -> new AtomicInteger());
    }

    private static void check(Network.Frame frame, Map<Integer, AtomicInteger> next, List<String> wrong) {
        byte[] bytes = TestServer.bytes(frame);
        int connection = ByteBuffer.wrap(bytes).getInt(0);
        int number = ByteBuffer.wrap(bytes).getInt(4);
        boolean same = Arrays.equals(bytes, frame(connection, number));
        counter(next, connection).incrementAndGet();
        if (!same) {
            synchronized (wrong) {
                wrong.add("frame " + number + " of connection " + connection);
            }
        }
    }

    /// Sends the frames, and breaks off in one of four connections. Returns how many went out whole.
    private static int client(TestServer server, int connection, long seed) throws IOException {
        Random random = new Random(seed + connection);
        int breakAt = connection % 4 == 3 ? random.nextInt(FRAMES) : FRAMES;
        try (FrameSocket client = server.connect()) {
            Thread reader = Thread.startVirtualThread(() -> {
                try {
                    for (int i = 0; i < FRAMES; i++) {
                        client.receive();
                    }
                } catch (IOException e) {
                    // broken off
                }
            });
            for (int i = 0; i < FRAMES; i++) {
                byte[] whole = FrameSocket.framed(frame(connection, i));
                if (i == breakAt) {
                    client.sendRaw(Arrays.copyOf(whole, random.nextInt(whole.length)));
                    return i;
                }
                client.sendRaw(whole);
            }
            reader.join();
            return FRAMES;
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
