package io.kurier.server;

import io.kurier.broker.api.ApiRegistry;
import io.kurier.broker.api.RequestDispatcher;
import io.kurier.broker.api.metadata.NodeAddresses;
import io.kurier.broker.api.metadata.TopicCreator;
import io.kurier.broker.api.telemetry.ClientTelemetry;
import io.kurier.broker.api.telemetry.TelemetryLimits;
import io.kurier.broker.api.telemetry.TelemetryMetrics;
import io.kurier.broker.compaction.Compactor;
import io.kurier.broker.internal.GroupShards;
import io.kurier.broker.metrics.ControllerMetrics;
import io.kurier.broker.metrics.GroupMetrics;
import io.kurier.broker.metrics.JvmMetrics;
import io.kurier.broker.metrics.NodeMetrics;
import io.kurier.broker.metrics.RequestMeter;
import io.kurier.broker.metrics.TransactionMetrics;
import io.kurier.broker.quota.ClientQuotas;
import io.kurier.broker.replica.DataFolders;
import io.kurier.broker.replica.DirectoryAssignments;
import io.kurier.broker.replica.Housekeeping;
import io.kurier.broker.replica.IsrChanges;
import io.kurier.broker.replica.LostReplicas;
import io.kurier.broker.replica.Partitions;
import io.kurier.broker.replica.ReplicaMoves;
import io.kurier.broker.replica.TopicPolicies;
import io.kurier.broker.replica.follow.PeerCalls;
import io.kurier.broker.replica.follow.ReplicaFetchers;
import io.kurier.cluster.KRaftCluster;
import io.kurier.cluster.config.CleanerSettings;
import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.cluster.config.GroupSettings;
import io.kurier.cluster.config.LogSettings;
import io.kurier.cluster.config.MonitoringSettings;
import io.kurier.cluster.config.NetworkSettings;
import io.kurier.cluster.config.QuorumSettings;
import io.kurier.cluster.config.ReplicationSettings;
import io.kurier.cluster.config.TopicDefaults;
import io.kurier.cluster.config.TransactionSettings;
import io.kurier.cluster.config.share.ShareCoordinatorSettings;
import io.kurier.cluster.peer.Lane;
import io.kurier.cluster.peer.Peers;
import io.kurier.coordinator.group.GroupCoordinator;
import io.kurier.kernel.Network.Listening;
import io.kurier.kernel.World;
import io.kurier.kernel.linux.MachineMemory;
import io.kurier.log.LogDirectory;
import io.kurier.server.config.HostPort;
import io.kurier.server.config.Listener;
import io.kurier.server.config.NodeConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running node, from its directories up to its listeners; closed in the opposite order.
///
/// Start: directories, listeners (still shut), cluster, then the listeners are opened for the other voters alone,
/// partitions, groups, handlers, and then everybody is served.
final class Node implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final String METADATA_TOPIC = "__cluster_metadata";

    private final World world;
    private final NodeConfig config;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final List<OpenListener> listeners = new ArrayList<>();
    private final Monitoring monitoring;
    private final CompletableFuture<Void> removed = new CompletableFuture<>();
    private String clusterId = "";

    /// A listener, its gate, and the address that it was bound to.
    private record OpenListener(Listener listener, StartGate gate, Listening listening) {}

    private Node(World world, NodeConfig config, Monitoring monitoring) {
        this.world = world;
        this.config = config;
        this.monitoring = opened(monitoring);
    }

    /// Starts a node and returns when it serves.
    ///
    /// @param monitoring closed with the node
    /// @throws StartException with the reason; nothing is left running then
    static Node start(World world, NodeConfig config, Monitoring monitoring) throws StartException {
        Node node = new Node(world, config, monitoring);
        try {
            node.start();
            return node;
        } catch (StartException e) {
            node.close();
            throw e;
        } catch (IOException e) {
            node.close();
            throw new StartException(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            node.close();
            throw new StartException("The node cannot start: " + e.getMessage(), e);
        }
    }

    private void start() throws StartException, IOException {
        EffectiveConfig settings = config.settings();
        int nodeId = config.identity().nodeId();
        Peers peers = opened(new Peers(
                world,
                nodeId,
                Peers.Limits.defaults()
                        .withMaxAnswerBytes(NetworkSettings.of(settings).requestMaxBytes())));
        DataDirectories directories = openDirectories(settings, nodeId, peers);
        listen();
        monitoring.open(MonitoringSettings.of(settings), world.threads().slow());
        LiveSettings live = new LiveSettings(config);
        KRaftCluster cluster = opened(ClusterStart.open(world, peers, live, directories, advertised()));
        live.follow(cluster);
        RequestMeter requests = new RequestMeter(world.clock());
        ApiRegistry registry = new ApiRegistry(Apis.whileStarting(cluster));
        serve(registry, Quotas.following(cluster, world.clock(), settings), requests);
        cluster.join();
        if (config.isBroker()) {
            serveClients(new Joined(peers, directories, live, cluster), registry, requests);
        } else {
            registry.serve(Apis.ofController(registry, world, live, cluster));
            monitoring.ready(
                    List.of(requests, ControllerMetrics.of(cluster::uncleanElections), new JvmMetrics()),
                    List.of(directories.metadata()));
        }
    }

    /// A node that is part of its cluster.
    private record Joined(Peers peers, DataDirectories directories, LiveSettings live, KRaftCluster cluster) {}

    private void serveClients(Joined joined, ApiRegistry registry, RequestMeter requests) {
        EffectiveConfig settings = config.settings();
        int nodeId = config.identity().nodeId();
        KRaftCluster cluster = joined.cluster();
        LiveSettings live = joined.live();
        DataDirectories directories = joined.directories();
        ClusterStart.warnOfIgnored(config, cluster.image());
        for (LogDirectory directory : directories.data()) {
            directory.setBrokerEpoch(cluster.brokerEpoch());
        }
        Apis.Storage storage = storage(cluster, live, directories.data());
        LostReplicas.sentence(cluster.image(), nodeId, directories.data()).ifPresent(LOG::warn);
        replicate(cluster, storage.partitions(), joined.peers());
        TopicCreator creator = new TopicCreator(
                cluster,
                cluster,
                List.of(
                        Groups.topic(GroupSettings.of(settings)),
                        Transactions.topic(TransactionSettings.of(settings)),
                        Shares.topic(ShareCoordinatorSettings.of(settings))),
                TopicDefaults.of(settings).autoCreate());
        Transactions.Ground ground = ground(joined, storage.partitions());
        Shares shares = opened(new Shares(ground, creator));
        GroupCoordinator groups =
                opened(Groups.coordinator(world, cluster, storage.partitions(), live, shares.ofGroups()));
        opened(new GroupShards(nodeId, cluster, groups));
        Transactions transactions = opened(new Transactions(ground, groups));
        ClientTelemetry telemetry = new ClientTelemetry(
                cluster,
                world.clock(),
                world.random(),
                TelemetryLimits.of(MonitoringSettings.of(settings).telemetryMaxBytes()));
        registry.serve(Apis.all(
                registry,
                new Apis.Rooms(world, live, cluster, storage, groups, transactions, shares, creator, telemetry),
                new NodeAddresses(nodeId, listenersWithAdvertisedAddress())));
        monitoring.ready(
                List.of(
                        requests,
                        new NodeMetrics(storage.partitions(), directories.data()),
                        storage.compactor(),
                        new GroupMetrics(groups, storage.partitions()),
                        new TransactionMetrics(transactions.coordinator()),
                        new TelemetryMetrics(telemetry),
                        ControllerMetrics.of(cluster::uncleanElections),
                        new JvmMetrics()),
                directories.data());
        world.threads().slow().execute(storage.partitions()::recoverAll);
        world.threads().slow().execute(storage.moves()::resume);
        storage.assignments().checkSoon();
        prepareStop(cluster);
    }

    /// What coordinators that talk to other nodes stand on.
    private Transactions.Ground ground(Joined joined, Partitions partitions) {
        PeerCalls peers = new PeerCalls(
                joined.cluster(),
                joined.peers(),
                Lane.TRANSACTIONS,
                ReplicationSettings.of(config.settings()).listener());
        return new Transactions.Ground(world, joined.live(), joined.cluster(), partitions, peers);
    }

    /// Whoever stops hands over first, and whoever is taken out of the cluster stops.
    private void prepareStop(KRaftCluster cluster) {
        cluster.onRemoval(() -> {
            LOG.warn("This node was taken out of its cluster; it stops");
            removed.complete(null);
        });
        if (QuorumSettings.isShutdownControlled(config.settings())) {
            opened(cluster::handOver);
        }
    }

    /// The partitions on this node's disks. None is opened yet.
    private Apis.Storage storage(KRaftCluster cluster, LiveSettings live, List<LogDirectory> directories) {
        int nodeId = config.identity().nodeId();
        DataFolders folders = new DataFolders(directories, List.of(METADATA_TOPIC));
        Partitions partitions =
                opened(new Partitions(nodeId, cluster, world, folders, new TopicPolicies(live, cluster)));
        DirectoryAssignments assignments = opened(new DirectoryAssignments(world, nodeId, cluster, folders));
        ReplicaMoves moves = opened(new ReplicaMoves(
                world,
                partitions,
                folders,
                assignments,
                cluster,
                () -> LogSettings.of(live.get()).moveBytesPerSecond()));
        for (LogDirectory directory : directories) {
            directory.onOffline(failure -> {
                partitions.offline(directory);
                cluster.offline(directory.directoryId());
            });
        }
        opened(new Housekeeping(
                        world,
                        partitions,
                        LogSettings.of(config.settings()).retentionCheckIntervalMs(),
                        ReplicationSettings.of(config.settings()).lagTimeMaxMs()))
                .start();
        Compactor compactor =
                opened(new Compactor(world, partitions, () -> CleanerSettings.of(live.get()), moves::isMoving));
        compactor.start();
        return new Apis.Storage(partitions, folders, assignments, moves, compactor);
    }

    /// What makes replicas of partitions: other in-sync replicas where this node leads, and fetching where it follows.
    private void replicate(KRaftCluster cluster, Partitions partitions, Peers peers) {
        int nodeId = config.identity().nodeId();
        ReplicationSettings replication = ReplicationSettings.of(config.settings());
        opened(new IsrChanges(world, nodeId, cluster, partitions));
        opened(new ReplicaFetchers(
                world,
                nodeId,
                cluster,
                partitions,
                new PeerCalls(cluster, peers, Lane.RECORDS, replication.listener()),
                replication.fetch()));
    }

    private void serve(ApiRegistry registry, ClientQuotas quotas, RequestMeter requests) {
        for (OpenListener open : listeners) {
            open.gate()
                    .open(new RequestDispatcher(
                            registry,
                            quotas,
                            world.threads(),
                            world.timers(),
                            open.listener().name(),
                            requests));
        }
    }

    private DataDirectories openDirectories(EffectiveConfig settings, int nodeId, Peers peers) throws StartException {
        LogDirectory.Settings defaults = LogDirectory.Settings.defaults();
        LogSettings log = LogSettings.of(settings);
        int folders = config.directories().data().size();
        long pageCacheBytes = MachineMemory.bytes() / 100 * log.pageCachePercent() / folders;
        DataDirectories directories = opened(DataDirectories.open(
                world,
                config.directories(),
                new LogDirectory.Settings(
                        Math.clamp(world.disk().mostOpenFiles() / folders, 512, 16_384),
                        Math.min(defaults.hotBytes(), pageCacheBytes / 2),
                        defaults.checkpointIntervalMs(),
                        log.producerIdExpirationMs(),
                        defaults.maxProducersPerPartition(),
                        log.journalBytes(),
                        pageCacheBytes),
                nodeId,
                metadata -> membership(metadata, peers)));
        clusterId = directories.clusterId();
        new ClusterSearch(world, peers).check(config.quorum().seeds(), clusterId);
        return directories;
    }

    /// A new node joins the cluster that it was told of, or begins one. What it found is on the disk before anything
    /// says that the node belongs to it.
    private String membership(Path metadata, Peers peers) throws StartException, IOException {
        List<HostPort> seeds = config.quorum().seeds();
        if (config.quorum().voters().containsKey(config.identity().nodeId())) {
            throw new StartException("Node " + config.identity().nodeId()
                    + " is one of a fixed list of voters (controller.quorum.voters), and its data folders belong to no"
                    + " cluster yet. Give all of them the same cluster before the first start: kurier storage format"
                    + " CLUSTER-ID --config FILE on each; kurier storage id makes up an id");
        }
        if (seeds.isEmpty()) {
            return DataDirectories.newClusterId(world.random());
        }
        int timeoutMs = QuorumSettings.of(config.settings()).sessions().registrationMs();
        ClusterSearch.Found found =
                new ClusterSearch(world, peers).find(seeds, config.identity().nodeId(), timeoutMs);
        new Seeds(world.disk(), metadata).write(found.voters());
        return found.clusterId();
    }

    private void listen() throws IOException {
        for (Listener listener : config.listeners()) {
            StartGate gate = new StartGate();
            listeners.add(new OpenListener(
                    listener, gate, opened(world.network().listen(ListenAddress.of(listener.bind()), gate))));
        }
    }

    private List<ClusterStart.Advertised> advertised() {
        return clientListeners()
                .map(open -> new ClusterStart.Advertised(
                        open.listener(), open.listening().address()))
                .toList();
    }

    private Stream<OpenListener> clientListeners() {
        return listeners.stream().filter(open -> !open.listener().forControllers());
    }

    private Set<String> listenersWithAdvertisedAddress() {
        Set<String> names = new HashSet<>();
        for (Listener listener : config.clientListeners()) {
            if (listener.advertised() != null) {
                names.add(listener.name());
            }
        }
        return names;
    }

    private <T extends AutoCloseable> T opened(T part) {
        parts.push(part);
        return part;
    }

    /// The cluster that it belongs to.
    String clusterId() {
        return clusterId;
    }

    /// Host and port of each listener for clients, as they were bound; of a controller only, of its own.
    List<InetSocketAddress> addresses() {
        Stream<OpenListener> shown = config.isBroker() ? clientListeners() : listeners.stream();
        return shown.map(open -> open.listening().address()).toList();
    }

    /// Completes when somebody has taken the node out of its cluster: it should stop.
    CompletionStage<Void> removed() {
        return removed;
    }

    /// Where `/metrics` and `/health` are; empty if nowhere.
    Optional<InetSocketAddress> httpAddress() {
        return monitoring.address();
    }

    /// Stops it: others lead what it led, no new requests, then everything is flushed and marked as clean. Harmless
    /// when repeated.
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.error("A part of the node did not close: {}", e.getMessage(), e);
            }
        }
    }
}
