package io.kurier.broker.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.network.NetworkSettings.Connections;
import io.kurier.broker.network.NetworkSettings.Deadlines;
import io.kurier.kernel.Network;
import io.netty.util.ResourceLeakDetector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a network makes of the bytes that clients send, good and bad.
class ReceivingTest {
    @BeforeAll
    static void watchForLeaks() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    static Stream<NetworkSettings> settings() {
        return Stream.of(Transport.values())
                .filter(Transport::isAvailable)
                .map(t -> NetworkSettings.defaults().withTransport(t).withEventLoops(1));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void framesSplitAtEveryByteArriveWhole(NetworkSettings settings) throws IOException {
        byte[] stream = {0, 0, 0, 5, 1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 0, 0, 2, 6, 7};
        try (TestServer server = TestServer.collecting(settings)) {
            for (int cut = 1; cut < stream.length; cut++) {
                try (FrameSocket client = server.connect()) {
                    client.sendRaw(Arrays.copyOf(stream, cut));
                    client.sendRaw(Arrays.copyOfRange(stream, cut, stream.length));
                    TestServer.await("three frames", () -> server.received.size() == 3);
                }
                assertThat(server.received).containsExactly(new byte[] {1, 2, 3, 4, 5}, new byte[0], new byte[] {6, 7});
                server.received.clear();
            }
            try (FrameSocket client = server.connect()) {
                for (byte one : stream) {
                    client.sendRaw(new byte[] {one});
                }
                TestServer.await("three frames", () -> server.received.size() == 3);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void framesOfAllSizesArriveIntactAndInOrder(NetworkSettings settings) throws IOException {
        long seed = 20260101;
        Random random = new Random(seed);
        int[] sizes = {0, 1, 3, 200, 2044, 2045, 8188, 65_531, 65_532, 65_533, 70_000, 131_072, 1 << 20, 3_000_001};
        List<byte[]> frames = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            byte[] frame = new byte[i % 10 == 0 ? sizes[random.nextInt(sizes.length)] : random.nextInt(3000)];
            random.nextBytes(frame);
            frames.add(frame);
        }
        try (TestServer server = TestServer.collecting(settings);
                FrameSocket client = server.connect()) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            for (byte[] frame : frames) {
                all.writeBytes(FrameSocket.framed(frame));
            }
            client.sendRaw(all.toByteArray());
            TestServer.await("all frames", () -> server.received.size() == frames.size());
            assertThat(server.received).as("seed %d", seed).containsExactlyElementsOf(frames);
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void anImpossibleLengthClosesTheConnectionAndNoOther(NetworkSettings settings) throws IOException {
        for (int length : new int[] {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, (100 << 20) + 1, 0x47455420}) {
            try (TestServer server = TestServer.collecting(settings);
                    FrameSocket good = server.connect();
                    FrameSocket bad = server.connect()) {
                good.send(new byte[] {1});
                bad.send(new byte[] {2});
                bad.sendLength(length);
                assertThat(bad.isClosedByPeer()).as("length %d", length).isTrue();
                good.send(new byte[] {3});
                TestServer.await("three good frames", () -> server.received.size() == 3);
                assertThat(server.connections).hasSize(2);
                TestServer.await("one end", () -> server.closed.size() == 1);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void aClaimOfALargeFrameTakesNoMemory(NetworkSettings settings) throws IOException {
        try (TestServer server = TestServer.collecting(settings)) {
            List<FrameSocket> clients = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                FrameSocket client = server.connect();
                clients.add(client);
                client.sendLength(100 << 20);
                client.sendRaw(new byte[10]);
            }
            TestServer.await("all began", () -> server.network.frameMemoryBytes() == 20L * FrameReader.TRUSTED_BYTES);
            assertThat(server.memory.metric().usedDirectMemory()).isLessThan(20L * 3 * FrameReader.TRUSTED_BYTES);
            FrameSocket busy = clients.getFirst();
            busy.sendRaw(new byte[3 << 20]);
            TestServer.await("what came is there", () -> server.network.frameMemoryBytes() >= 3 << 20);
            assertThat(server.memory.metric().usedDirectMemory()).isLessThan(12L << 20);
            for (FrameSocket client : clients) {
                client.close();
            }
            TestServer.await("cut frames are dropped", () -> server.network.frameMemoryBytes() == 0);
            assertThat(server.received).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void aLargeFrameIsReadIntoItsOwnBuffer(NetworkSettings settings) throws IOException {
        byte[] frame = new byte[1 << 20];
        new Random(5).nextBytes(frame);
        List<Network.Frame> held = new CopyOnWriteArrayList<>();
        try (TestServer server = new TestServer(settings, (connection, f) -> held.add(f));
                FrameSocket client = server.connect()) {
            for (int i = 1; i <= 4; i++) {
                int count = i;
                client.send(frame);
                TestServer.await("frame " + i, () -> held.size() == count);
                assertThat(TestServer.bytes(held.getLast())).isEqualTo(frame);
                assertThat(held.getLast().bytes().isDirect()).isTrue();
            }
            TestServer.await(
                    "nothing but the frames",
                    () -> server.memory.metric().usedDirectMemory() < (4 << 20) + (128 << 10));
            held.forEach(Network.Frame::release);
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void framesWaitForMemoryAndNoneIsLost(NetworkSettings settings) throws Exception {
        List<Network.Frame> held = new CopyOnWriteArrayList<>();
        NetworkSettings little = settings.withFrameMemoryBytes(1 << 20).withMaxFrameBytes(8 << 20);
        try (TestServer server = new TestServer(little, (connection, f) -> held.add(f))) {
            List<FrameSocket> clients = new ArrayList<>();
            List<Thread> senders = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                FrameSocket client = server.connect();
                clients.add(client);
                byte[] frame = new byte[3 << 20];
                Arrays.fill(frame, (byte) i);
                senders.add(Thread.startVirtualThread(() -> {
                    try {
                        client.send(frame);
                        client.send(frame);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }));
            }
            for (int done = 0; done < 12; done++) {
                TestServer.await("the next frame", () -> !held.isEmpty());
                assertThat(server.network.frameMemoryBytes()).isLessThanOrEqualTo((1L << 20) + 2 * (3L << 20));
                Network.Frame frame = held.removeFirst();
                assertThat(frame.bytes().remaining()).isEqualTo(3 << 20);
                assertThat(frame.bytes().get(0)).isEqualTo(frame.bytes().get((3 << 20) - 1));
                frame.release();
            }
            for (Thread sender : senders) {
                sender.join();
            }
            for (FrameSocket client : clients) {
                client.close();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void nothingIsDeliveredWhilePaused(NetworkSettings settings) throws IOException {
        TestServer[] self = new TestServer[1];
        try (TestServer server = new TestServer(settings, (connection, frame) -> {
            connection.pauseReading(true);
            self[0].keep(frame);
        })) {
            self[0] = server;
            try (FrameSocket client = server.connect()) {
                int frames = 100;
                ByteArrayOutputStream burst = new ByteArrayOutputStream();
                for (int i = 0; i < frames; i++) {
                    byte[] frame = new byte[i % 7 == 0 ? 100_000 : i];
                    Arrays.fill(frame, (byte) i);
                    burst.writeBytes(FrameSocket.framed(frame));
                }
                Thread sender = Thread.startVirtualThread(() -> {
                    try {
                        client.sendRaw(burst.toByteArray());
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
                for (int i = 1; i <= frames; i++) {
                    int count = i;
                    TestServer.await("frame " + i, () -> server.received.size() >= count);
                    Network.Connection connection = server.connections.getFirst();
                    onThread(connection, () -> assertThat(server.received).hasSize(count));
                    onThread(connection, () -> connection.pauseReading(false));
                }
                assertThat(sender).satisfies(Thread::join);
                assertThat(server.received).hasSize(frames);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void whatAClientSentBeforeItLeftIsDelivered(NetworkSettings settings) throws IOException {
        TestServer[] self = new TestServer[1];
        try (TestServer server = new TestServer(settings, (connection, frame) -> {
            connection.pauseReading(true);
            self[0].keep(frame);
            connection.send(List.of(new Network.Bytes(java.nio.ByteBuffer.allocate(10))));
            Thread.startVirtualThread(() -> connection.executor().execute(() -> connection.pauseReading(false)));
        })) {
            self[0] = server;
            try (FrameSocket client = server.connect()) {
                for (int i = 0; i < 100; i++) {
                    client.send(new byte[i * 100]);
                }
                client.socket.shutdownOutput();
                TestServer.await("all of it", () -> server.received.size() == 100);
            }
            TestServer.await("closed", () -> server.closed.size() == 1);
        }
    }

    private static void onThread(Network.Connection connection, Runnable task) {
        java.util.concurrent.CompletableFuture.runAsync(task, connection.executor())
                .join();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void aReceiverThatFailsLosesItsConnectionOnly(NetworkSettings settings) throws IOException {
        TestServer[] self = new TestServer[1];
        try (TestServer server = new TestServer(settings, (connection, frame) -> {
            byte first = frame.bytes().get(0);
            self[0].keep(frame);
            if (first == 13) {
                throw new IllegalStateException("a defect, as this test wants it");
            }
        })) {
            self[0] = server;
            try (FrameSocket good = server.connect();
                    FrameSocket bad = server.connect()) {
                bad.send(new byte[] {13});
                assertThat(bad.isClosedByPeer()).isTrue();
                good.send(new byte[] {1});
                TestServer.await("the other lives", () -> server.received.size() == 2);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void aFrameThatTricklesInIsCutOff(NetworkSettings settings) throws IOException {
        NetworkSettings impatient = settings.withDeadlines(new Deadlines(60_000, 150, 60_000));
        try (TestServer server = TestServer.collecting(impatient);
                FrameSocket slow = server.connect();
                FrameSocket idle = server.connect()) {
            slow.sendLength(1000);
            assertThat(slow.isClosedByPeer()).isTrue();
            idle.send(new byte[] {1});
            TestServer.await("an idle one is not cut off", () -> server.received.size() == 1);
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void anIdleConnectionIsClosed(NetworkSettings settings) throws IOException {
        try (TestServer server = TestServer.echoing(settings.withDeadlines(new Deadlines(200, 60_000, 60_000)));
                FrameSocket client = server.connect()) {
            client.send(new byte[] {1});
            assertThat(client.receive()).containsExactly(1);
            assertThat(client.isClosedByPeer()).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void connectionsBeyondTheLimitsAreRefused(NetworkSettings settings) throws IOException {
        for (Connections limits : List.of(new Connections(3, 100, 50), new Connections(100, 3, 50))) {
            try (TestServer server = TestServer.echoing(settings.withConnections(limits))) {
                List<FrameSocket> clients = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    FrameSocket client = server.connect();
                    client.send(new byte[] {7});
                    client.receive();
                    clients.add(client);
                }
                try (FrameSocket tooMany = server.connect()) {
                    assertThat(tooMany.isClosedByPeer()).isTrue();
                }
                clients.getFirst().close();
                TestServer.await("one left", () -> server.network.connections() == 2);
                try (FrameSocket another = server.connect()) {
                    another.send(new byte[] {8});
                    assertThat(another.receive()).containsExactly(8);
                }
            }
        }
    }
}
