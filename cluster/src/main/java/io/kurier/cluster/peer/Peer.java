package io.kurier.cluster.peer;

import io.kurier.kernel.Network;
import io.kurier.kernel.Network.Connection;
import io.kurier.kernel.Network.Frame;
import io.kurier.kernel.Network.FrameReceiver;
import io.kurier.kernel.Network.Part;
import io.kurier.kernel.Timers;
import io.kurier.kernel.World;
import io.kurier.protocol.MalformedResponseException;
import io.kurier.protocol.RequestHeader;
import io.kurier.protocol.Requests;
import io.kurier.protocol.Responses;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection to another node, which is opened when there is something to send, and again after it was lost.
/// Requests go out in the order in which they came; a connection that is lost fails at once all that it had not
/// answered, which is how this node notices that the other one is gone.
///
/// Futures complete on the connection's thread or that of the timers: what follows them must not block.
public final class Peer {
    private static final Logger LOG = LoggerFactory.getLogger(Peer.class);
    private static final long LATELY_NS = TimeUnit.SECONDS.toNanos(2);

    private final World world;
    private final String clientId;
    private final Peers.Limits limits;
    private final InetSocketAddress address;
    private final AtomicInteger lastCorrelationId = new AtomicInteger();

    // all guarded by this
    private final Map<Integer, Pending> waiting = new LinkedHashMap<>();
    private @Nullable Connection connection;
    private boolean connecting;
    private boolean closed;
    private long pauseMs;
    private long pausedUntilNs;
    private boolean refusing;
    private long refusedNs;
    /// One timer for all that wait, set for the one whose time is up first.
    private Timers.@Nullable Timer watch;
    private long watchedUntilNs;

    private static final class Pending {
        final ApiKeys key;
        final short version;
        final List<Part> parts;
        final boolean copied;
        final long timeoutMs;
        final long deadlineNs;
        final CompletableFuture<PeerAnswer> answer = new CompletableFuture<>();
        boolean sent;

        Pending(RequestHeader header, ApiMessage request, boolean copied, long timeoutMs, long nowNs) {
            this.key = header.key();
            this.version = header.version();
            this.parts = Requests.encode(header, request);
            this.copied = copied;
            this.timeoutMs = timeoutMs;
            this.deadlineNs = nowNs + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        }
    }

    Peer(World world, String clientId, Peers.Limits limits, String host, int port) {
        this.world = world;
        this.clientId = clientId;
        this.limits = limits;
        this.address = InetSocketAddress.createUnresolved(host, port);
        this.pausedUntilNs = world.clock().nanos();
    }

    /// Sends a request, connecting first where necessary, and completes with the answer, which the caller closes.
    ///
    /// Fails with a [PeerUnreachableException] if the request was never sent, a `DisconnectException` if the connection
    /// was lost behind it, a `TimeoutException` if no answer came in time; in the last two cases the other node may
    /// have acted on it.
    ///
    /// @param version of the request's API
    /// @param timeoutMs for everything together, connecting included
    public CompletableFuture<PeerAnswer> send(ApiMessage request, short version, long timeoutMs) {
        return send(request, version, timeoutMs, false);
    }

    /// The same for an answer of which nothing but the message is of interest: what it holds is copied.
    ///
    /// @param answer the class of the answer
    public <A extends ApiMessage> CompletableFuture<A> ask(
            ApiMessage request, short version, long timeoutMs, Class<A> answer) {
        return send(request, version, timeoutMs, true).thenApply(received -> answer.cast(received.message()));
    }

    private CompletableFuture<PeerAnswer> send(ApiMessage request, short version, long timeoutMs, boolean copied) {
        int id = lastCorrelationId.getAndIncrement();
        ApiKeys key = ApiKeys.forId(request.apiKey());
        RequestHeader header = new RequestHeader(key, version, true, id, clientId);
        Pending mine =
                new Pending(header, request, copied, timeoutMs, world.clock().nanos());
        Connection to;
        synchronized (this) {
            if (closed) {
                return CompletableFuture.failedFuture(new PeerUnreachableException("This node is stopping", false));
            }
            if (waiting.size() >= limits.maxInFlight()) {
                return CompletableFuture.failedFuture(new PeerUnreachableException(
                        limits.maxInFlight() + " requests wait for the node at " + address + " already", false));
            }
            waiting.put(id, mine);
            to = connection;
            mine.sent = to != null;
            watch(mine.deadlineNs);
        }
        if (to != null) {
            to.send(mine.parts);
        } else {
            connect();
        }
        return mine.answer;
    }

    /// Under the lock.
    private void watch(long untilNs) {
        if (watch != null) {
            if (watchedUntilNs - untilNs <= 0) {
                return;
            }
            watch.cancel();
        }
        watchedUntilNs = untilNs;
        watch = world.timers().after(untilNs - world.clock().nanos(), this::expire);
    }

    private void expire() {
        List<Pending> late;
        synchronized (this) {
            watch = null;
            long nowNs = world.clock().nanos();
            late = take(pending -> pending.deadlineNs - nowNs <= 0);
            waiting.values().stream()
                    .mapToLong(pending -> pending.deadlineNs)
                    .reduce((one, other) -> one - other < 0 ? one : other)
                    .ifPresent(this::watch);
        }
        late.forEach(pending -> pending.answer.completeExceptionally(
                pending.sent
                        ? new TimeoutException("The node at " + address + " did not answer a " + pending.key
                                + " request within " + pending.timeoutMs + " ms")
                        : new PeerUnreachableException(
                                "The node at " + address + " could not be reached within " + pending.timeoutMs + " ms",
                                false)));
    }

    private void connect() {
        long delayNs;
        synchronized (this) {
            if (closed || connecting || connection != null) {
                return;
            }
            connecting = true;
            delayNs = pausedUntilNs - world.clock().nanos();
        }
        if (delayNs > 0) {
            world.timers().after(delayNs, this::connectNow);
        } else {
            connectNow();
        }
    }

    private void connectNow() {
        Network.Outgoing outgoing = new Network.Outgoing(limits.maxAnswerBytes(), limits.connectTimeoutMs());
        world.network().connect(address, outgoing, Receiver::new, this::unreachable);
    }

    private void unreachable(IOException why) {
        List<Pending> failed;
        synchronized (this) {
            connecting = false;
            refuses(why instanceof ConnectException);
            pause();
            failed = take(pending -> true);
        }
        LOG.debug("{}", why.getMessage());
        fail(failed, new PeerUnreachableException(String.valueOf(why.getMessage()), why instanceof ConnectException));
    }

    private void refuses(boolean now) {
        if (now && !refusing) {
            refusedNs = world.clock().nanos();
        }
        refusing = now;
    }

    /// True if the node's port refuses connections, as it does when the process is gone, since a moment ago. Later it
    /// has been so for too long to be news.
    synchronized boolean isGoneLately() {
        return refusing && world.clock().nanos() - refusedNs < LATELY_NS;
    }

    /// With a part of chance, so that the nodes of a cluster do not try in step.
    private void pause() {
        pauseMs = Math.clamp(pauseMs * 2, limits.firstBackoffMs(), limits.maxBackoffMs());
        long jitteredNs =
                (long) (pauseMs * 1_000_000 * (0.8 + 0.4 * world.random().nextDouble()));
        pausedUntilNs = world.clock().nanos() + jitteredNs;
    }

    private List<Pending> take(Predicate<Pending> which) {
        List<Pending> taken = new ArrayList<>();
        waiting.values().removeIf(pending -> which.test(pending) && taken.add(pending));
        return taken;
    }

    private static void fail(List<Pending> failed, ApiException why) {
        failed.forEach(pending -> pending.answer.completeExceptionally(why));
    }

    void close() {
        Connection open;
        List<Pending> failed;
        synchronized (this) {
            closed = true;
            if (watch != null) {
                watch.cancel();
            }
            open = connection;
            connection = null;
            failed = take(pending -> true);
        }
        if (open != null) {
            open.close();
        }
        fail(failed, new DisconnectException("This node is stopping"));
    }

    @Override
    public String toString() {
        return "peer " + address;
    }

    /// What comes in on one connection.
    private final class Receiver implements FrameReceiver {
        private final Connection mine;
        private boolean answered; // the connection's thread alone

        Receiver(Connection opened) {
            mine = opened;
            List<Pending> unsent;
            boolean stopped;
            synchronized (Peer.this) {
                connecting = false;
                refuses(false);
                stopped = closed;
                connection = stopped ? null : opened;
                unsent = List.copyOf(waiting.values());
                unsent.forEach(pending -> pending.sent = true);
            }
            unsent.forEach(pending -> opened.send(pending.parts));
            if (stopped) {
                opened.close();
            }
        }

        @Override
        public void received(Frame frame) {
            try {
                Pending asked;
                int id = Responses.correlationId(frame.bytes());
                answered = true;
                synchronized (Peer.this) {
                    pauseMs = 0;
                    asked = waiting.remove(id);
                }
                if (asked == null) {
                    frame.release(); // it came too late
                } else {
                    answer(asked, frame);
                }
            } catch (MalformedResponseException e) {
                frame.release();
                LOG.warn("Closing the connection to {}: {}", address, e.getMessage());
                mine.close();
            }
        }

        private void answer(Pending asked, Frame frame) throws MalformedResponseException {
            try {
                PeerAnswer answer = asked.copied ? copy(asked, frame) : view(asked, frame);
                if (!asked.answer.complete(answer)) {
                    answer.close();
                }
            } catch (MalformedResponseException e) {
                asked.answer.completeExceptionally(new DisconnectException(e.getMessage(), e));
                throw e;
            }
        }

        private static PeerAnswer view(Pending asked, Frame frame) throws MalformedResponseException {
            return new PeerAnswer(Responses.decode(asked.key, asked.version, frame.bytes()), frame::release);
        }

        private static PeerAnswer copy(Pending asked, Frame frame) throws MalformedResponseException {
            ByteBuffer own = ByteBuffer.allocate(frame.bytes().remaining())
                    .put(frame.bytes())
                    .flip();
            PeerAnswer answer = new PeerAnswer(Responses.decode(asked.key, asked.version, own), () -> {});
            frame.release();
            return answer;
        }

        @Override
        public void closed() {
            List<Pending> failed;
            boolean more;
            synchronized (Peer.this) {
                if (connection == mine) {
                    connection = null;
                }
                if (!answered) {
                    pause();
                }
                failed = take(pending -> pending.sent);
                more = !waiting.isEmpty();
            }
            fail(failed, new DisconnectException("The connection to the node at " + address + " was lost"));
            if (more) {
                connect();
            }
        }
    }
}
