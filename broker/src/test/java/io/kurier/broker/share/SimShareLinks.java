package io.kurier.broker.share;

import io.kurier.broker.replica.follow.LeaderCalls;
import io.kurier.cluster.peer.PeerAnswer;
import io.kurier.kernel.Timers;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.MessageUtil;

/// The way of requests between nodes: they and their answers are slow, lost, or arrive when nobody waits any more.
final class SimShareLinks {
    private static final int LATE_MS = 20_000;

    private final Random random;
    private final Timers timers;
    private final BiFunction<Integer, ApiMessage, CompletableFuture<? extends ApiMessage>> serve;
    /// Of a thousand messages, so many are lost.
    int lostPerMille;
    /// Of a thousand requests, so many arrive long after they were given up.
    int latePerMille;
    /// How long a message takes at most.
    int slowMs;

    /// @param serve answers a request at a node; null if the node is down
    SimShareLinks(
            Random random,
            Timers timers,
            BiFunction<Integer, ApiMessage, CompletableFuture<? extends ApiMessage>> serve) {
        this.random = random;
        this.timers = timers;
        this.serve = serve;
    }

    LeaderCalls links() {
        return this::send;
    }

    private CompletableFuture<PeerAnswer> send(int to, ApiMessage request, short version, long timeoutMs) {
        CompletableFuture<PeerAnswer> answer = new CompletableFuture<>();
        ApiMessage sent = copy(request, version);
        after((int) timeoutMs, () -> answer.completeExceptionally(new DisconnectException("too late")));
        if (hits(lostPerMille)) {
            if (random.nextBoolean()) {
                answer.completeExceptionally(new DisconnectException("lost"));
            }
        } else if (hits(latePerMille)) {
            answer.completeExceptionally(new DisconnectException("given up"));
            after(random.nextInt(LATE_MS), () -> serve.apply(to, sent));
        } else {
            after(random.nextInt(slowMs + 1), () -> arrive(to, sent, answer));
        }
        return answer;
    }

    private void arrive(int to, ApiMessage request, CompletableFuture<PeerAnswer> answer) {
        CompletableFuture<? extends ApiMessage> served = serve.apply(to, request);
        if (served == null) {
            answer.completeExceptionally(new DisconnectException("down"));
            return;
        }
        served.thenAccept(message -> {
            if (!hits(lostPerMille)) {
                after(random.nextInt(slowMs + 1), () -> answer.complete(new PeerAnswer(message, () -> {})));
            }
        });
    }

    private boolean hits(int perMille) {
        return random.nextInt(1_000) < perMille;
    }

    private void after(int ms, Runnable task) {
        timers.after(TimeUnit.MILLISECONDS.toNanos(ms), task);
    }

    /// As it comes out at the other end.
    private static ApiMessage copy(ApiMessage request, short version) {
        ByteBufferAccessor bytes = MessageUtil.toByteBufferAccessor(request, version);
        try {
            ApiMessage copy = request.getClass().getDeclaredConstructor().newInstance();
            copy.read(bytes, version);
            return copy;
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
