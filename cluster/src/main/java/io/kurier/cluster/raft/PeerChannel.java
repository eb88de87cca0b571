package io.kurier.cluster.raft;

import io.kurier.cluster.peer.Lane;
import io.kurier.cluster.peer.Peers;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.raft.NetworkChannel;
import org.apache.kafka.raft.RaftRequest;
import org.apache.kafka.raft.RaftResponse;
import org.apache.kafka.raft.RaftUtil;

/// The engine's way to the other voters, over this node's connections to its peers. The engine expects an answer in any
/// case: one that cannot be had is BROKER_NOT_AVAILABLE, after which it tries again by itself.
final class PeerChannel implements NetworkChannel {
    private final Peers peers;
    private final ListenerName listener;
    private final int timeoutMs;
    private final AtomicInteger lastCorrelationId = new AtomicInteger();

    /// @param listener the name of the controllers' listener, the same on all nodes
    PeerChannel(Peers peers, String listener, int timeoutMs) {
        this.peers = peers;
        this.listener = ListenerName.normalised(listener);
        this.timeoutMs = timeoutMs;
    }

    @Override
    public int newCorrelationId() {
        return lastCorrelationId.getAndIncrement();
    }

    @Override
    public CompletionStage<RaftResponse.Inbound> send(RaftRequest.Outbound request) {
        Node to = request.destination();
        ApiKeys key = ApiKeys.forId(request.data().apiKey());
        return peers.at(Lane.QUORUM, to.host(), to.port())
                .ask(request.data(), key.latestVersion(), timeoutMs, ApiMessage.class)
                .exceptionally(failure -> RaftUtil.errorResponse(key, Errors.BROKER_NOT_AVAILABLE))
                .thenApply(answer -> new RaftResponse.Inbound(request.correlationId(), answer, to));
    }

    @Override
    public ListenerName listenerName() {
        return listener;
    }

    /// The connections are the node's.
    @Override
    public void close() {}
}
