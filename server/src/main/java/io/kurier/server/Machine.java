package io.kurier.server;

import io.kurier.broker.metrics.MachineMetrics;
import io.kurier.broker.metrics.MetricSource;
import io.kurier.broker.network.NettyNetwork;
import io.kurier.broker.network.NetworkSettings;
import io.kurier.kernel.Clock;
import io.kurier.kernel.Disk;
import io.kurier.kernel.FileDisk;
import io.kurier.kernel.SystemThreads;
import io.kurier.kernel.SystemTimers;
import io.kurier.kernel.World;
import java.security.SecureRandom;
import java.util.List;

/// The real world of one node: this machine's clock, timers, threads and sockets, and a disk.
final class Machine implements AutoCloseable {
    private final SystemTimers timers = new SystemTimers("kurier-timers");
    private final NettyNetwork network;
    private final World world;

    Machine(Disk disk, io.kurier.cluster.config.NetworkSettings settings) {
        SystemThreads threads = new SystemThreads();
        this.network = new NettyNetwork(networkSettings(settings), Clock.system(), threads.slow());
        this.world = new World(Clock.system(), timers, threads, disk, network, new SecureRandom());
    }

    private static NetworkSettings networkSettings(io.kurier.cluster.config.NetworkSettings of) {
        NetworkSettings defaults = NetworkSettings.defaults();
        long idleMs = of.maxIdleMs() < 0 ? Long.MAX_VALUE / 2_000_000 : of.maxIdleMs();
        return defaults.withMaxFrameBytes(of.requestMaxBytes())
                .withConnections(new NetworkSettings.Connections(
                        of.maxConnections().all(),
                        of.maxConnections().perAddress(),
                        of.maxConnections().backlog()))
                .withDeadlines(new NetworkSettings.Deadlines(
                        idleMs,
                        defaults.deadlines().frameMs(),
                        defaults.deadlines().writeMs()));
    }

    World world() {
        return world;
    }

    /// What its network and its disk measure.
    List<MetricSource> metrics() {
        return world.disk() instanceof FileDisk files
                ? List.of(MachineMetrics.of(network), MachineMetrics.of(files.syncs()))
                : List.of(MachineMetrics.of(network));
    }

    @Override
    public void close() {
        network.close();
        timers.close();
    }
}
