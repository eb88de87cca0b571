package io.kurier.broker;

import io.kurier.broker.api.ApiRegistry;
import io.kurier.broker.api.ApiVersionsHandler;
import io.kurier.broker.api.RequestDispatcher;
import io.kurier.broker.api.metadata.MetadataHandler;
import io.kurier.broker.api.metadata.NodeAddresses;
import io.kurier.broker.api.metadata.TopicCreator;
import io.kurier.broker.api.records.FetchHandler;
import io.kurier.broker.api.records.FetchSessions;
import io.kurier.broker.api.records.ListOffsetsHandler;
import io.kurier.broker.api.records.OffsetForLeaderEpochHandler;
import io.kurier.broker.api.records.ProduceHandler;
import io.kurier.broker.api.shares.ShareAcknowledgeHandler;
import io.kurier.broker.api.shares.ShareFetchHandler;
import io.kurier.broker.api.shares.ShareRoom;
import io.kurier.broker.api.shares.ShareSessions;
import io.kurier.broker.metrics.RequestMeter;
import io.kurier.broker.network.NettyNetwork;
import io.kurier.broker.quota.ClientQuotas;
import io.kurier.broker.quota.QuotaWindows;
import io.kurier.broker.replica.DataFolders;
import io.kurier.broker.replica.Housekeeping;
import io.kurier.broker.replica.Partitions;
import io.kurier.broker.replica.TopicPolicy;
import io.kurier.broker.share.MemoryDeadLetters;
import io.kurier.broker.share.MemoryShareState;
import io.kurier.broker.share.SharePartitions;
import io.kurier.broker.share.SharePolicy;
import io.kurier.broker.share.machine.ShareRules;
import io.kurier.kernel.Clock;
import io.kurier.kernel.Disk;
import io.kurier.kernel.FileDisk;
import io.kurier.kernel.Network.Listening;
import io.kurier.kernel.SystemThreads;
import io.kurier.kernel.SystemTimers;
import io.kurier.kernel.World;
import io.kurier.log.LogConfig;
import io.kurier.log.LogDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// A node's data plane on a real disk and real sockets, over a fake cluster.
final class BrokerFixture implements AutoCloseable {
    final FakeCluster cluster = new FakeCluster();
    static final int SHARE_SESSIONS = 4;

    final Partitions partitions;
    final MemoryShareState shareState = new MemoryShareState();
    volatile SharePolicy sharePolicy = new SharePolicy(
            new ShareRules(30_000_000_000L, 5, 2_000, true, false), false, new SharePolicy.Start.Earliest(), null);
    final MemoryDeadLetters deadLetters = new MemoryDeadLetters();
    final ShareSessions shareSessions;
    private final SharePartitions shares;
    final World world;
    private final SystemTimers timers = new SystemTimers("timers");
    private final NettyNetwork network;
    private final LogDirectory directory;
    private final Housekeeping housekeeping;
    private final Listening listening;

    BrokerFixture(Path data) throws IOException {
        this(data, new FileDisk());
    }

    BrokerFixture(Path data, Disk disk) throws IOException {
        SystemThreads threads = new SystemThreads();
        network = new NettyNetwork(Clock.system(), threads.slow());
        world = new World(Clock.system(), timers, threads, disk, network, new Random());
        directory = LogDirectory.open(world, data, LogDirectory.Settings.defaults());
        partitions = new Partitions(
                FakeCluster.NODE,
                cluster,
                world,
                new DataFolders(List.of(directory), List.of()),
                topic -> new TopicPolicy(LogConfig.defaults(), 1));
        directory.onOffline(failure -> partitions.offline(directory));
        housekeeping = new Housekeeping(world, partitions, 1_000, 30_000);
        housekeeping.start();
        shares = new SharePartitions(FakeCluster.NODE, cluster, world, shareState, deadLetters, _ -> sharePolicy);
        shareSessions = new ShareSessions(SHARE_SESSIONS, shares);
        NodeAddresses addresses = new NodeAddresses(FakeCluster.NODE, Set.of());
        ShareRoom room = new ShareRoom(world, cluster, partitions, shares, shareSessions, addresses, 50 << 20);
        ApiRegistry registry = new ApiRegistry(List.of());
        registry.serve(List.of(
                new ApiVersionsHandler(registry, cluster, Map.of()),
                new MetadataHandler(cluster, addresses, new TopicCreator(cluster, cluster, List.of(), true)),
                new ProduceHandler(
                        partitions,
                        world.clock(),
                        (of, names, add) -> CompletableFuture.failedFuture(new AssertionError("no transactions here"))),
                new FetchHandler(world, partitions, new FetchSessions(100, world.random()), 50 << 20),
                new ListOffsetsHandler(world, partitions),
                new OffsetForLeaderEpochHandler(partitions),
                new ShareFetchHandler(room),
                new ShareAcknowledgeHandler(room)));
        listening = network.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new RequestDispatcher(
                        registry,
                        new ClientQuotas(world.clock(), QuotaWindows.of(11, 1, 11, 1)),
                        threads,
                        timers,
                        "PLAINTEXT",
                        new RequestMeter(Clock.system())));
    }

    String bootstrapServers() {
        return "127.0.0.1:" + listening.address().getPort();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        housekeeping.close();
        shares.close();
        partitions.close();
        directory.close();
        network.close();
        timers.close();
    }
}
