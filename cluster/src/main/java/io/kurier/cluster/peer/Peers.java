package io.kurier.cluster.peer;

import io.kurier.kernel.World;
import java.io.Closeable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// This node's connections to other nodes: one for each address and [Lane], opened when it is first needed. Safe for
/// use by several threads.
public final class Peers implements Closeable {
    /// What connections may use, and how long they wait.
    ///
    /// @param maxAnswerBytes longest answer that is taken (`socket.request.max.bytes`); a longer one ends the
    ///     connection
    /// @param maxInFlight requests of one connection that wait to be sent or answered; more are refused
    /// @param connectTimeoutMs how long a peer may take to accept a connection
    /// @param firstBackoffMs pause after a connection that came to nothing; each further one doubles it
    /// @param maxBackoffMs longest pause
    public record Limits(
            int maxAnswerBytes, int maxInFlight, int connectTimeoutMs, int firstBackoffMs, int maxBackoffMs) {
        /// 100 MiB, 1000 requests, 2 s to connect, pauses from 20 to 500 ms.
        public static Limits defaults() {
            return new Limits(100 << 20, 1_000, 2_000, 20, 500);
        }

        /// The same with another longest answer.
        public Limits withMaxAnswerBytes(int bytes) {
            return new Limits(bytes, maxInFlight, connectTimeoutMs, firstBackoffMs, maxBackoffMs);
        }
    }

    private record Key(Lane lane, String host, int port) {}

    private final World world;
    private final String clientId;
    private final Limits limits;
    private final Map<Key, Peer> peers = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /// @param nodeId of this node, for the peers' logs
    public Peers(World world, int nodeId, Limits limits) {
        this.world = world;
        this.clientId = "kurier-node-" + nodeId;
        this.limits = limits;
    }

    /// The connection to the node at this address; always the same object, whether it is connected now or not.
    public Peer at(Lane lane, String host, int port) {
        Peer peer = peers.computeIfAbsent(
                new Key(lane, host, port), key -> new Peer(world, clientId, limits, key.host(), key.port()));
        if (closed) {
            peer.close();
        }
        return peer;
    }

    /// True if the node at this address has closed its port a moment ago, as far as this node has tried: its process is
    /// most likely gone, and others will soon do what it did.
    public boolean isGoneLately(String host, int port) {
        for (Lane lane : Lane.values()) {
            Peer peer = peers.get(new Key(lane, host, port));
            if (peer != null && peer.isGoneLately()) {
                return true;
            }
        }
        return false;
    }

    /// Closes all connections. What was not answered fails, and so does what is sent from now on.
    @Override
    public void close() {
        closed = true;
        peers.values().forEach(Peer::close);
    }
}
