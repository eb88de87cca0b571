package io.kurier.cluster.raft;

import io.kurier.cluster.config.QuorumSettings;
import io.kurier.cluster.peer.Lane;
import io.kurier.cluster.peer.Peer;
import io.kurier.cluster.peer.PeerUnreachableException;
import io.kurier.cluster.peer.Peers;
import io.kurier.cluster.raft.election.ElectionTurns;
import io.kurier.cluster.raft.election.PreVote;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.message.EndQuorumEpochRequestData;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.VoteRequestData;
import org.apache.kafka.common.message.VoteResponseData;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.raft.Endpoints;
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
    private final ElectionTurns turns;
    private final AtomicInteger lastCorrelationId = new AtomicInteger();
    /// Those that run.
    private final Map<Integer, CompletableFuture<Void>> probes = new ConcurrentHashMap<>();

    /// @param listener the name of the controllers' listener, the same on all nodes
    /// @param lost told who answers and whose process has ended; perhaps more than once
    /// @param turns when this node may ask for an election
    PeerChannel(Peers peers, String listener, QuorumSettings.Timeouts timeouts, LostLeader lost, ElectionTurns turns) {
        this.peers = peers;
        this.listener = ListenerName.normalised(listener);
        this.timeoutMs = timeouts.requestMs();
        this.fetchWaitMs = timeouts.fetchWaitMs();
        this.lost = lost;
        this.turns = turns;
    }

    @Override
    public int newCorrelationId() {
        return lastCorrelationId.getAndIncrement();
    }

    @Override
    public CompletionStage<RaftResponse.Inbound> send(RaftRequest.Outbound request) {
        lost.asked(request.destination());
        return request.data() instanceof VoteRequestData vote && PreVote.isQuestion(vote)
                ? sendInTurn(request, PreVote.epoch(vote))
                : sendNow(request);
    }

    private CompletionStage<RaftResponse.Inbound> sendInTurn(RaftRequest.Outbound request, int epoch) {
        CompletableFuture<RaftResponse.Inbound> answer = new CompletableFuture<>();
        turns.inTurn(
                epoch,
                lost.leader(),
                lost.others().stream().map(Node::id).toList(),
                () -> sendNow(request).thenAccept(answer::complete),
                // while it waits for an answer the engine sends that node nothing else
                () -> answer.complete(
                        new RaftResponse.Inbound(request.correlationId(), refusal(epoch), request.destination())));
        return answer;
    }

    /// Changes nothing where a later epoch has begun.
    private VoteResponseData refusal(int epoch) {
        return RaftUtil.singletonVoteResponse(
                listener,
                ApiKeys.VOTE.latestVersion(),
                Errors.NONE,
                RaftEngine.PARTITION,
                Errors.NONE,
                epoch,
                -1,
                false,
                Endpoints.empty());
    }

    private CompletionStage<RaftResponse.Inbound> sendNow(RaftRequest.Outbound request) {
        Node to = request.destination();
        ApiKeys key = ApiKeys.forId(request.data().apiKey());
        if (request.data() instanceof FetchRequestData fetch) {
            fetch.setMaxWaitMs(fetchWaitMs); // the engine's own is fixed, and sets a floor to its time-out
        }
        return at(to).ask(request.data(), key.latestVersion(), timeoutMs, ApiMessage.class)
                .whenComplete((answer, failure) -> heard(to, failure))
                .exceptionally(failure -> RaftUtil.errorResponse(key, Errors.BROKER_NOT_AVAILABLE))
                .thenApply(answer -> new RaftResponse.Inbound(request.correlationId(), answer, to));
    }

    private Peer at(Node node) {
        return peers.at(Lane.QUORUM, node.host(), node.port());
    }

    private void heard(Node node, @Nullable Throwable failure) {
        Throwable cause = told(node, failure);
        if (cause instanceof DisconnectException) {
            probe(node);
            if (node.id() == lost.leader()) {
                lost.others().forEach(this::probe); // there will be an election: their connections must be open
            }
        }
    }

    /// Takes what became of a request; the reason if it failed. A port that refuses says that the process is gone.
    private @Nullable Throwable told(Node node, @Nullable Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause == null) {
            lost.answered(node);
        } else if (cause instanceof PeerUnreachableException unreachable && unreachable.isRefused()) {
            lost.gone(node);
        }
        return cause;
    }

    /// Completes when this node knows whether the leader that it believes in is gone; at once if it knows of none, late
    /// if that one stands still.
    ///
    /// @param asker a voter that has lost it
    CompletionStage<Void> lookAtLeader(int asker) {
        int leader = lost.leader();
        return leader == asker
                ? CompletableFuture.completedFuture(null)
                : lost.others().stream()
                        .filter(node -> node.id() == leader)
                        .findFirst()
                        .map(this::probe)
                        .orElseGet(() -> CompletableFuture.completedFuture(null));
    }

    /// Tries to reach a node, without waiting until the engine sends something again. Completes when there is something
    /// to tell; once for all that ask meanwhile.
    private CompletableFuture<Void> probe(Node node) {
        CompletableFuture<Void> mine = new CompletableFuture<>();
        CompletableFuture<Void> running = probes.putIfAbsent(node.id(), mine);
        if (running == null) {
            probe(node, PROBES, mine);
        }
        return running == null ? mine : running;
    }

    private void probe(Node node, int attempts, CompletableFuture<Void> over) {
        at(node).ask(areYouThere(), ApiKeys.END_QUORUM_EPOCH.latestVersion(), timeoutMs, ApiMessage.class)
                .whenComplete((answer, failure) -> {
                    if (told(node, failure) instanceof DisconnectException && attempts > 1) {
                        probe(node, attempts - 1, over);
                    } else {
                        probes.remove(node.id(), over);
                        over.complete(null);
                    }
                });
    }

    /// What every node answers by an error, also one that starts, and does nothing about: it names no cluster. A node
    /// that starts closes the connection at a request that it does not serve yet, with all answers that are due there.
    private static EndQuorumEpochRequestData areYouThere() {
        return new EndQuorumEpochRequestData().setClusterId(null);
    }

    @Override
    public ListenerName listenerName() {
        return listener;
    }

    /// The connections are the node's.
    @Override
    public void close() {}
}
