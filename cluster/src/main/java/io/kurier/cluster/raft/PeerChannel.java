package io.kurier.cluster.raft;

import io.kurier.cluster.config.QuorumSettings;
import io.kurier.cluster.peer.Lane;
import io.kurier.cluster.peer.Peer;
import io.kurier.cluster.peer.PeerUnreachableException;
import io.kurier.cluster.peer.Peers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.VoteRequestData;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.raft.NetworkChannel;
import org.apache.kafka.raft.RaftRequest;
import org.apache.kafka.raft.RaftResponse;
import org.apache.kafka.raft.RaftUtil;
import org.jspecify.annotations.Nullable;

/// The engine's way to the other voters, over this node's connections to its peers. The engine expects an answer in any
/// case: one that cannot be had is BROKER_NOT_AVAILABLE, after which it tries again by itself. Who is gone for good is
/// told at once.
final class PeerChannel implements NetworkChannel {
    /// Attempts to reach a node whose connection has just closed: the first may still meet another connection of the
    /// same process that is about to close.
    private static final int PROBES = 3;

    private final Peers peers;
    private final ListenerName listener;
    private final int timeoutMs;
    private final int fetchWaitMs;
    private final LostLeader lost;
    private final AtomicInteger lastCorrelationId = new AtomicInteger();

    /// @param listener the name of the controllers' listener, the same on all nodes
    /// @param lost told that the process of a node that a request was for has ended; perhaps more than once
    PeerChannel(Peers peers, String listener, QuorumSettings.Timeouts timeouts, LostLeader lost) {
        this.peers = peers;
        this.listener = ListenerName.normalised(listener);
        this.timeoutMs = timeouts.requestMs();
        this.fetchWaitMs = timeouts.fetchWaitMs();
        this.lost = lost;
    }

    @Override
    public int newCorrelationId() {
        return lastCorrelationId.getAndIncrement();
    }

    @Override
    public CompletionStage<RaftResponse.Inbound> send(RaftRequest.Outbound request) {
        if (!(request.data() instanceof VoteRequestData vote) || !isQuestion(vote)) {
            return sendNow(request);
        }
        CompletableFuture<RaftResponse.Inbound> answer = new CompletableFuture<>();
        lost.inTurn(() -> sendNow(request).thenAccept(answer::complete));
        return answer;
    }

    /// Whether an election would be granted (KIP-996).
    private static boolean isQuestion(VoteRequestData request) {
        return request.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .anyMatch(VoteRequestData.PartitionData::preVote);
    }

    private CompletionStage<RaftResponse.Inbound> sendNow(RaftRequest.Outbound request) {
        Node to = request.destination();
        ApiKeys key = ApiKeys.forId(request.data().apiKey());
        if (request.data() instanceof FetchRequestData fetch) {
            fetch.setMaxWaitMs(fetchWaitMs); // the engine's own is fixed, and sets a floor to its time-out
        }
        return at(to).ask(request.data(), key.latestVersion(), timeoutMs, ApiMessage.class)
                .whenComplete((answer, failure) -> look(to, failure, PROBES))
                .exceptionally(failure -> RaftUtil.errorResponse(key, Errors.BROKER_NOT_AVAILABLE))
                .thenApply(answer -> new RaftResponse.Inbound(request.correlationId(), answer, to));
    }

    private Peer at(Node node) {
        return peers.at(Lane.QUORUM, node.host(), node.port());
    }

    /// A port that refuses says that the process is gone. Where a connection was lost it is tried at once, without
    /// waiting until the engine sends something again, and on another connection than the engine's.
    private void look(Node node, @Nullable Throwable failure, int probes) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof PeerUnreachableException unreachable && unreachable.isRefused()) {
            lost.gone(node);
        } else if (cause instanceof DisconnectException && probes > 0) {
            peers.knock(node.host(), node.port())
                    .whenComplete((open, again) -> look(node, again, probes - 1));
        }
    }

    @Override
    public ListenerName listenerName() {
        return listener;
    }

    /// The connections are the node's.
    @Override
    public void close() {}
}
