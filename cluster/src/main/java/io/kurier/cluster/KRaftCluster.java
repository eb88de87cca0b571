package io.kurier.cluster;

import io.kurier.cluster.controller.ConfigRules;
import io.kurier.cluster.controller.ControllerService;
import io.kurier.cluster.controller.ControllerSettings;
import io.kurier.cluster.controller.SnapshotPolicy;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.Endpoint;
import io.kurier.cluster.raft.FeatureLevels;
import io.kurier.cluster.raft.RaftEngine;
import io.kurier.cluster.raft.RaftSettings;
import io.kurier.kernel.World;
import io.kurier.log.LogDirectory;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/// This node's membership of a KRaft cluster: its metadata log, the controller while this node leads, and the
/// registration of this node's broker. It reads metadata directories of Apache Kafka 4.x, and Kafka reads its own.
public final class KRaftCluster implements ClusterView, ControllerGateway, Closeable {
    /// What a node brings along.
    ///
    /// @param clusterId the cluster's identity, as in `meta.properties`
    /// @param logDirs the identities of all online data directories
    /// @param listeners the advertised endpoints of the broker, with real ports
    /// @param controllerListener where this node's controller can be reached by other voters, once there are any
    /// @param rack null for none
    /// @param previousBrokerEpoch what the last clean stop left behind ([LogDirectory#previousBrokerEpoch()]), -1 if
    ///     the last stop was not clean: then every partition led by this node begins a new leader epoch
    /// @param controller limits and defaults of the controller
    /// @param snapshots when the metadata log is compacted into a snapshot
    public record Settings(
            int nodeId,
            String clusterId,
            List<Uuid> logDirs,
            List<Endpoint> listeners,
            Endpoint controllerListener,
            @Nullable String rack,
            long previousBrokerEpoch,
            ControllerSettings controller,
            SnapshotPolicy snapshots) {}

    /// Far longer than a healthy start takes; a node that cannot lead its own quorum by then never will.
    private static final long START_TIMEOUT_S = 60;

    private final RaftEngine engine;
    private final ControllerService service;
    private final BrokerLife life;

    private KRaftCluster(RaftEngine engine, ControllerService service, BrokerLife life) {
        this.engine = engine;
        this.service = service;
        this.life = life;
    }

    /// Opens the metadata log and returns once this node is registered and unfenced and has applied all committed
    /// metadata. Blocks, usually for some ten milliseconds.
    ///
    /// @param directory the data directory under which `__cluster_metadata-0` lies; it stays the caller's to close,
    ///     after this
    /// @param rules what the controller must know about settings
    /// @throws IOException if the metadata log cannot be opened or holds what cannot be, or this node cannot join the
    ///     cluster
    public static KRaftCluster start(World world, LogDirectory directory, Settings settings, ConfigRules rules)
            throws IOException {
        Executor serial = world.threads().serial("kurier-controller-" + settings.nodeId());
        ControllerService service = new ControllerService(
                new ControllerService.Setup(
                        world, serial, settings.controller(), rules, FeatureLevels.rules(), settings.snapshots()),
                settings.clusterId());
        RaftSettings raft = RaftSettings.of(
                settings.nodeId(), settings.clusterId(), directory.directoryId(), settings.controllerListener());
        RaftEngine engine = RaftEngine.open(world, directory, raft, serial, service);
        service.attach(engine);
        KRaftCluster cluster = new KRaftCluster(engine, service, new BrokerLife(world, settings, service));
        boolean started = false;
        try {
            engine.start();
            await(service.active(), "lead the metadata log");
            await(cluster.life.join(), "join the cluster");
            started = true;
            return cluster;
        } finally {
            if (!started) {
                cluster.close();
            }
        }
    }

    private static <T> T await(CompletionStage<T> stage, String what) throws IOException {
        try {
            return stage.toCompletableFuture().get(START_TIMEOUT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("This node cannot " + what + ": " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("This node could not " + what + " within " + START_TIMEOUT_S + " s", e);
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
        return service.submit(request, version);
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

    /// Calls `listener` once when the metadata log has failed, after which this node can change nothing any more and
    /// should stop.
    public void onFailure(Consumer<Throwable> listener) {
        service.onFailure(listener);
    }

    /// Stops the local controller and the metadata log's engine. Commands in flight fail. Quick, and harmless when
    /// repeated. The log itself is closed with its directory.
    @Override
    public void close() {
        life.close();
        service.stop();
        engine.close();
    }
}
