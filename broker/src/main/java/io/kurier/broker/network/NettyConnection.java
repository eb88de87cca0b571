package io.kurier.broker.network;

import io.kurier.kernel.Network;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection, accepted or opened: its reader, its writer, its receiver and its deadlines.
final class NettyConnection extends ChannelInboundHandlerAdapter implements Network.Connection, FrameWriter.Events {
    private static final Logger LOG = LoggerFactory.getLogger(NettyConnection.class);

    /// What holds for a connection by the way in which it came to be.
    ///
    /// @param maxFrameBytes longest frame that is taken
    /// @param idleMs closed after so long without a byte
    /// @param holdsOnBacklog whether nothing is read while the other end does not take what is sent to it. Not so where
    ///     answers come in: both ends might wait for each other
    record Terms(int maxFrameBytes, long idleMs, boolean holdsOnBacklog) {}

    private final Channel channel;
    private final NettyNetwork network;
    private final Terms terms;
    private final Network.Acceptor acceptor;
    private final FrameReader reader;
    private final FrameWriter writer;
    private final Executor executor = this::execute;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;

    private Network.@Nullable FrameReceiver receiver;
    private boolean closing;
    private long lastActivityNs;
    private long lastWriteNs;
    private long lastUnsentBytes;
    private long lastUnsentProgress;

    NettyConnection(Channel channel, NettyNetwork network, Terms terms, Network.Acceptor acceptor) {
        this.channel = channel;
        this.network = network;
        this.terms = terms;
        this.acceptor = acceptor;
        this.local = (InetSocketAddress) channel.localAddress();
        this.remote = (InetSocketAddress) channel.remoteAddress();
        this.lastActivityNs = network.clock().nanos();
        this.lastWriteNs = lastActivityNs;
        NetworkSettings settings = network.settings();
        this.reader = new FrameReader(
                channel, terms.maxFrameBytes(), network.budget(), network.clock(), this::deliver, this::reject);
        this.writer =
                new FrameWriter(channel, network.slow(), settings.transport().sendsFiles(), this);
        channel.config().setRecvByteBufAllocator(reader);
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public Executor executor() {
        return executor;
    }

    /// A task that comes after the thread has ended still runs, elsewhere, so that what it holds is given back.
    private void execute(Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            network.slow().execute(task);
        }
    }

    @Override
    public void send(List<Network.Part> parts) {
        writer.send(parts);
    }

    @Override
    public void pauseReading(boolean paused) {
        if (channel.eventLoop().inEventLoop()) {
            reader.hold(FrameReader.Hold.RECEIVER, paused);
        } else {
            execute(() -> reader.hold(FrameReader.Hold.RECEIVER, paused));
        }
    }

    @Override
    public void close() {
        if (channel.eventLoop().inEventLoop()) {
            stop();
        }
        var _ = channel.close();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        try {
            receiver = acceptor.accept(this);
            scheduleCheck();
        } catch (RuntimeException | Error e) {
            LOG.error("Connection {} closed: accepting it failed", this, e);
            close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        lastActivityNs = network.clock().nanos();
        writer.batching(true);
        reader.read((ByteBuf) message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        writer.batching(false);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        writer.writable();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        writer.close(); // so that an answer to what is still delivered is no failure
        reader.finish(this::gone);
    }

    private void gone() {
        stop();
        Network.FrameReceiver gone = receiver;
        receiver = null;
        if (gone == null) {
            return;
        }
        try {
            gone.closed();
        } catch (RuntimeException | Error e) {
            LOG.error("Connection {}: its receiver failed when told that it is closed", this, e);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        failed(cause);
    }

    @Override
    public void backlog(boolean high) {
        if (terms.holdsOnBacklog()) {
            reader.hold(FrameReader.Hold.BACKLOG, high);
        }
    }

    @Override
    public void progress() {
        lastActivityNs = network.clock().nanos();
        lastWriteNs = lastActivityNs;
    }

    /// Nothing can be sent any more. What was received before and is held back is still delivered.
    @Override
    public void failed(Throwable why) {
        if (closing || !channel.isOpen()) {
            return; // what fails because the connection is gone is no news
        }
        if (why instanceof IOException && !(why instanceof EOFException)) {
            LOG.debug("Connection {} closed: {}", this, why.toString());
        } else {
            LOG.error("Connection {} closed: {}", this, why.toString(), why);
        }
        writer.close();
        var _ = channel.close();
    }

    @Override
    public String toString() {
        return remote + " -> " + local;
    }

    private void deliver(Network.Frame frame) {
        Network.FrameReceiver to = receiver;
        if (to == null || closing) {
            frame.release();
            return;
        }
        try {
            to.received(frame);
        } catch (RuntimeException | Error e) {
            LOG.error("Connection {} closed: its receiver failed", this, e);
            close();
        }
    }

    private void reject(String why) {
        network.warnings().warn("Connection " + this + " closed: " + why);
        close();
    }

    private void stop() {
        if (!closing) {
            closing = true;
            reader.close();
            writer.close();
        }
    }

    private void scheduleCheck() {
        var _ = channel.eventLoop().schedule(this::checkDeadlines, network.checkEveryMs(), TimeUnit.MILLISECONDS);
    }

    private void checkDeadlines() {
        if (closing) {
            return;
        }
        NetworkSettings.Deadlines deadlines = network.settings().deadlines();
        long now = network.clock().nanos();
        noticeWriteProgress(now);
        if (now - lastWriteNs > deadlines.writeMs() * 1_000_000) {
            reject("it took none of the bytes that wait for it in " + deadlines.writeMs() + " ms");
        } else if (reader.isOverdue(now, deadlines.frameMs() * 1_000_000)) {
            reject("a frame that it began is not complete after " + deadlines.frameMs() + " ms");
        } else if (now - lastActivityNs > terms.idleMs() * 1_000_000) {
            LOG.debug("Connection {} closed: idle for {} ms (connections.max.idle.ms)", this, terms.idleMs());
            close();
        } else {
            scheduleCheck();
        }
    }

    private void noticeWriteProgress(long nowNs) {
        ChannelOutboundBuffer unsent = channel.unsafe().outboundBuffer();
        if (unsent == null || unsent.isEmpty()) {
            lastWriteNs = nowNs;
            return;
        }
        long bytes = unsent.totalPendingWriteBytes();
        long progress = unsent.currentProgress();
        if (bytes != lastUnsentBytes || progress != lastUnsentProgress) {
            lastUnsentBytes = bytes;
            lastUnsentProgress = progress;
            lastWriteNs = nowNs;
            lastActivityNs = nowNs;
        }
    }
}
