package io.kurier.cluster;

import io.kurier.cluster.controller.BrokerSessions;
import io.kurier.cluster.controller.ControllerService;
import io.kurier.cluster.controller.command.partitions.MeasuredElection;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.Endpoint;
import io.kurier.cluster.peer.Lane;
import io.kurier.cluster.peer.PeerUnreachableException;
import io.kurier.cluster.peer.Peers;
import io.kurier.cluster.raft.RaftEngine;
import io.kurier.kernel.Timers;
import io.kurier.kernel.World;
import java.io.Closeable;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The controller of this node as other nodes use it. While it is the active one it also watches the brokers: one that
/// is silent for too long is fenced, and so is, at once, one whose connection is gone and whose port refuses another.
/// The broker of this node itself is not watched: it lives in the same process.
final class LocalController implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalController.class);

    private static final int PROBES = 4;

    private final World world;
    private final int nodeId;
    private final ControllerService service;
    private final RaftEngine engine;
    private final Peers peers;
    private final BrokerSessions sessions;
    private final LogSurvey survey;
    private final long timeoutMs;
    private final long tickNs;
    /// How long the others have not heard of a leader when they elect another, unless that is too long to believe.
    private final long silenceNs;
    /// The connection that each broker's last heartbeat came by.
    private final Map<Integer, CompletionStage<Void>> lines = new ConcurrentHashMap<>();
    /// The epochs of brokers whose ports have refused since the last leader of the quorum was lost.
    private final Map<Integer, Long> refused = new ConcurrentHashMap<>();

    private volatile Timers.@Nullable Timer next;
    private volatile boolean closed;
    private volatile int lastLeader = -1;
    // the timers' thread alone
    private long lastTickNs;

    LocalController(
            World world, KRaftCluster.Settings settings, ControllerService service, RaftEngine engine, Peers peers) {
        this.world = world;
        this.nodeId = settings.nodeId();
        this.service = service;
        this.engine = engine;
        this.peers = peers;
        this.survey = new LogSurvey(nodeId, peers);
        this.timeoutMs = settings.quorum().sessions().timeoutMs();
        int heartbeatMs = settings.quorum().sessions().heartbeatMs();
        this.tickNs = TimeUnit.MILLISECONDS.toNanos(Math.max(1, heartbeatMs / 2));
        this.silenceNs = TimeUnit.MILLISECONDS.toNanos(Math.clamp(
                timeoutMs - heartbeatMs, 0, settings.quorum().timeouts().fetchMs()));
        long nowNs = world.clock().nanos();
        this.sessions = new BrokerSessions(TimeUnit.MILLISECONDS.toNanos(timeoutMs), nowNs);
        this.lastTickNs = nowNs;
    }

    void start() {
        next = world.timers().after(tickNs, this::tick);
    }

    /// Gives a command of another node to this node's controller, which refuses it with a `NotLeadingException` unless
    /// it is the active one.
    ///
    /// @param line completes when the connection that the command came by is gone
    CompletionStage<? extends ApiMessage> submit(ForwardedCommand command, CompletionStage<Void> line) {
        long nowNs = world.clock().nanos();
        switch (command.request()) {
            case BrokerHeartbeatRequestData beat -> heard(beat, line, nowNs);
            case BrokerRegistrationRequestData broker
            when sessions.isTaken(service.image(), broker.brokerId(), broker.incarnationId(), nowNs) -> {
                return CompletableFuture.completedFuture(new BrokerRegistrationResponseData()
                        .setErrorCode(Errors.DUPLICATE_BROKER_REGISTRATION.code())
                        .setBrokerEpoch(-1));
            }
            case ElectLeadersRequestData elect
            when elect.electionType() == ElectionType.UNCLEAN.value && service.isActive() -> {
                return elect(elect, command.header().version());
            }
            default -> {}
        }
        return service.submit(command.request(), command.header().version());
    }

    /// First asks who has the longest log.
    private CompletionStage<? extends ApiMessage> elect(ElectLeadersRequestData wanted, short version) {
        ClusterImage before = service.image();
        return survey.of(wanted, before)
                .thenCompose(logs -> service.submit(new MeasuredElection(wanted, logs), version)
                        .<ApiMessage>thenApply(answer -> {
                            ElectionLosses.tell((ElectLeadersResponseData) answer, before, service.image(), logs);
                            return answer;
                        }));
    }

    private void heard(BrokerHeartbeatRequestData beat, CompletionStage<Void> line, long nowNs) {
        sessions.heard(beat.brokerId(), beat.brokerEpoch(), nowNs);
        if (lines.put(beat.brokerId(), line) != line) {
            line.thenRun(() -> {
                if (lines.remove(beat.brokerId(), line)) {
                    probe(beat.brokerId());
                }
            });
        }
    }

    private void tick() {
        long nowNs = world.clock().nanos();
        if (service.isActive()) {
            if (nowNs - lastTickNs > TimeUnit.MILLISECONDS.toNanos(timeoutMs) / 2) {
                sessions.forgive(nowNs);
            }
            for (BrokerImage silent : sessions.overdue(service.image(), nowNs)) {
                fence(silent, "it was not heard for " + timeoutMs + " ms");
            }
        }
        lastTickNs = nowNs;
        if (!closed) {
            next = world.timers().after(tickNs, this::tick);
        }
    }

    /// The quorum has another leader, or none. Who led before this node did was silent, and may stand still: it has a
    /// part of a session left.
    void leaderChanged() {
        OptionalInt leader = engine.leader();
        if (service.isActive()) {
            long nowNs = world.clock().nanos();
            sessions.begin(nowNs);
            if (lastLeader >= 0) {
                sessions.silent(lastLeader, nowNs - silenceNs);
                lastLeader = -1;
            }
            service.image().brokers().values().forEach(this::look);
        } else if (leader.isPresent() && leader.getAsInt() != nodeId) {
            lastLeader = leader.getAsInt();
            refused.clear();
        } else if (lastLeader >= 0) {
            probe(lastLeader); // this node may be elected, and will want to know
        }
    }

    private void look(BrokerImage broker) {
        Long epoch = refused.remove(broker.id());
        if (epoch != null && epoch == broker.epoch()) {
            gone(broker);
        } else {
            probe(broker.id());
        }
    }

    private void probe(int id) {
        probe(id, PROBES);
    }

    /// Asks a broker for a sign of life. Only a port that refuses says that the broker is gone; a connection that is
    /// lost may be an older one, of a process that is just ending.
    private void probe(int id, int attempts) {
        BrokerImage broker = service.image().broker(id);
        if (broker == null || broker.fenced() || broker.endpoints().isEmpty()) {
            return;
        }
        Endpoint at = broker.endpoints().values().iterator().next();
        peers.at(Lane.COMMANDS, at.host(), at.port())
                .ask(
                        new ApiVersionsRequestData(),
                        ApiKeys.API_VERSIONS.oldestVersion(),
                        timeoutMs,
                        ApiVersionsResponseData.class)
                .whenComplete((answer, failure) -> {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    if (cause instanceof PeerUnreachableException unreachable && unreachable.isRefused()) {
                        refused(broker);
                    } else if (cause instanceof DisconnectException && attempts > 1) {
                        probe(id, attempts - 1);
                    }
                });
    }

    private void refused(BrokerImage broker) {
        if (service.isActive()) {
            gone(broker);
        } else {
            refused.put(broker.id(), broker.epoch());
        }
    }

    private void gone(BrokerImage broker) {
        sessions.gone(broker.id());
        fence(broker, "its port is closed");
    }

    private void fence(BrokerImage broker, String why) {
        if (broker.id() == nodeId) {
            return;
        }
        service.submit(
                        new BrokerHeartbeatRequestData()
                                .setBrokerId(broker.id())
                                .setBrokerEpoch(broker.epoch())
                                .setWantFence(true),
                        ApiKeys.BROKER_HEARTBEAT.latestVersion())
                .thenRun(() -> LOG.info("Broker {} was fenced: {}", broker.id(), why));
    }

    @Override
    public void close() {
        closed = true;
        Timers.Timer timer = next;
        if (timer != null) {
            timer.cancel();
        }
    }
}
