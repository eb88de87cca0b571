package io.kurier.server;

import io.kurier.broker.network.NettyNetwork;
import io.kurier.kernel.Clock;
import io.kurier.kernel.MemoryDisk;
import io.kurier.kernel.Network;
import io.kurier.kernel.SystemThreads;
import io.kurier.kernel.SystemTimers;
import io.kurier.kernel.World;
import io.kurier.server.config.NodeConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;

/// A whole node with its data in memory that serves real sockets, and also takes frames without one.
public final class TappedNode implements AutoCloseable {
    private final SystemTimers timers = new SystemTimers("timers");
    private final NettyNetwork sockets;
    private final Node node;
    private Network.Acceptor acceptor;

    /// @param diskBytes what its disk in memory holds
    public TappedNode(long diskBytes) throws Exception {
        SystemThreads threads = new SystemThreads();
        sockets = new NettyNetwork(Clock.system(), threads.slow());
        MemoryDisk disk = new MemoryDisk(Clock.system(), diskBytes);
        World world = new World(Clock.system(), timers, threads, disk, new Tap(), new Random(1));
        node = Node.start(
                world,
                NodeConfig.of(Map.of(
                        "node.id", "1",
                        "listeners", "PLAINTEXT://127.0.0.1:0",
                        "kurier.http.port", "-1",
                        "log.dirs", "/kurier",
                        "group.initial.rebalance.delay.ms", "0",
                        "offsets.topic.num.partitions", "4")),
                new Monitoring(List.of()));
    }

    /// Where it serves real clients.
    public String bootstrapServers() {
        return "127.0.0.1:" + node.addresses().getFirst().getPort();
    }

    /// What takes connections that are no sockets.
    public Network.Acceptor acceptor() {
        return Objects.requireNonNull(acceptor);
    }

    @Override
    public void close() {
        node.close();
        sockets.close();
        timers.close();
    }

    /// The real network, and a second way in.
    private final class Tap implements Network {
        @Override
        public Listening listen(InetSocketAddress address, Acceptor to) throws IOException {
            acceptor = to;
            return sockets.listen(address, to);
        }

        @Override
        public void connect(InetSocketAddress address, Outgoing limits, Acceptor opened, Consumer<IOException> failed) {
            sockets.connect(address, limits, opened, failed);
        }
    }
}
