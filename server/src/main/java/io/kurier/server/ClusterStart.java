package io.kurier.server;

import io.kurier.cluster.KRaftCluster;
import io.kurier.cluster.config.ConfigEntry;
import io.kurier.cluster.config.ConfigSource;
import io.kurier.cluster.config.QuorumMembers;
import io.kurier.cluster.config.QuorumSettings;
import io.kurier.cluster.config.SettingsRules;
import io.kurier.cluster.config.TopicDefaults;
import io.kurier.cluster.config.definition.Settings;
import io.kurier.cluster.controller.ControllerSettings;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.Endpoint;
import io.kurier.cluster.peer.Peers;
import io.kurier.kernel.World;
import io.kurier.server.config.HostPort;
import io.kurier.server.config.Listener;
import io.kurier.server.config.NodeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Opens this node's part of the cluster: what the node tells the others about itself, and where its metadata log
/// lies.
final class ClusterStart {
    /// A listener for clients and the address that it was bound to.
    record Advertised(Listener listener, InetSocketAddress bound) {
        /// What other nodes and clients are told: what is set, else what was bound, else this machine's name.
        private Endpoint endpoint() throws IOException {
            return ClusterStart.endpoint(listener, bound.getPort());
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(ClusterStart.class);

    private ClusterStart() {}

    static KRaftCluster open(
            World world, Peers peers, LiveSettings settings, DataDirectories directories, List<Advertised> listeners)
            throws IOException {
        NodeConfig config = settings.config();
        TopicDefaults topics = TopicDefaults.of(config.settings());
        Seeds seeds = new Seeds(world.disk(), directories.metadata().path());
        ControllerSettings defaults = ControllerSettings.defaults();
        List<Endpoint> endpoints = new ArrayList<>();
        for (Advertised listener : listeners) {
            endpoints.add(listener.endpoint());
        }
        KRaftCluster cluster = KRaftCluster.open(
                world,
                directories.metadata(),
                new KRaftCluster.Settings(
                        config.identity().nodeId(),
                        directories.clusterId(),
                        directories.ids(),
                        endpoints,
                        controllerEndpoint(config, endpoints),
                        config.identity().rack(),
                        directories.previousBrokerEpoch(),
                        new QuorumMembers(
                                seeds.with(config.quorum().seeds()),
                                voters(config.quorum().voters()),
                                config.quorum().canVote()),
                        new ControllerSettings(
                                topics.partitions(),
                                topics.replicationFactor(),
                                defaults.maxRecordsPerCommand(),
                                QuorumSettings.leaderCheckIntervalMs(config.settings())),
                        QuorumSettings.of(config.settings())),
                peers,
                new SettingsRules(settings));
        cluster.onVoters(voters -> world.threads().slow().execute(() -> seeds.replace(voters)));
        return cluster;
    }

    private static Map<Integer, InetSocketAddress> voters(Map<Integer, HostPort> given) {
        Map<Integer, InetSocketAddress> voters = new TreeMap<>();
        given.forEach((id, at) -> voters.put(id, InetSocketAddress.createUnresolved(at.host(), at.port())));
        return voters;
    }

    /// Says so where this node's file names another minimum of replicas in sync than the cluster's metadata, which is
    /// what counts (KIP-966).
    static void warnOfIgnored(NodeConfig config, ClusterImage image) {
        ConfigEntry file = config.settings().broker(Settings.BROKER.known(ClusterImage.MIN_IN_SYNC));
        String cluster = image.configs(ConfigResource.Type.BROKER, "").get(ClusterImage.MIN_IN_SYNC);
        if (file.source() == ConfigSource.STATIC_BROKER && cluster != null && !cluster.equals(file.value())) {
            LOG.warn(
                    "{} is {} in this node's file, and {} in the cluster, which counts: change it for all brokers with "
                            + "kurier config set",
                    ClusterImage.MIN_IN_SYNC,
                    file.value(),
                    cluster);
        }
    }

    /// The listener that the voters use for each other. A node that never votes may have none of the name: nobody will
    /// look for it there.
    private static Endpoint controllerEndpoint(NodeConfig config, List<Endpoint> endpoints) throws IOException {
        String name = config.quorum().listenerName();
        for (Endpoint endpoint : endpoints) {
            if (endpoint.listener().equals(name)) {
                return endpoint;
            }
        }
        for (Listener listener : config.listeners()) {
            if (listener.name().equals(name)) {
                return endpoint(listener, listener.bind().port());
            }
        }
        Endpoint first = endpoints.getFirst(); // a controller has a listener of the name
        return new Endpoint(name, first.host(), first.port(), first.protocol());
    }

    private static Endpoint endpoint(Listener listener, int boundPort) throws IOException {
        @Nullable HostPort advertised = listener.advertised();
        HostPort at = advertised == null ? listener.bind() : advertised;
        String host = at.isEveryAddress() ? InetAddress.getLocalHost().getHostName() : at.host();
        int port = at.port() == 0 ? boundPort : at.port();
        return new Endpoint(listener.name(), host, port, SecurityProtocol.PLAINTEXT);
    }
}
