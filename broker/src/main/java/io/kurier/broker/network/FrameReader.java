package io.kurier.broker.network;

import io.kurier.kernel.Clock;
import io.kurier.kernel.Network;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes frames of the bytes of one connection. All methods are called on the connection's thread.
///
/// What arrives is read into a shared buffer of 2 to 64 KiB. Once the length of a frame is known that is not whole in
/// it, the frame gets a buffer of its own, and this reader, being Netty's allocator for the connection as well, has all
/// further reads of that frame go straight into it: no copy but for its first bytes. A length is only a claim: the
/// buffer of a frame is never larger than 64 KiB or twice what the connection has sent in its life, whichever is more,
/// and grows by doubling.
final class FrameReader extends DefaultMaxMessagesRecvByteBufAllocator {
    /// Why delivery is held.
    enum Hold {
        /// The receiver asked for it.
        RECEIVER(1),
        /// The other end does not take its answers.
        BACKLOG(2),
        /// There is no memory for the next frame.
        BUDGET(4);

        private final int bit;

        Hold(int bit) {
            this.bit = bit;
        }
    }

    /// What a claimed length is trusted with.
    static final int TRUSTED_BYTES = 64 << 10;

    private static final int SMALLEST_READ = 2 << 10;
    private static final int LARGEST_READ = 64 << 10;
    private static final int SMALLEST_CHARGE = 256;
    private static final int LENGTH_BYTES = 4;
    private static final long NEVER = Long.MIN_VALUE;
    private static final long SLOWEST_BYTES_PER_SECOND = 16 << 10;
    private static final long SECOND_NS = 1_000_000_000L;

    private final Channel channel;
    private final int maxFrameBytes;
    private final FrameBudget budget;
    private final Clock clock;
    private final Consumer<Network.Frame> deliver;
    private final Consumer<String> fail;
    private final FrameBudget.Claim claim;

    private @Nullable ByteBuf pending;
    private @Nullable ByteBuf body;
    private int bodyLength;
    private int bodyCharged;
    private int bodyCounted;
    private int waitingCapacity;
    private int grantedCapacity;
    private int holds;
    private @Nullable Runnable whenDrained;
    private int readSize = SMALLEST_READ;
    private long receivedBytes;
    private long incompleteSinceNs = NEVER;
    private boolean parsing;
    private boolean closed;

    /// @param deliver takes each whole frame, and owns it
    /// @param fail is told why the connection must be closed
    FrameReader(
            Channel channel,
            int maxFrameBytes,
            FrameBudget budget,
            Clock clock,
            Consumer<Network.Frame> deliver,
            Consumer<String> fail) {
        this.channel = channel;
        this.maxFrameBytes = maxFrameBytes;
        this.budget = budget;
        this.clock = clock;
        this.deliver = deliver;
        this.fail = fail;
        this.claim = new FrameBudget.Claim(() -> channel.eventLoop().execute(this::granted));
    }

    /// Takes over a buffer that was read; empty ones as well.
    @SuppressWarnings("ReferenceEquality") // the very buffer, not one with the same bytes
    void read(ByteBuf buffer) {
        if (closed) {
            buffer.release();
            return;
        }
        if (buffer == body) {
            receivedBytes += buffer.readableBytes() - bodyCounted;
            bodyCounted = buffer.readableBytes();
            buffer.release();
        } else {
            receivedBytes += buffer.readableBytes();
            adaptReadSize(buffer.readableBytes(), buffer.capacity());
            append(buffer);
        }
        parse();
    }

    /// Holds frames back, or lets them go again as soon as nothing else holds them.
    void hold(Hold why, boolean held) {
        int before = holds;
        holds = held ? holds | why.bit : holds & ~why.bit;
        if (closed || (before == 0) == (holds == 0)) {
            return;
        }
        if (held) {
            channel.config().setAutoRead(false);
            incompleteSinceNs = NEVER;
        } else {
            parse();
            if (holds == 0 && whenDrained == null) {
                channel.config().setAutoRead(true);
            } else if (holds == 0) {
                drained();
            }
        }
    }

    /// The other end has said all that it will: runs `then` once the frames that are held back were delivered, which
    /// may be now. So nothing is lost of what a client sent before it left, as one that wants no answers does.
    void finish(Runnable then) {
        whenDrained = then;
        if (closed || holds == 0 || (holds & Hold.BACKLOG.bit) != 0) {
            drained();
        }
    }

    private void drained() {
        Runnable then = whenDrained;
        whenDrained = null;
        if (then != null) {
            then.run();
        }
    }

    /// True if a frame that has begun should have been complete by now.
    boolean isOverdue(long nowNs, long frameNs) {
        return incompleteSinceNs != NEVER
                && nowNs - incompleteSinceNs > frameNs + bodyCounted / SLOWEST_BYTES_PER_SECOND * SECOND_NS;
    }

    /// Bytes received so far, in all.
    long receivedBytes() {
        return receivedBytes;
    }

    /// Drops what was received in part. Nothing is delivered any more.
    void close() {
        closed = true;
        if (waitingCapacity > 0) {
            if (!budget.cancel(claim)) {
                budget.release(charge(waitingCapacity));
            }
            waitingCapacity = 0;
        }
        if (grantedCapacity > 0) {
            budget.release(charge(grantedCapacity));
            grantedCapacity = 0;
        }
        if (body != null) {
            body.release();
            body = null;
            budget.release(bodyCharged);
        }
        if (pending != null) {
            pending.release();
            pending = null;
        }
        budget.frameDropped(claim);
    }

    @Override
    public MaxMessageHandle newHandle() {
        return new MaxMessageHandle() {
            @Override
            public int guess() {
                return readSize;
            }

            @Override
            public ByteBuf allocate(ByteBufAllocator alloc) {
                ByteBuf frame = body;
                if (frame != null && pending == null && frame.isWritable()) {
                    return frame.retain();
                }
                return alloc.directBuffer(readSize, readSize);
            }
        };
    }

    private void parse() {
        if (parsing) {
            return;
        }
        parsing = true;
        try {
            while (holds == 0 && !closed && step()) {}
        } finally {
            parsing = false;
        }
        shrinkPending();
        if (holds != 0 || closed || (body == null && pending == null)) {
            incompleteSinceNs = NEVER;
        } else if (incompleteSinceNs == NEVER) {
            incompleteSinceNs = clock.nanos();
        }
    }

    /// One step of parsing; false if it needs more bytes, or must wait.
    private boolean step() {
        if (body != null) {
            return fill(body);
        }
        ByteBuf in = pending;
        if (in == null || in.readableBytes() < LENGTH_BYTES) {
            return false;
        }
        int length = in.getInt(in.readerIndex());
        if (length < 0 || length > maxFrameBytes) {
            fail.accept("it announced a frame of " + length + " bytes; the limit is " + maxFrameBytes
                    + " (socket.request.max.bytes)");
            return false;
        }
        boolean whole = in.readableBytes() - LENGTH_BYTES >= length;
        if (whole && (grantedCapacity == 0 || grantedCapacity >= length)) {
            return deliverWhole(in, length);
        }
        return begin(in, length);
    }

    private boolean deliverWhole(ByteBuf in, int length) {
        if (!acquire(Math.max(1, length), false)) {
            return false;
        }
        in.skipBytes(LENGTH_BYTES);
        ByteBuf frame = length * 4L >= in.capacity() ? in.readRetainedSlice(length) : copy(in, length);
        releasePendingIfEmpty(in);
        deliver(frame, charge(Math.max(1, length)));
        return true;
    }

    private boolean begin(ByteBuf in, int length) {
        int capacity = grantedCapacity > 0 ? grantedCapacity : (int) Math.min(length, trustedBytes());
        if (!acquire(capacity, false)) {
            return false;
        }
        in.skipBytes(LENGTH_BYTES);
        bodyLength = length;
        bodyCharged = charge(capacity);
        bodyCounted = 0;
        body = allocate(capacity, bodyCharged);
        releasePendingIfEmpty(in);
        if (length > LARGEST_READ) {
            readSize = SMALLEST_READ; // another large one is likely to follow: copy little of it
        }
        return true;
    }

    private boolean fill(ByteBuf frame) {
        ByteBuf in = pending;
        if (in != null) {
            frame.writeBytes(in, Math.min(in.readableBytes(), frame.writableBytes()));
            bodyCounted = frame.readableBytes();
            releasePendingIfEmpty(in);
        }
        if (frame.readableBytes() == bodyLength) {
            body = null;
            deliver(frame, bodyCharged);
            return true;
        }
        return !frame.isWritable() && grow(frame);
    }

    private boolean grow(ByteBuf frame) {
        int capacity = grantedCapacity > 0
                ? grantedCapacity
                : (int) Math.min(bodyLength, Math.max(frame.capacity() * 2L, trustedBytes()));
        if (!acquire(capacity, true)) {
            return false;
        }
        ByteBuf larger = allocate(capacity, charge(capacity));
        larger.writeBytes(frame);
        frame.release();
        budget.release(bodyCharged);
        bodyCharged = charge(capacity);
        body = larger;
        return true;
    }

    private void deliver(ByteBuf frame, int charged) {
        incompleteSinceNs = NEVER;
        deliver.accept(new ReceivedFrame(frame, budget, charged, budget.frameIsWhole(claim)));
    }

    /// True if the memory is there; otherwise frames are held until it is, and the same step is taken again.
    private boolean acquire(int capacity, boolean growing) {
        if (grantedCapacity > 0) {
            budget.release(charge(grantedCapacity) - charge(capacity));
            grantedCapacity = 0;
            return true;
        }
        if (budget.acquire(claim, charge(capacity), growing)) {
            return true;
        }
        waitingCapacity = capacity;
        hold(Hold.BUDGET, true);
        return false;
    }

    private void granted() {
        if (!closed && waitingCapacity > 0) {
            grantedCapacity = waitingCapacity;
            waitingCapacity = 0;
            hold(Hold.BUDGET, false);
        }
    }

    private ByteBuf allocate(int capacity, int charged) {
        try {
            return channel.alloc().directBuffer(capacity, capacity);
        } catch (OutOfMemoryError e) {
            budget.release(charged);
            throw e;
        }
    }

    private ByteBuf copy(ByteBuf in, int length) {
        ByteBuf own = channel.alloc().directBuffer(Math.max(1, length), Math.max(1, length));
        return own.writeBytes(in, length);
    }

    private void append(ByteBuf buffer) {
        if (!buffer.isReadable()) {
            buffer.release();
        } else if (pending == null) {
            pending = buffer;
        } else if (pending.refCnt() == 1 && pending.maxCapacity() - pending.writerIndex() >= buffer.readableBytes()) {
            pending.writeBytes(buffer); // no delivered frame is a part of it, so it may move as it grows
            buffer.release();
        } else {
            ByteBuf both = channel.alloc().directBuffer(pending.readableBytes() + buffer.readableBytes());
            both.writeBytes(pending).writeBytes(buffer);
            pending.release();
            buffer.release();
            pending = both;
        }
    }

    private void releasePendingIfEmpty(ByteBuf in) {
        if (!in.isReadable()) {
            in.release();
            pending = null;
        }
    }

    /// A few bytes that wait do not keep a large buffer.
    private void shrinkPending() {
        ByteBuf in = pending;
        if (in != null && in.readableBytes() * 4L < in.capacity() && in.capacity() > SMALLEST_CHARGE) {
            ByteBuf small = channel.alloc().directBuffer(in.readableBytes());
            small.writeBytes(in);
            in.release();
            pending = small;
        }
    }

    private void adaptReadSize(int read, int capacity) {
        if (read == capacity && capacity >= readSize) {
            readSize = Math.min(LARGEST_READ, readSize * 4);
        } else if (read < readSize / 8) {
            readSize = Math.max(SMALLEST_READ, readSize / 2);
        }
    }

    private long trustedBytes() {
        return Math.max(TRUSTED_BYTES, 2 * receivedBytes);
    }

    private static int charge(int capacity) {
        return Math.max(SMALLEST_CHARGE, capacity);
    }
}
