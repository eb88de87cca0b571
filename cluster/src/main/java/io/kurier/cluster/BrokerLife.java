package io.kurier.cluster;

import io.kurier.cluster.image.Endpoint;
import io.kurier.cluster.raft.FeatureLevels;
import io.kurier.kernel.Timers;
import io.kurier.kernel.World;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.message.BrokerRegistrationRequestData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The life of this node's broker as the controller sees it: registers it, unfences it, and keeps sending heartbeats.
final class BrokerLife {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerLife.class);
    /// Kafka's `broker.heartbeat.interval.ms`.
    private static final long HEARTBEAT_NS = 2_000_000_000L;

    private static final short REGISTRATION_VERSION = ApiKeys.BROKER_REGISTRATION.latestVersion();
    private static final short HEARTBEAT_VERSION = ApiKeys.BROKER_HEARTBEAT.latestVersion();

    private final World world;
    private final KRaftCluster.Settings settings;
    private final ControllerGateway controller;
    private final ClusterView view;
    private final Uuid incarnation;
    private volatile long brokerEpoch = -1;
    private volatile boolean closed;
    private volatile Timers.@Nullable Timer next;

    <T extends ControllerGateway & ClusterView> BrokerLife(World world, KRaftCluster.Settings settings, T cluster) {
        this.world = world;
        this.settings = settings;
        this.controller = cluster;
        this.view = cluster;
        this.incarnation = new Uuid(world.random().nextLong(), world.random().nextLong());
    }

    int nodeId() {
        return settings.nodeId();
    }

    long brokerEpoch() {
        return brokerEpoch;
    }

    /// Registers and unfences the broker; completes when both are committed and applied here.
    CompletionStage<Void> join() {
        return controller
                .submit(registration(), REGISTRATION_VERSION)
                .thenCompose(answer -> {
                    BrokerRegistrationResponseData registered = (BrokerRegistrationResponseData) answer;
                    check(registered.errorCode(), "The registration of this broker was refused");
                    brokerEpoch = registered.brokerEpoch();
                    return heartbeat();
                })
                .thenCompose(answer -> {
                    check(answer.errorCode(), "The first heartbeat of this broker was refused");
                    if (answer.isFenced()) {
                        return CompletableFuture.failedFuture(
                                new ApiException("The controller keeps this broker fenced"));
                    }
                    later();
                    return CompletableFuture.<Void>completedFuture(null);
                });
    }

    private static void check(short code, String what) {
        Errors error = Errors.forCode(code);
        if (error != Errors.NONE) {
            throw error.exception(what + ": " + error.message());
        }
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

    private CompletionStage<BrokerHeartbeatResponseData> heartbeat() {
        BrokerHeartbeatRequestData request = new BrokerHeartbeatRequestData()
                .setBrokerId(settings.nodeId())
                .setBrokerEpoch(brokerEpoch)
                .setCurrentMetadataOffset(view.image().position().offset());
        return controller.submit(request, HEARTBEAT_VERSION).thenApply(BrokerHeartbeatResponseData.class::cast);
    }

    private void later() {
        if (!closed) {
            next = world.timers().after(HEARTBEAT_NS, this::beat);
        }
    }

    private void beat() {
        heartbeat().whenComplete((answer, error) -> {
            if (error != null && !closed) {
                LOG.warn("A heartbeat of this broker was not answered: {}", error.toString());
            } else if (answer != null && answer.errorCode() != Errors.NONE.code()) {
                LOG.warn("A heartbeat of this broker was refused: {}", Errors.forCode(answer.errorCode()));
            }
            later();
        });
    }

    void close() {
        closed = true;
        Timers.Timer timer = next;
        if (timer != null) {
            timer.cancel();
        }
    }
}
