package io.kurier.broker.replica.follow;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.Endpoint;
import io.kurier.cluster.peer.Lane;
import io.kurier.cluster.peer.Peer;
import io.kurier.cluster.peer.PeerAnswer;
import io.kurier.cluster.peer.Peers;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.errors.BrokerNotAvailableException;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/// Sends requests to other nodes by one of the connections that this node has to each of them.
public final class PeerCalls implements LeaderCalls {
    private final ClusterView cluster;
    private final Peers peers;
    private final Lane lane;
    private final @Nullable String listener;
    /// Found once for each registration of a node.
    private final Map<Integer, Route> routes = new ConcurrentHashMap<>();

    private record Route(BrokerImage broker, Peer peer) {}

    /// @param lane which of its connections to another node
    /// @param listener `inter.broker.listener.name`; null for the first one that a node has registered
    public PeerCalls(ClusterView cluster, Peers peers, Lane lane, @Nullable String listener) {
        this.lane = lane;
        this.cluster = cluster;
        this.peers = peers;
        this.listener = listener == null ? null : listener.toUpperCase(Locale.ROOT);
    }

    @Override
    public CompletableFuture<PeerAnswer> send(int nodeId, ApiMessage request, short version, long timeoutMs) {
        Peer peer = peer(nodeId, cluster.image().broker(nodeId));
        if (peer == null) {
            return CompletableFuture.failedFuture(
                    new BrokerNotAvailableException("Node " + nodeId + " has no listener for other nodes"));
        }
        return peer.send(request, version, timeoutMs);
    }

    @SuppressWarnings("ReferenceEquality") // another registration is another object
    private @Nullable Peer peer(int nodeId, @Nullable BrokerImage broker) {
        if (broker == null) {
            return null;
        }
        Route known = routes.get(nodeId);
        if (known != null && known.broker() == broker) {
            return known.peer();
        }
        Endpoint endpoint = endpoint(broker);
        if (endpoint == null) {
            return null;
        }
        Peer peer = peers.at(lane, endpoint.host(), endpoint.port());
        routes.put(nodeId, new Route(broker, peer));
        return peer;
    }

    private @Nullable Endpoint endpoint(BrokerImage broker) {
        return listener == null
                ? broker.endpoints().values().stream().findFirst().orElse(null)
                : broker.endpoints().get(listener);
    }
}
