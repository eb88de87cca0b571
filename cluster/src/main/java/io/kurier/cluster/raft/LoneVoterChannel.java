package io.kurier.cluster.raft;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.raft.NetworkChannel;
import org.apache.kafka.raft.RaftRequest;
import org.apache.kafka.raft.RaftResponse;

/// The network of a quorum that has this node as its only voter: there is nobody to send to. If the log names other
/// voters, the first message to one of them ends the engine with a sentence that says so, because this node alone can
/// never lead them.
final class LoneVoterChannel implements NetworkChannel {
    private final ListenerName listener;
    private final Consumer<Throwable> onFailure;
    private final AtomicInteger lastCorrelationId = new AtomicInteger();

    LoneVoterChannel(String listener, Consumer<Throwable> onFailure) {
        this.listener = ListenerName.normalised(listener);
        this.onFailure = onFailure;
    }

    @Override
    public int newCorrelationId() {
        return lastCorrelationId.getAndIncrement();
    }

    @Override
    public CompletionStage<RaftResponse.Inbound> send(RaftRequest.Outbound request) {
        NetworkException failure = new NetworkException("The metadata log names other voters, such as "
                + request.destination() + "; a node that runs by itself cannot take part in their quorum");
        onFailure.accept(failure);
        return CompletableFuture.failedFuture(failure);
    }

    @Override
    public ListenerName listenerName() {
        return listener;
    }

    @Override
    public void close() {}
}
