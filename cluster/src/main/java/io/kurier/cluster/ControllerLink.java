package io.kurier.cluster;

import io.kurier.cluster.controller.NotLeadingException;
import io.kurier.cluster.peer.Lane;
import io.kurier.cluster.peer.PeerUnreachableException;
import io.kurier.cluster.peer.Peers;
import io.kurier.cluster.raft.RaftEngine;
import io.kurier.kernel.World;
import java.net.InetSocketAddress;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.NotControllerException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.message.EnvelopeResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/// This node's way to the active controller, wherever that is: on this node itself, or on another one, to which
/// commands are forwarded. Between elections commands wait. One that may have reached a controller is never repeated.
final class ControllerLink implements ControllerGateway {
    /// How long a command may wait for a controller, and for its answer. Clients wait 30 s by default.
    private static final int TIMEOUT_MS = 30_000;

    private static final long RETRY_NS = 20_000_000L;

    private final World world;
    private final int nodeId;
    private final RaftEngine engine;
    private final LocalController local;
    private final ClusterView view;
    private final Peers peers;
    private final AppliedOffsets applied;
    /// Those that wait for an answer of another node.
    private final Set<Attempts> forwarded = ConcurrentHashMap.newKeySet();
    /// Where this node's own commands come by: it is there as long as the node.
    private final CompletionStage<Void> ownLine = new CompletableFuture<>();

    private volatile boolean closed;

    ControllerLink(World world, int nodeId, RaftEngine engine, LocalController local, ClusterView view, Peers peers) {
        this.world = world;
        this.nodeId = nodeId;
        this.engine = engine;
        this.local = local;
        this.view = view;
        this.peers = peers;
        this.applied = new AppliedOffsets(view);
    }

    @Override
    public CompletionStage<? extends ApiMessage> submit(ApiMessage request, short version) {
        return submit(request, version, TIMEOUT_MS);
    }

    /// The same with another time to wait.
    CompletableFuture<ApiMessage> submit(ApiMessage request, short version, int timeoutMs) {
        Attempts attempts = new Attempts(ForwardedCommand.of(request, version), timeoutMs);
        attempts.next();
        return attempts.answer;
    }

    /// Takes a command that another node forwarded.
    ///
    /// @param line completes when the connection that it came by is gone
    CompletionStage<EnvelopeResponseData> forwarded(ForwardedCommand command, CompletionStage<Void> line) {
        return local.submit(command, line)
                .thenApply(answer -> command.answered(
                        new ForwardedCommand.Answer(view.image().position().offset(), answer)))
                .exceptionally(ForwardedCommand::failed);
    }

    /// Another node leads, or none: who waits for one that does not any more, perhaps because it stands still, would
    /// wait in vain.
    void leaderChanged() {
        OptionalInt leader = engine.leader();
        for (Attempts attempts : forwarded) {
            if (leader.isEmpty() || leader.getAsInt() != attempts.askedNode) {
                attempts.lost();
            }
        }
    }

    /// From now on nothing waits for a controller any more.
    void close() {
        closed = true;
    }

    private static @Nullable Throwable cause(@Nullable Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /// The attempts to get one command answered.
    private final class Attempts {
        final CompletableFuture<ApiMessage> answer = new CompletableFuture<>();
        private final ForwardedCommand command;
        private final int timeoutMs;
        private final long deadlineNs;
        private volatile int askedNode;

        Attempts(ForwardedCommand command, int timeoutMs) {
            this.command = command;
            this.timeoutMs = timeoutMs;
            this.deadlineNs = world.clock().nanos() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        }

        void next() {
            OptionalInt leader = engine.leader();
            if (leader.isPresent() && leader.getAsInt() == nodeId) {
                local.submit(command, ownLine).whenComplete(this::doneHere);
                return;
            }
            InetSocketAddress address =
                    leader.isPresent() ? engine.addressOf(leader.getAsInt()).orElse(null) : null;
            if (address == null) {
                later();
            } else {
                askedNode = leader.getAsInt();
                forwarded.add(this);
                if (engine.leader().equals(leader)) {
                    forward(address);
                } else { // perhaps before this one was among those to be told
                    forwarded.remove(this);
                    later();
                }
            }
        }

        private void forward(InetSocketAddress address) {
            long leftMs = Math.max(1, (deadlineNs - world.clock().nanos()) / 1_000_000);
            peers.at(Lane.COMMANDS, address.getHostString(), address.getPort())
                    .ask(
                            command.wrapped(),
                            ApiKeys.ENVELOPE.latestVersion(),
                            Math.min(leftMs, timeoutMs),
                            EnvelopeResponseData.class)
                    .thenApply(command::read)
                    .whenComplete(this::doneThere);
        }

        private void doneHere(@Nullable ApiMessage message, @Nullable Throwable failure) {
            Throwable cause = cause(failure);
            if (cause == null) {
                answer.complete(message);
            } else if (cause instanceof NotLeadingException) {
                later();
            } else {
                answer.completeExceptionally(cause);
            }
        }

        private void doneThere(ForwardedCommand.@Nullable Answer read, @Nullable Throwable failure) {
            Throwable cause = cause(failure);
            forwarded.remove(this);
            if (read != null) {
                applied.await(read.offset()).thenRun(() -> answer.complete(read.message()));
            } else if (cause instanceof NotControllerException || cause instanceof PeerUnreachableException) {
                later();
            } else if (cause instanceof NetworkException || cause instanceof DisconnectException) {
                lost();
            } else if (cause != null) {
                answer.completeExceptionally(cause);
            }
        }

        private void lost() {
            forwarded.remove(this);
            answer.completeExceptionally(new NotControllerException(
                    "The controller was lost before it answered; the command may have taken effect."));
        }

        private void later() {
            if (closed) {
                answer.completeExceptionally(new NotControllerException("This node is stopping."));
            } else if (world.clock().nanos() - deadlineNs >= 0) {
                answer.completeExceptionally(new TimeoutException("No active controller was found within " + timeoutMs
                        + " ms: a majority of the voters must be up."));
            } else {
                world.timers().after(RETRY_NS, this::next);
            }
        }
    }
}
