package io.kurier.cluster;

import io.kurier.cluster.config.QuorumSettings;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.Endpoint;
import io.kurier.cluster.raft.FeatureLevels;
import io.kurier.kernel.Timers;
import io.kurier.kernel.World;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of this node's broker as the controller sees it: registers it, unfences it, keeps sending heartbeats, and
/// hands over before it stops.
final class BrokerLife {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerLife.class);
    /// Pause before a registration or the first heartbeat is tried again.
    private static final long RETRY_NS = 50_000_000L;

    /// How long a stop waits for the controller's first answer: there may be none any more.
    private static final long HAND_OVER_ANSWER_NS = 2_000_000_000L;
    /// How long it waits in all for others to take over.
    private static final long HAND_OVER_NS = 10_000_000_000L;

    private static final short REGISTRATION_VERSION = ApiKeys.BROKER_REGISTRATION.latestVersion();
    private static final short HEARTBEAT_VERSION = ApiKeys.BROKER_HEARTBEAT.latestVersion();

    private final World world;
    private final KRaftCluster.Settings settings;
    private final QuorumSettings.Sessions sessions;
    private final Way controller;
    private final ClusterView view;
    private final Uuid incarnation;
    private final long startNs;
    private final CompletableFuture<Void> joined = new CompletableFuture<>();
    private volatile long brokerEpoch = -1;
    private final CompletableFuture<Void> handedOver = new CompletableFuture<>();
    private final Set<Uuid> offline = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;
    private volatile boolean closed;
    private volatile Timers.@Nullable Timer next;

    /// The way to the active controller, wherever it is.
    @FunctionalInterface
    interface Way {
        CompletableFuture<ApiMessage> submit(ApiMessage request, short version, int timeoutMs);
    }

    BrokerLife(World world, KRaftCluster.Settings settings, Way controller, ClusterView view) {
        this.world = world;
        this.settings = settings;
        this.sessions = settings.quorum().sessions();
        this.controller = controller;
        this.view = view;
        this.incarnation = new Uuid(world.random().nextLong(), world.random().nextLong());
        this.startNs = world.clock().nanos();
    }

    int nodeId() {
        return settings.nodeId();
    }

    long brokerEpoch() {
        return brokerEpoch;
    }

    /// Registers and unfences the broker; completes when both are committed and applied here. While another process
    /// with this id is alive, or the broker is not let in yet, it tries again, as long as a starting node may.
    CompletionStage<Void> join() {
        controller
                .submit(registration(), REGISTRATION_VERSION, sessions.registrationMs())
                .thenApply(BrokerRegistrationResponseData.class::cast)
                .whenComplete((answer, failure) -> {
                    if (failure != null) {
                        failed(failure, this::join);
                    } else {
                        registered(answer);
                    }
                });
        return joined;
    }

    private void registered(BrokerRegistrationResponseData answer) {
        Errors error = Errors.forCode(answer.errorCode());
        if (error == Errors.NONE) {
            brokerEpoch = answer.brokerEpoch();
            firstBeat();
        } else if (error == Errors.DUPLICATE_BROKER_REGISTRATION && mayTryAgain()) {
            next = world.timers().after(RETRY_NS, this::join);
        } else if (error == Errors.DUPLICATE_BROKER_REGISTRATION) {
            joined.completeExceptionally(error.exception("Another node of the cluster runs with the id "
                    + settings.nodeId() + ": choose an id of its own for this one (--node-id)"));
        } else {
            joined.completeExceptionally(
                    error.exception("The registration of this broker was refused: " + error.message()));
        }
    }

    /// Both may be said twice, so that an election meanwhile does no harm, nor a machine on which everything is slow.
    private void failed(Throwable failure, Runnable again) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        boolean unanswered = cause instanceof NotControllerException || cause instanceof TimeoutException;
        if (unanswered && isYoungerThan(sessions.registrationMs())) {
            next = world.timers().after(RETRY_NS, again);
        } else {
            joined.completeExceptionally(failure);
        }
    }

    /// Another process with this id may be about to end; if not, it is said soon.
    private boolean mayTryAgain() {
        return isYoungerThan(sessions.registrationMs() / 4);
    }

    private boolean isYoungerThan(int ms) {
        return !closed && world.clock().nanos() - startNs < TimeUnit.MILLISECONDS.toNanos(ms);
    }

    private void firstBeat() {
        heartbeat().whenComplete((answer, failure) -> {
            Errors error = answer == null ? Errors.NONE : Errors.forCode(answer.errorCode());
            if (failure != null) {
                failed(failure, this::firstBeat);
            } else if (error != Errors.NONE) {
                joined.completeExceptionally(
                        error.exception("The first heartbeat of this broker was refused: " + error.message()));
            } else if (!answer.isFenced()) {
                later();
                joined.complete(null);
            } else if (isYoungerThan(sessions.registrationMs())) {
                next = world.timers().after(RETRY_NS, this::firstBeat);
            } else {
                joined.completeExceptionally(new ApiException("The controller keeps this broker fenced"));
            }
        });
    }

    /// Asks the controller for leave to stop (*controlled shutdown*): others lead what this broker led. Completes when
    /// it may stop, or when it has waited long enough: at once where no other broker is there.
    CompletionStage<Void> handOver() {
        ClusterImage image = view.image();
        boolean alone = image.brokers().values().stream()
                .noneMatch(other -> other.id() != settings.nodeId() && other.isActive());
        if (alone || brokerEpoch < 0 || image.broker(settings.nodeId()) == null) {
            handedOver.complete(null);
        } else if (!stopping) {
            stopping = true;
            world.timers().after(HAND_OVER_NS, () -> handedOver.complete(null));
            Timers.Timer unheard = world.timers().after(HAND_OVER_ANSWER_NS, () -> {
                LOG.warn("The controller does not answer; this broker stops without handing over");
                handedOver.complete(null);
            });
            askToStop(unheard);
        }
        return handedOver;
    }

    /// A data directory has gone offline: the controller hears of it at once, and with each heartbeat.
    void offline(Uuid directory) {
        if (offline.add(directory) && brokerEpoch >= 0 && !closed) {
            heartbeat();
        }
    }

    private void askToStop(Timers.Timer unheard) {
        if (handedOver.isDone() || closed) {
            return;
        }
        heartbeat().whenComplete((answer, failure) -> {
            if (failure == null) {
                unheard.cancel();
            }
            // refused: the controller does not count on this broker any more
            if (answer != null && (answer.shouldShutDown() || answer.errorCode() != Errors.NONE.code())) {
                handedOver.complete(null);
            } else {
                world.timers().after(RETRY_NS, () -> askToStop(unheard));
            }
        });
    }

    private BrokerRegistrationRequestData registration() {
        BrokerRegistrationRequestData request = new BrokerRegistrationRequestData()
                .setBrokerId(settings.nodeId())
                .setClusterId(settings.clusterId())
                .setIncarnationId(incarnation)
                .setRack(settings.rack())
                .setLogDirs(settings.logDirs().stream().sorted().toList())
                .setPreviousBrokerEpoch(settings.previousBrokerEpoch());
        for (Endpoint endpoint : settings.listeners()) {
            request.listeners()
                    .add(new BrokerRegistrationRequestData.Listener()
                            .setName(endpoint.listener())
                            .setHost(endpoint.host())
                            .setPort(endpoint.port())
                            .setSecurityProtocol(endpoint.protocol().id));
        }
        FeatureLevels.supported()
                .forEach((name, range) -> request.features()
                        .add(new BrokerRegistrationRequestData.Feature()
                                .setName(name)
                                .setMinSupportedVersion(range.min())
                                .setMaxSupportedVersion(range.max())));
        return request;
    }

    private CompletableFuture<BrokerHeartbeatResponseData> heartbeat() {
        BrokerHeartbeatRequestData request = new BrokerHeartbeatRequestData()
                .setBrokerId(settings.nodeId())
                .setBrokerEpoch(brokerEpoch)
                .setWantShutDown(stopping)
                .setOfflineLogDirs(List.copyOf(offline))
                .setCurrentMetadataOffset(view.image().position().offset());
        return controller
                .submit(request, HEARTBEAT_VERSION, sessions.timeoutMs())
                .thenApply(BrokerHeartbeatResponseData.class::cast);
    }

    private void later() {
        if (!closed) {
            next = world.timers().after(TimeUnit.MILLISECONDS.toNanos(sessions.heartbeatMs()), this::beat);
        }
    }

    /// The next one does not wait for the answer: it may go to a controller that stands still, while there is a new
    /// one.
    private void beat() {
        heartbeat().whenComplete((answer, error) -> {
            if (error != null && !closed) {
                LOG.debug("A heartbeat of this broker was not answered: {}", error.toString());
            } else if (answer != null && answer.errorCode() != Errors.NONE.code()) {
                LOG.warn("A heartbeat of this broker was refused: {}", Errors.forCode(answer.errorCode()));
            }
        });
        later();
    }

    void close() {
        closed = true;
        Timers.Timer timer = next;
        if (timer != null) {
            timer.cancel();
        }
    }
}
