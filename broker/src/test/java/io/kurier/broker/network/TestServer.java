package io.kurier.broker.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.kernel.Clock;
import io.kurier.kernel.Network;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// A network with one listener on the loopback, all whose memory is counted.
final class TestServer implements AutoCloseable {
    /// What a connection's receiver does with each frame.
    interface Behaviour {
        void received(Network.Connection connection, Network.Frame frame);
    }

    final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(true, false);
    final List<Network.Connection> connections = new CopyOnWriteArrayList<>();
    final ConcurrentLinkedQueue<byte[]> received = new ConcurrentLinkedQueue<>();
    final ConcurrentLinkedQueue<Network.Connection> closed = new ConcurrentLinkedQueue<>();
    final NettyNetwork network;
    final Network.Listening listening;
    private final ExecutorService slow = Executors.newVirtualThreadPerTaskExecutor();

    TestServer(NetworkSettings settings, Behaviour behaviour) throws IOException {
        network = new NettyNetwork(settings, Clock.system(), slow, memory);
        listening = network.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), connection -> {
            connections.add(connection);
            return new Network.FrameReceiver() {
                @Override
                public void received(Network.Frame frame) {
                    behaviour.received(connection, frame);
                }

                @Override
                public void closed() {
                    closed.add(connection);
                }
            };
        });
    }

    /// Keeps a copy of each frame.
    static TestServer collecting(NetworkSettings settings) throws IOException {
        TestServer[] self = new TestServer[1];
        self[0] = new TestServer(settings, (connection, frame) -> self[0].keep(frame));
        return self[0];
    }

    /// Answers each frame with the same bytes.
    static TestServer echoing(NetworkSettings settings) throws IOException {
        return new TestServer(settings, (connection, frame) -> {
            byte[] bytes = bytes(frame);
            frame.release();
            connection.send(List.of(new Network.Bytes(ByteBuffer.wrap(bytes))));
        });
    }

    void keep(Network.Frame frame) {
        received.add(bytes(frame));
        frame.release();
    }

    static byte[] bytes(Network.Frame frame) {
        byte[] bytes = new byte[frame.bytes().remaining()];
        frame.bytes().duplicate().get(bytes);
        return bytes;
    }

    FrameSocket connect() throws IOException {
        return new FrameSocket(listening.address());
    }

    static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("did not come to be within 20 s: " + what);
            }
            LockSupport.parkNanos(50_000);
        }
    }

    /// Closes all and checks that nothing was kept.
    @Override
    public void close() {
        network.close();
        slow.shutdown();
        await("slow work is done", slow::isTerminated);
        await("each connection's end is told once", () -> closed.size() == connections.size());
        await("no frame memory is charged", () -> network.frameMemoryBytes() == 0);
        await("no buffer is left: " + memory.metric(), () -> memory.metric().usedDirectMemory() == 0);
        assertThat(network.connections()).isZero();
    }
}
