package io.kurier.broker.network;

import io.kurier.kernel.Network.Bytes;
import io.kurier.kernel.Network.FileRange;
import io.kurier.kernel.Network.Part;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends the frames of one connection, in the order in which they were queued, from any thread.
///
/// Small parts, and those on the heap, are gathered in one buffer with the length prefix; large direct ones are sent as
/// they are; ranges of files go by the kernel's `sendfile`, or, if that is not to be had, in chunks that are read on a
/// slow thread, one at a time and only while the other end takes them.
final class FrameWriter {
    private static final Logger LOG = LoggerFactory.getLogger(FrameWriter.class);

    /// Above so much that is not sent, the connection's frames are held back.
    static final long HIGH_WATER_BYTES = 1 << 20;

    private static final long LOW_WATER_BYTES = HIGH_WATER_BYTES / 2;
    private static final int COPY_BELOW_BYTES = 1 << 10;
    private static final int READ_BELOW_BYTES = 16 << 10;
    private static final int CHUNK_BYTES = 256 << 10;
    private static final int FRAME_OVERHEAD_BYTES = 256;

    /// What the writer tells its connection, on the connection's thread.
    interface Events {
        /// So much waits to be sent that nothing more should be asked for; or no longer.
        void backlog(boolean high);

        /// Something was sent.
        void progress();

        /// The rest of a frame cannot be sent, so that the connection is of no use any more.
        void failed(Throwable why);
    }

    private record Outgoing(List<Part> parts, long lengthBytes) {}

    private final Channel channel;
    private final Executor slow;
    private final boolean sendsFiles;
    private final Events events;
    private final ConcurrentLinkedQueue<Outgoing> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong unsentBytes = new AtomicLong();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final ChannelFutureListener checked = sent -> check(sent.cause());
    private volatile boolean closed;

    // The rest is touched on the connection's thread alone.
    private final ArrayDeque<Part> current = new ArrayDeque<>();
    private long currentBytes;
    private @Nullable ByteBuf gathered;
    private @Nullable ChannelFuture lastWrite;
    private @Nullable FileRange chunked;
    private long chunkedPosition;
    private boolean reading;
    private boolean backlog;
    private boolean batching;
    private boolean unflushed;

    FrameWriter(Channel channel, Executor slow, boolean sendsFiles, Events events) {
        this.channel = channel;
        this.slow = slow;
        this.sendsFiles = sendsFiles;
        this.events = events;
    }

    /// Queues a frame. Any thread.
    void send(List<Part> parts) {
        long length = 0;
        for (Part part : parts) {
            length += part.length();
        }
        if (length > Integer.MAX_VALUE - Integer.BYTES) {
            parts.forEach(Part::release);
            throw new IllegalArgumentException("a frame of " + length + " bytes cannot be sent");
        }
        unsentBytes.addAndGet(length + FRAME_OVERHEAD_BYTES);
        queue.add(new Outgoing(List.copyOf(parts), length));
        if (closed) {
            releaseQueue();
        } else if (channel.eventLoop().inEventLoop()) {
            drain();
        } else if (scheduled.compareAndSet(false, true)) {
            try {
                channel.eventLoop().execute(this::drainScheduled);
            } catch (RejectedExecutionException e) {
                closed = true;
                releaseQueue();
            }
        }
    }

    /// While a burst of frames is being delivered, answers are gathered; the end of the burst sends them.
    void batching(boolean on) {
        batching = on;
        if (!on && unflushed) {
            flush();
        }
    }

    /// The other end took some of what was waiting.
    void writable() {
        if (!closed && chunked != null && !reading && channel.isWritable()) {
            readChunk(chunked);
        }
    }

    /// Releases what was not sent. Nothing is sent any more.
    void close() {
        closed = true;
        if (gathered != null) {
            gathered.release();
            gathered = null;
        }
        FileRange range = chunked;
        if (range != null && !reading) {
            chunked = null;
            range.release();
        }
        current.forEach(Part::release);
        current.clear();
        releaseQueue();
    }

    private void releaseQueue() {
        for (Outgoing frame = queue.poll(); frame != null; frame = queue.poll()) {
            frame.parts().forEach(Part::release);
        }
    }

    private void drainScheduled() {
        scheduled.set(false);
        drain();
    }

    private void drain() {
        while (!closed && chunked == null) {
            Outgoing frame = queue.poll();
            if (frame == null) {
                break;
            }
            current.addAll(frame.parts());
            currentBytes = frame.lengthBytes() + FRAME_OVERHEAD_BYTES;
            gather(current, Integer.BYTES).writeInt((int) frame.lengthBytes());
            writeCurrent();
        }
        if (closed) {
            releaseQueue();
            return;
        }
        flush();
        if (!backlog && unsentBytes.get() > HIGH_WATER_BYTES) {
            backlog = true;
            events.backlog(true);
        }
    }

    /// Writes parts until the frame is out, or one must be read in chunks.
    private void writeCurrent() {
        while (!closed && chunked == null && !current.isEmpty()) {
            Part part = current.remove();
            switch (part) {
                case Bytes bytes -> write(bytes);
                case FileRange range -> write(range);
            }
        }
        if (!closed && chunked == null) {
            writeGathered();
            frameWritten();
        }
    }

    private void write(Bytes bytes) {
        ByteBuffer buffer = bytes.buffer();
        if (buffer.isDirect() && buffer.remaining() > COPY_BELOW_BYTES) {
            writeGathered();
            lastWrite = channel.write(Unpooled.wrappedBuffer(buffer))
                    .addListener(checked)
                    .addListener((ChannelFutureListener) sent -> bytes.release());
        } else {
            gather(current, buffer.remaining()).writeBytes(buffer.duplicate());
            bytes.release();
        }
    }

    private void write(FileRange range) {
        Optional<FileChannel> file = range.file().channel();
        if (range.length() == 0) {
            range.release();
        } else if (file.isPresent() && range.length() <= READ_BELOW_BYTES) {
            // One packet with what stands before it, instead of two.
            readInto(gather(current, (int) range.length()), range);
        } else if (file.isPresent() && sendsFiles) {
            writeGathered();
            lastWrite = channel.write(new FileSection(file.get(), range))
                    .addListener(checked)
                    .addListener((ChannelFutureListener) sent -> explain(range, sent.cause()));
        } else {
            writeGathered();
            chunked = range;
            chunkedPosition = range.position();
            readChunk(range);
        }
    }

    /// A connection that ends while it is sent a file is nothing special, unless it is the file that ended.
    private void explain(FileRange range, @Nullable Throwable failure) {
        try {
            if (failure != null && range.file().size() < range.position() + range.length()) {
                LOG.error("Connection {} closed: a file ended before the end of what is sent of it", channel, failure);
            }
        } catch (IOException e) {
            LOG.debug("The file that was being sent is closed", e);
        }
    }

    private void readInto(ByteBuf into, FileRange range) {
        try {
            readFully(into, range, range.position(), (int) range.length());
        } catch (IOException e) {
            fail(e);
        } finally {
            range.release();
        }
    }

    private static void readFully(ByteBuf into, FileRange range, long position, int length) throws IOException {
        ByteBuffer target = into.nioBuffer(into.writerIndex(), length);
        while (target.hasRemaining()) {
            if (range.file().read(target, position + target.position()) <= 0) {
                throw new EOFException(
                        "a file ended " + target.remaining() + " bytes before the end of what is sent of it");
            }
        }
        into.writerIndex(into.writerIndex() + length);
    }

    private void readChunk(FileRange range) {
        reading = true;
        long position = chunkedPosition;
        int length = (int) Math.min(CHUNK_BYTES, range.position() + range.length() - position);
        ByteBuf chunk = channel.alloc().directBuffer(length, length);
        try {
            slow.execute(() -> {
                @Nullable Throwable failure = null;
                try {
                    readFully(chunk, range, position, length);
                } catch (IOException | RuntimeException e) {
                    failure = e;
                }
                handOver(range, chunk, failure);
            });
        } catch (RejectedExecutionException e) {
            chunkRead(range, chunk, e);
        }
    }

    private void handOver(FileRange range, ByteBuf chunk, @Nullable Throwable failure) {
        try {
            channel.eventLoop().execute(() -> chunkRead(range, chunk, failure));
        } catch (RejectedExecutionException e) {
            chunk.release();
            range.release();
        }
    }

    private void chunkRead(FileRange range, ByteBuf chunk, @Nullable Throwable failure) {
        reading = false;
        if (closed || failure != null) {
            chunked = null;
            chunk.release();
            range.release();
            if (failure != null && !closed) {
                fail(failure);
            }
            return;
        }
        chunkedPosition += chunk.readableBytes();
        boolean last = chunkedPosition == range.position() + range.length();
        writeOut(chunk);
        if (last) {
            chunked = null;
            range.release();
            writeCurrent();
            drain();
        } else {
            channel.flush();
            writable();
        }
    }

    /// The buffer that small parts are gathered in, with room for `bytes` more; made with room for the small parts that
    /// follow.
    private ByteBuf gather(ArrayDeque<Part> following, int bytes) {
        ByteBuf buffer = gathered;
        if (buffer == null) {
            long room = bytes;
            for (Part part : following) {
                boolean joins = switch (part) {
                    case Bytes b -> !b.buffer().isDirect() || b.length() <= COPY_BELOW_BYTES;
                    case FileRange f -> f.length() <= READ_BELOW_BYTES;
                };
                if (!joins) {
                    break;
                }
                room += part.length();
            }
            buffer = channel.alloc().directBuffer((int) room);
            gathered = buffer;
        }
        return buffer.ensureWritable(bytes);
    }

    private void writeGathered() {
        ByteBuf buffer = gathered;
        if (buffer != null) {
            gathered = null;
            writeOut(buffer);
        }
    }

    /// Everything of the current frame was written: when the last of it is sent, the frame is.
    private void frameWritten() {
        long bytes = currentBytes;
        if (lastWrite != null) {
            lastWrite.addListener((ChannelFutureListener) sent -> sent(bytes));
            lastWrite = null;
        }
        unflushed = true;
    }

    private void sent(long bytes) {
        long left = unsentBytes.addAndGet(-bytes);
        if (backlog && left <= LOW_WATER_BYTES) {
            backlog = false;
            events.backlog(false);
        }
    }

    private void flush() {
        if (unflushed && !batching) {
            unflushed = false;
            channel.flush();
        }
    }

    private void writeOut(Object message) {
        lastWrite = channel.write(message).addListener(checked);
    }

    private void check(@Nullable Throwable failure) {
        if (failure == null) {
            events.progress();
        } else {
            fail(failure);
        }
    }

    private void fail(Throwable failure) {
        if (!closed) {
            events.failed(failure);
        }
    }
}
