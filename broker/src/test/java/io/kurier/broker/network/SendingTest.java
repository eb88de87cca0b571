package io.kurier.broker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.broker.network.NetworkSettings.Deadlines;
import io.kurier.kernel.Clock;
import io.kurier.kernel.Network;
import io.kurier.kernel.Network.Bytes;
import io.kurier.kernel.Network.Part;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What reaches clients of that which is sent, and who gets back what was lent for it.
class SendingTest {
    private static final byte[] CONTENT = new byte[5_000_000];

    @TempDir
    private Path folder;

    @BeforeAll
    static void prepare() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
        new Random(11).nextBytes(CONTENT);
    }

    static Stream<NetworkSettings> settings() {
        return ReceivingTest.settings();
    }

    static Stream<Arguments> settingsAndFiles() {
        return settings().flatMap(s -> Stream.of(Arguments.of(s, true), Arguments.of(s, false)));
    }

    @ParameterizedTest
    @MethodSource("settingsAndFiles")
    void framesOfBytesAndFilesArriveWholeAndInOrder(NetworkSettings settings, boolean channel) throws IOException {
        long seed = 4711;
        Random random = new Random(seed);
        TestFile file = new TestFile(folder.resolve("f"), CONTENT, channel);
        int frames = 120;
        List<byte[]> expected = new ArrayList<>();
        List<List<Part>> sent = new ArrayList<>();
        for (int i = 0; i < frames; i++) {
            List<Part> parts = new ArrayList<>();
            byte[] whole = new byte[0];
            for (int p = random.nextInt(5); p >= 0; p--) {
                int length = random.nextInt(4) == 0 ? random.nextInt(600_000) : random.nextInt(3000);
                int from = random.nextInt(CONTENT.length - length);
                whole = Arrays.copyOf(whole, whole.length + length);
                System.arraycopy(CONTENT, from, whole, whole.length - length, length);
                parts.add(
                        switch (random.nextInt(3)) {
                            case 0 -> file.range(from, length);
                            case 1 -> new Bytes(ByteBuffer.wrap(CONTENT, from, length));
                            default ->
                                new Bytes(ByteBuffer.allocateDirect(length)
                                        .put(CONTENT, from, length)
                                        .flip());
                        });
            }
            expected.add(whole);
            sent.add(parts);
        }
        try (TestServer server = new TestServer(settings, (connection, frame) -> {
                    frame.release();
                    sent.forEach(connection::send);
                });
                FrameSocket client = server.connect()) {
            client.send(new byte[0]);
            for (int i = 0; i < frames; i++) {
                assertThat(client.receive()).as("frame %d of seed %d", i, seed).isEqualTo(expected.get(i));
            }
            TestServer.await("all ranges are back", () -> file.returned.get() == file.lent.get());
        }
        assertThat(file.returned).hasValue(file.lent.get());
        assertThat(file.isOpen()).isTrue();
        file.close();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void framesSentByManyThreadsArriveInEachThreadsOrder(NetworkSettings settings) throws Exception {
        try (TestServer server = TestServer.collecting(settings);
                FrameSocket client = server.connect()) {
            TestServer.await("accepted", () -> server.connections.size() == 1);
            Network.Connection connection = server.connections.getFirst();
            int threads = 4;
            int each = 2000;
            for (int t = 0; t < threads; t++) {
                int thread = t;
                Thread.startVirtualThread(() -> {
                    for (int i = 0; i < each; i++) {
                        connection.send(List.of(new Bytes(
                                ByteBuffer.allocate(8).putInt(thread).putInt(i).flip())));
                    }
                });
            }
            int[] next = new int[threads];
            for (int i = 0; i < threads * each; i++) {
                ByteBuffer frame = ByteBuffer.wrap(client.receive());
                assertThat(frame.getInt(4)).isEqualTo(next[frame.getInt(0)]++);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("settingsAndFiles")
    void aClientThatNeverReadsCostsLittleAndIsCutOff(NetworkSettings settings, boolean channel) throws Exception {
        TestFile file = new TestFile(folder.resolve("f"), CONTENT, channel);
        AtomicInteger served = new AtomicInteger();
        NetworkSettings impatient = settings.withDeadlines(new Deadlines(60_000, 60_000, 1_000));
        try (TestServer server = new TestServer(impatient, (connection, frame) -> {
                    frame.release();
                    served.incrementAndGet();
                    connection.send(List.of(new Bytes(ByteBuffer.allocate(100)), file.range(0, 1_000_000)));
                });
                FrameSocket client = server.connect()) {
            try {
                for (int i = 0; i < 1_000_000; i++) {
                    client.send(new byte[1000]);
                }
            } catch (IOException cutOff) {
                // as it must be: the client would have blocked for ever
            }
            TestServer.await("cut off", () -> server.closed.size() == 1);
            assertThat(served.get()).as("requests served").isLessThan(50);
            TestServer.await("all ranges are back", () -> file.returned.get() == file.lent.get());
        }
        assertThat(file.returned).hasValue(file.lent.get());
        file.close();
    }

    @ParameterizedTest
    @MethodSource("settingsAndFiles")
    void aSlowReaderGetsEverything(NetworkSettings settings, boolean channel) throws Exception {
        TestFile file = new TestFile(folder.resolve("f"), CONTENT, channel);
        int frames = 10;
        try (TestServer server = new TestServer(settings, (connection, frame) -> {
                    frame.release();
                    connection.send(List.of(file.range(0, CONTENT.length)));
                });
                FrameSocket client = server.connect()) {
            for (int i = 0; i < frames; i++) {
                client.send(new byte[] {1});
            }
            TestServer.await("the first answer is on its way", () -> file.lent.get() > 0);
            for (int i = 0; i < frames; i++) {
                assertThat(client.receive()).isEqualTo(CONTENT);
            }
        }
        assertThat(file.lent).hasValue(frames);
        assertThat(file.returned).hasValue(frames);
        file.close();
    }

    @ParameterizedTest
    @MethodSource("settingsAndFiles")
    void aFileThatEndsEarlyClosesTheConnection(NetworkSettings settings, boolean channel) throws Exception {
        TestFile file = new TestFile(folder.resolve("f"), CONTENT, channel);
        for (int length : new int[] {1000, 1_000_000}) {
            try (TestServer server = new TestServer(settings, (connection, frame) -> {
                        frame.release();
                        connection.send(List.of(file.range(CONTENT.length - length / 2, length)));
                        connection.send(List.of(file.range(0, 100)));
                    });
                    FrameSocket client = server.connect()) {
                client.send(new byte[] {1});
                assertThatThrownBy(client::receive).isInstanceOf(IOException.class);
                TestServer.await("closed", () -> server.closed.size() == 1);
            }
        }
        assertThat(file.returned).hasValue(file.lent.get());
        file.close();
    }

    @ParameterizedTest
    @MethodSource("settingsAndFiles")
    void closingInTheMiddleGivesEverythingBackOnce(NetworkSettings settings, boolean channel) throws Exception {
        TestFile file = new TestFile(folder.resolve("f"), CONTENT, channel);
        for (int round = 0; round < 10; round++) {
            int r = round;
            try (TestServer server = new TestServer(settings, (connection, frame) -> {
                        frame.release();
                        for (int i = 0; i < 5; i++) {
                            connection.send(List.of(
                                    new Bytes(ByteBuffer.allocateDirect(100_000)), file.range(0, CONTENT.length)));
                        }
                        if (r % 2 == 0) {
                            connection.close();
                            connection.send(List.of(file.range(0, 10)));
                        }
                    });
                    FrameSocket client = server.connect()) {
                client.send(new byte[] {1});
                if (r % 2 == 1) {
                    TestServer.await("sent", () -> file.lent.get() > 0);
                    client.socket.close();
                }
                TestServer.await("closed", () -> server.closed.size() == 1);
                Thread sender = Thread.startVirtualThread(
                        () -> server.connections.getFirst().send(List.of(file.range(0, 10))));
                sender.join();
            }
            assertThat(file.returned).as("round %d", round).hasValue(file.lent.get());
        }
        assertThat(file.isOpen()).isTrue();
        file.close();
    }

    @ParameterizedTest
    @MethodSource("settings")
    void fiveHundredConnectionsAreServed(NetworkSettings settings) throws Exception {
        try (TestServer server = TestServer.echoing(settings)) {
            List<FrameSocket> clients = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                clients.add(server.connect());
            }
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < clients.size(); i++) {
                    clients.get(i).send(new byte[] {(byte) i, (byte) round});
                }
                for (int i = 0; i < clients.size(); i++) {
                    assertThat(clients.get(i).receive()).containsExactly((byte) i, (byte) round);
                }
            }
            for (FrameSocket client : clients) {
                client.close();
            }
            TestServer.await("all closed", () -> server.network.connections() == 0);
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void aPortInUseIsNamed(NetworkSettings settings) throws Exception {
        try (ServerSocket other = new ServerSocket(0);
                NettyNetwork network = new NettyNetwork(settings, Clock.system(), Runnable::run)) {
            InetSocketAddress taken = new InetSocketAddress(InetAddress.getLoopbackAddress(), other.getLocalPort());
            assertThatThrownBy(() -> network.listen(taken, c -> {
                        throw new AssertionError();
                    }))
                    .isInstanceOf(BindException.class)
                    .hasMessage("Port " + other.getLocalPort()
                            + " on localhost is in use by another process; choose another with --listen");
            assertThatThrownBy(
                            () -> network.listen(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 9092), c -> {
                                throw new AssertionError();
                            }))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("192.0.2.1");
        }
    }

    @Test
    void manyNetworksLiveAndEndInOneProcess() throws Exception {
        long start = System.nanoTime();
        List<TestServer> servers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            servers.add(TestServer.echoing(NetworkSettings.defaults()));
        }
        for (TestServer server : servers) {
            try (FrameSocket client = server.connect()) {
                client.send(new byte[] {5});
                assertThat(client.receive()).containsExactly(5);
            }
        }
        servers.forEach(TestServer::close);
        assertThat(System.nanoTime() - start).isLessThan(10_000_000_000L);
    }

    @Test
    void aClosedListenersPortIsFreeAndItsConnectionsAreGone() throws Exception {
        try (TestServer server = TestServer.echoing(NetworkSettings.defaults());
                FrameSocket client = server.connect()) {
            client.send(new byte[] {5});
            client.receive();
            server.listening.close();
            assertThat(client.isClosedByPeer()).isTrue();
            assertThatThrownBy(server::connect).isInstanceOf(IOException.class);
            server.network
                    .listen(server.listening.address(), c -> {
                        throw new AssertionError();
                    })
                    .close();
        }
    }
}
