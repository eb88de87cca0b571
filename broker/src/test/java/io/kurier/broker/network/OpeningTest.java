package io.kurier.broker.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.kernel.Network;
import io.kurier.testkit.FreePorts;
import io.netty.util.ResourceLeakDetector;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Connections that this node opens to another one.
class OpeningTest {
    private static final Network.Outgoing LIMITS = new Network.Outgoing(32 << 20, 5_000);

    private final ConcurrentLinkedQueue<byte[]> answers = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> gone = new CompletableFuture<>();

    @BeforeAll
    static void watchForLeaks() {
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.PARANOID);
    }

    static Stream<NetworkSettings> settings() {
        return Stream.of(Transport.values())
                .filter(Transport::isAvailable)
                .map(t -> NetworkSettings.defaults().withTransport(t).withEventLoops(1));
    }

    private Network.Connection open(NettyNetwork network, InetSocketAddress to, Network.Outgoing limits)
            throws Exception {
        CompletableFuture<Network.Connection> opened = new CompletableFuture<>();
        network.connect(
                to,
                limits,
                connection -> {
                    opened.complete(connection);
                    return new Network.FrameReceiver() {
                        @Override
                        public void received(Network.Frame frame) {
                            answers.add(TestServer.bytes(frame));
                            frame.release();
                        }

                        @Override
                        public void closed() {
                            gone.complete(null);
                        }
                    };
                },
                opened::completeExceptionally);
        return opened.get(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @MethodSource("settings")
    void framesGoBothWaysAndLargeOnesArriveWhole(NetworkSettings settings) throws Exception {
        byte[] large = new byte[20 << 20];
        new Random(1).nextBytes(large);
        try (TestServer server = TestServer.echoing(settings)) {
            InetSocketAddress byName = InetSocketAddress.createUnresolved(
                    "localhost", server.listening.address().getPort());
            Network.Connection connection = open(server.network, byName, LIMITS);
            connection.send(List.of(new Network.Bytes(ByteBuffer.wrap(new byte[] {1, 2, 3}))));
            connection.send(List.of(new Network.Bytes(ByteBuffer.wrap(large))));
            TestServer.await("two answers", () -> answers.size() == 2);
            assertThat(answers.poll()).containsExactly(1, 2, 3);
            assertThat(answers.poll()).isEqualTo(large);
            connection.close();
            gone.get(20, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void theEndOfTheOtherSideIsTold(NetworkSettings settings) throws Exception {
        try (TestServer server = TestServer.echoing(settings)) {
            open(server.network, server.listening.address(), LIMITS);
            TestServer.await("accepted", () -> server.connections.size() == 1);
            server.connections.getFirst().close();
            gone.get(20, TimeUnit.SECONDS);
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void anAnswerAboveTheLimitEndsTheConnection(NetworkSettings settings) throws Exception {
        try (TestServer server = TestServer.echoing(settings)) {
            Network.Connection connection =
                    open(server.network, server.listening.address(), new Network.Outgoing(1_000, 5_000));
            connection.send(List.of(new Network.Bytes(ByteBuffer.allocate(1_001))));
            gone.get(20, TimeUnit.SECONDS);
            assertThat(answers).isEmpty();
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void whoCannotBeReachedIsToldWithTheReason(NetworkSettings settings) throws Exception {
        try (TestServer server = TestServer.echoing(settings)) {
            InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.next());
            Assertions.assertThatThrownBy(() -> open(server.network, nobody, LIMITS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining(String.valueOf(nobody.getPort()))
                    .hasMessageContaining("refused");
        }
    }
}
