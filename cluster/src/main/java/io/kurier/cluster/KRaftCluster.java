package io.kurier.cluster;

import io.kurier.cluster.config.QuorumMembers;
import io.kurier.cluster.config.QuorumSettings;
import io.kurier.cluster.controller.ConfigRules;
import io.kurier.cluster.controller.ControllerService;
import io.kurier.cluster.controller.ControllerSettings;
import io.kurier.cluster.controller.SnapshotPolicy;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.Endpoint;
import io.kurier.cluster.peer.Peers;
import io.kurier.cluster.raft.FeatureLevels;
import io.kurier.cluster.raft.RaftEngine;
import io.kurier.cluster.raft.RaftSettings;
import io.kurier.kernel.Timers;
import io.kurier.kernel.World;
import io.kurier.log.LogDirectory;
import io.kurier.protocol.MalformedRequestException;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InconsistentClusterIdException;
import org.apache.kafka.common.message.BeginQuorumEpochRequestData;
import org.apache.kafka.common.message.EndQuorumEpochRequestData;
import org.apache.kafka.common.message.EndQuorumEpochResponseData;
import org.apache.kafka.common.message.EnvelopeRequestData;
import org.apache.kafka.common.message.EnvelopeResponseData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchSnapshotRequestData;
import org.apache.kafka.common.message.UpdateRaftVoterRequestData;
import org.apache.kafka.common.message.VoteRequestData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// This node's membership of a KRaft cluster: its metadata log, the controller while this node leads, and the
/// registration of this node's broker. It reads metadata directories of Apache Kafka 4.x, and Kafka reads its own.
public final class KRaftCluster implements ClusterView, ControllerGateway, Closeable {
    /// What a node brings along.
    ///
    /// @param clusterId the cluster's identity, as in `meta.properties`
    /// @param logDirs the identities of all online data directories
    /// @param listeners the advertised endpoints of the broker, with real ports; none for a node that is a controller
    ///     only
    /// @param controllerListener where this node's controller can be reached by other voters, once there are any
    /// @param rack null for none
    /// @param previousBrokerEpoch what the last clean stop left behind ([LogDirectory#previousBrokerEpoch()]), -1 if
    ///     the last stop was not clean: then every partition led by this node begins a new leader epoch
    /// @param members who votes, and where to ask for them
    /// @param controller limits and defaults of the controller
    /// @param quorum how the metadata log is kept short, and when others are taken for lost
    public record Settings(
            int nodeId,
            String clusterId,
            List<Uuid> logDirs,
            List<Endpoint> listeners,
            Endpoint controllerListener,
            @Nullable String rack,
            long previousBrokerEpoch,
            QuorumMembers members,
            ControllerSettings controller,
            QuorumSettings quorum) {
        /// True if the node has a broker to register.
        boolean isBroker() {
            return !listeners.isEmpty();
        }
    }

    /// The parts of a start have time limits of their own, and say more.
    private static final int GRACE_MS = 5_000;

    private final World world;
    private final Settings settings;
    private final Peers peers;
    private final RaftEngine engine;
    private final ControllerService service;
    private final LocalController local;
    private final ControllerLink link;
    private final BrokerLife life;
    private final VoterLife voter;
    private final LeaderBalance balance;

    private KRaftCluster(
            World world,
            Settings settings,
            Uuid directoryId,
            Peers peers,
            RaftEngine engine,
            ControllerService service) {
        this.world = world;
        this.settings = settings;
        this.peers = peers;
        this.engine = engine;
        this.service = service;
        this.local = new LocalController(world, settings, service, engine, peers);
        this.link = new ControllerLink(world, settings.nodeId(), engine, local, service, peers);
        this.life = new BrokerLife(world, settings, link::submit, service);
        this.voter = new VoterLife(world, settings, directoryId, link);
        this.balance = new LeaderBalance(
                world,
                service,
                () -> engine.leader().orElse(-1) == settings.nodeId(),
                settings.controller().leaderCheckIntervalMs());
    }

    /// Opens the metadata log. Nothing happens before [#join()].
    ///
    /// @param directory the data directory under which `__cluster_metadata-0` lies; it stays the caller's to close,
    ///     after this
    /// @param peers the way to other nodes; stays the caller's to close, after this
    /// @param rules what the controller must know about settings
    /// @throws IOException if the metadata log cannot be opened or holds what cannot be
    public static KRaftCluster open(
            World world, LogDirectory directory, Settings settings, Peers peers, ConfigRules rules) throws IOException {
        QuorumSettings.MetadataLog log = settings.quorum().log();
        Executor serial = world.threads().serial("kurier-controller-" + settings.nodeId());
        ControllerService service = new ControllerService(
                new ControllerService.Setup(
                        world,
                        serial,
                        settings.controller(),
                        rules,
                        FeatureLevels.rules(),
                        new SnapshotPolicy(
                                log.snapshotBytes(),
                                log.snapshotIntervalMs() == 0 ? Long.MAX_VALUE : log.snapshotIntervalMs())),
                settings.clusterId());
        RaftSettings raft = new RaftSettings(
                settings.nodeId(),
                settings.clusterId(),
                directory.directoryId(),
                settings.controllerListener(),
                settings.members(),
                settings.quorum().timeouts());
        RaftEngine engine = RaftEngine.open(world, directory, raft, peers, serial, service);
        service.attach(engine);
        engine.nodes(() -> service.image().brokers().keySet());
        return new KRaftCluster(world, settings, directory.directoryId(), peers, engine, service);
    }

    /// Takes part in the quorum, and returns once this node's broker is registered and unfenced and has applied all
    /// metadata that was committed before. Blocks: some ten milliseconds where this node is the only voter. Other
    /// voters must be able to reach [#quorum] meanwhile. A node that is a controller only waits for nobody. Once.
    ///
    /// @throws IOException if this node cannot join the cluster, with the reason
    public void join() throws IOException {
        service.onLeaderChange(link::leaderChanged);
        service.onLeaderChange(local::leaderChanged);
        engine.start();
        local.start();
        if (settings.isBroker()) {
            await(life.join(), "join the cluster");
        }
        voter.start();
        service.subscribe(change -> {
            if (change.before().brokers() != change.after().brokers() && areOthers(change)) {
                voter.nodesChanged();
            }
        });
        balance.start();
    }

    private static boolean areOthers(ImageChange change) {
        return !active(change.before()).equals(active(change.after()));
    }

    private static Set<Integer> active(ClusterImage image) {
        return image.brokers().values().stream()
                .filter(BrokerImage::isActive)
                .map(BrokerImage::id)
                .collect(Collectors.toSet());
    }

    /// Calls `listener` with the addresses of the other voters, whenever they are others than before. Before [#join()].
    public void onVoters(Consumer<List<InetSocketAddress>> listener) {
        voter.onVoters(listener);
    }

    private <T> T await(CompletionStage<T> stage, String what) throws IOException {
        int timeoutMs = settings.quorum().sessions().registrationMs();
        CompletableFuture<T> done = stage.toCompletableFuture().copy();
        Timers.Timer timer = world.timers()
                .after(
                        TimeUnit.MILLISECONDS.toNanos(timeoutMs + GRACE_MS),
                        () -> done.completeExceptionally(new TimeoutException()));
        done.whenComplete((result, failure) -> timer.cancel());
        try {
            return done.get();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof TimeoutException) {
                throw new IOException(
                        "This node could not " + what + " within " + timeoutMs
                                + " ms (initial.broker.registration.timeout.ms). A majority of its voters must be up",
                        cause);
            }
            throw new IOException("This node cannot " + what + ": " + cause.getMessage(), cause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted before this node could " + what, e);
        }
    }

    @Override
    public ClusterImage image() {
        return service.image();
    }

    @Override
    public Subscription subscribe(Consumer<ImageChange> listener) {
        return service.subscribe(listener);
    }

    @Override
    public CompletionStage<? extends ApiMessage> submit(ApiMessage request, short version) {
        return link.submit(request, version);
    }

    /// Answers a request of the quorum's own protocol (Vote, BeginQuorumEpoch, EndQuorumEpoch, Fetch and FetchSnapshot
    /// of the metadata topic, UpdateRaftVoter). The request is not used after this returns. One that does not name this
    /// cluster fails with an `InconsistentClusterIdException`: a stray message must not begin an election. An
    /// EndQuorumEpoch without a cluster is how other voters ask whether this one is there.
    ///
    /// @param version of the request's API
    public CompletionStage<ApiMessage> quorum(ApiMessage request, short version) {
        if (request instanceof EndQuorumEpochRequestData end && end.clusterId() == null) {
            return CompletableFuture.completedFuture(
                    new EndQuorumEpochResponseData().setErrorCode(Errors.INCONSISTENT_CLUSTER_ID.code()));
        }
        return settings.clusterId().equals(clusterId(request))
                ? engine.handle(request, version)
                : CompletableFuture.failedFuture(
                        new InconsistentClusterIdException("The request does not name this node's cluster."));
    }

    private static @Nullable String clusterId(ApiMessage request) {
        return switch (request) {
            case VoteRequestData vote -> vote.clusterId();
            case BeginQuorumEpochRequestData begin -> begin.clusterId();
            case EndQuorumEpochRequestData end -> end.clusterId();
            case FetchRequestData fetch -> fetch.clusterId();
            case FetchSnapshotRequestData snapshot -> snapshot.clusterId();
            case UpdateRaftVoterRequestData update -> update.clusterId();
            default -> null;
        };
    }

    /// Takes a command that another node forwards to this one as the active controller (API 58).
    ///
    /// @param line completes when the connection that it came by is gone
    /// @throws MalformedRequestException if there is no request inside
    public CompletionStage<EnvelopeResponseData> forwarded(EnvelopeRequestData envelope, CompletionStage<Void> line)
            throws MalformedRequestException {
        return link.forwarded(ForwardedCommand.unwrap(envelope), line);
    }

    /// Takes a command of a broker that comes without an Envelope. It fails with a `NotControllerException` if this
    /// node is not the active controller.
    ///
    /// @param version of the request's API
    /// @param line completes when the connection that it came by is gone
    public CompletionStage<? extends ApiMessage> ofBroker(
            ApiMessage request, short version, CompletionStage<Void> line) {
        return local.submit(ForwardedCommand.of(request, version), line);
    }

    /// The epoch of this node's registration: to be left in the clean mark of every data directory.
    public long brokerEpoch() {
        return life.brokerEpoch();
    }

    /// This node's registration as the image has it.
    ///
    /// @throws IllegalStateException if the node was unregistered
    public BrokerImage self() {
        BrokerImage self = image().broker(life.nodeId());
        if (self == null) {
            throw new IllegalStateException("This node is not registered any more");
        }
        return self;
    }

    /// True if a broker's port has been closed a moment ago, as far as this node has tried, and the metadata may not
    /// know it yet.
    public boolean isGoneLately(BrokerImage broker) {
        return broker.endpoints().values().stream().anyMatch(at -> peers.isGoneLately(at.host(), at.port()));
    }

    /// Elections by this node's controller, since it was started, of leaders that may lack what was acknowledged.
    public long uncleanElections() {
        return service.uncleanElections();
    }

    /// Calls `listener` once when the metadata log has failed, after which this node can change nothing any more and
    /// should stop.
    public void onFailure(Consumer<Throwable> listener) {
        service.onFailure(listener);
    }

    /// Lets others lead what this node's broker leads, before it stops. Blocks until that is done, as far as it can be;
    /// not at all where no other broker is there, and at most some seconds where nobody answers.
    public void handOver() {
        life.handOver().toCompletableFuture().join();
    }

    /// A data directory of this node has gone offline: others lead what lies there, if they have it (KIP-858).
    public void offline(Uuid directory) {
        life.offline(directory);
    }

    /// Calls `listener` once when somebody has taken this node out of the cluster (UnregisterBroker): it should stop.
    public void onRemoval(Runnable listener) {
        AtomicBoolean told = new AtomicBoolean();
        service.subscribe(change -> {
            if (change.before().broker(life.nodeId()) != null
                    && change.after().broker(life.nodeId()) == null
                    && told.compareAndSet(false, true)) {
                listener.run();
            }
        });
    }

    /// Stops the local controller and the metadata log's engine. Commands in flight fail. Quick, and harmless when
    /// repeated. The log itself is closed with its directory.
    @Override
    public void close() {
        life.close();
        voter.close();
        balance.close();
        link.close();
        local.close();
        service.stop();
        engine.close();
    }
}
