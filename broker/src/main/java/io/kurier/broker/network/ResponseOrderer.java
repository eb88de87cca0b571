package io.kurier.broker.network;

import io.kurier.kernel.Network;
import io.kurier.kernel.Network.Bytes;
import io.kurier.kernel.Network.Part;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends the answers of one connection in the order of its requests, whatever the order in which they become ready.
///
/// Each request takes a [Slot] when it arrives. A slot that is answered waits until all before it are; then the thread
/// that answered the first of them sends them all. Requests that are not answered yet, and answers that wait, are
/// bounded: beyond the bounds the connection's reading is paused until half of them are gone. Whoever else wants
/// reading paused says so to the orderer ([#holdReading(boolean)]), which alone pauses the connection.
public final class ResponseOrderer {
    /// Requests in flight that a connection may have unless said otherwise.
    public static final int MAX_OUTSTANDING = 1_000;

    /// Bytes of answers that may wait for an earlier one unless said otherwise.
    public static final long MAX_WAITING_BYTES = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(ResponseOrderer.class);

    private final Network.Connection connection;
    private final int maxOutstanding;
    private final long maxWaitingBytes;
    private final AtomicInteger outstanding = new AtomicInteger();
    private final AtomicLong waitingBytes = new AtomicLong();
    private final AtomicInteger draining = new AtomicInteger();
    private final AtomicBoolean reviewing = new AtomicBoolean();
    private volatile boolean full;
    private volatile boolean closed;

    private boolean held; // the connection's thread alone
    private boolean paused; // the connection's thread alone
    private Slot newest = new Slot(); // the connection's thread alone
    private Slot lastSent = newest; // whoever drains

    /// For one connection, with the usual bounds.
    public ResponseOrderer(Network.Connection connection) {
        this(connection, MAX_OUTSTANDING, MAX_WAITING_BYTES);
    }

    /// @param maxOutstanding requests that may be in flight before reading is paused
    /// @param maxWaitingBytes bytes of memory in answers that wait for an earlier one, before reading is paused
    public ResponseOrderer(Network.Connection connection, int maxOutstanding, long maxWaitingBytes) {
        this.connection = connection;
        this.maxOutstanding = maxOutstanding;
        this.maxWaitingBytes = maxWaitingBytes;
    }

    /// The place of one request's answer.
    public final class Slot {
        private final AtomicReference<@Nullable List<Part>> answer = new AtomicReference<>();
        private volatile @Nullable Slot next;
        private long bytes;

        private Slot() {}

        /// Answers the request with one frame. Any thread, once a slot; what was answered to a connection that is gone
        /// is released.
        ///
        /// @throws IllegalStateException if the slot was answered before
        public void complete(List<Part> frame) {
            long memory = 0;
            for (Part part : frame) {
                memory += part instanceof Bytes ? part.length() : 0;
            }
            bytes = memory;
            waitingBytes.addAndGet(memory);
            if (!answer.compareAndSet(null, frame)) {
                waitingBytes.addAndGet(-memory);
                frame.forEach(Part::release);
                throw new IllegalStateException("this request was answered before");
            }
            drain();
        }

        /// Says that the request has no answer (acks=0), so that later ones need not wait for it.
        public void skip() {
            complete(List.of());
        }
    }

    /// The slot of the request that has just arrived. Call on the connection's thread, in the order of arrival.
    public Slot next() {
        Slot slot = new Slot();
        newest.next = slot;
        newest = slot;
        if (outstanding.incrementAndGet() >= maxOutstanding) {
            full = true;
            pauseOrResume();
        }
        return slot;
    }

    /// Holds the delivery of requests, or lets it go on as far as the bounds allow. Call on the connection's thread.
    public void holdReading(boolean hold) {
        held = hold;
        pauseOrResume();
    }

    /// Requests that were not answered yet.
    public int outstanding() {
        return outstanding.get();
    }

    /// The connection is gone: answers that wait are released, and so is each that still comes.
    public void close() {
        closed = true;
        drain();
    }

    /// One thread at a time sends what is ready; others leave it to that one.
    private void drain() {
        if (draining.getAndIncrement() != 0) {
            return;
        }
        int seen = 1;
        while (seen != 0) {
            if (closed) {
                dropReady();
            } else {
                sendReady();
            }
            seen = draining.addAndGet(-seen);
        }
        review();
    }

    private void sendReady() {
        for (Slot slot = lastSent.next; slot != null; slot = slot.next) {
            List<Part> frame = slot.answer.get();
            if (frame == null) {
                return;
            }
            lastSent = slot;
            outstanding.decrementAndGet();
            waitingBytes.addAndGet(-slot.bytes);
            slot.answer.setPlain(List.of()); // the slot stays as the end of the chain, its answer need not
            if (!frame.isEmpty()) {
                send(frame);
            }
        }
    }

    private void send(List<Part> frame) {
        try {
            connection.send(frame);
        } catch (RuntimeException e) {
            LOG.error("An answer to {} cannot be sent: the connection is closed", connection.remote(), e);
            connection.close();
        }
    }

    /// Answers of a connection that is gone are released at once, in whatever order they come.
    private void dropReady() {
        for (Slot slot = lastSent.next; slot != null; slot = slot.next) {
            List<Part> frame = slot.answer.get();
            if (frame != null && !frame.isEmpty()) {
                slot.answer.setPlain(List.of());
                frame.forEach(Part::release);
            }
        }
    }

    /// Pauses or resumes reading if the bounds say so; on the connection's thread, for pausing is a promise made there.
    private void review() {
        if (closed || wantsToBeFull() == full || !reviewing.compareAndSet(false, true)) {
            return;
        }
        try {
            connection.executor().execute(() -> {
                reviewing.set(false);
                full = wantsToBeFull();
                pauseOrResume();
                review(); // what changed meanwhile
            });
        } catch (RejectedExecutionException e) {
            close(); // the connection's thread has ended, and the connection with it
        }
    }

    /// Full from the bounds on, until half of them are free again.
    private boolean wantsToBeFull() {
        int requests = outstanding.get();
        long bytes = waitingBytes.get();
        return full
                ? requests > maxOutstanding / 2 || bytes > maxWaitingBytes / 2
                : requests >= maxOutstanding || bytes > maxWaitingBytes;
    }

    private void pauseOrResume() {
        boolean now = held || full;
        if (paused != now) {
            paused = now;
            connection.pauseReading(now);
        }
    }
}
