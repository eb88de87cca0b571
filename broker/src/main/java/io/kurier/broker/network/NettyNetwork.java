package io.kurier.broker.network;

import io.kurier.kernel.Clock;
import io.kurier.kernel.Network;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ConnectTimeoutException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.Closeable;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The real [Network], on Netty: a few event loops, each of which serves its connections on one thread.
///
/// A thread starts with the first connection or listener that it serves, so that a network costs little until it is
/// used, and several of them may live in one process. What comes from outside is limited by [NetworkSettings]; a
/// connection that breaks a limit is closed, and the log says why.
public final class NettyNetwork implements Network, Closeable {
    /// With fewer, a burst of connections overflows the kernel's queue, and each one that did waits a second.
    private static final int MIN_BACKLOG = 4096;

    private static final Logger LOG = LoggerFactory.getLogger(NettyNetwork.class);
    private static final WriteBufferWaterMark CHUNKS_IN_FLIGHT = new WriteBufferWaterMark(256 << 10, 512 << 10);
    private static final long CLOSE_MS = 3_000;

    private static final long NEVER_MS = Long.MAX_VALUE / 2_000_000;

    private final NetworkSettings settings;
    private final NettyConnection.Terms accepted;
    private final Clock clock;
    private final Executor slow;
    private final ByteBufAllocator memory;
    private final EventLoopGroup loops;
    private final FrameBudget budget;
    private final ConnectionLimits limits;
    private final LogLimiter warnings;
    private final Set<NettyListening> listenings = ConcurrentHashMap.newKeySet();

    /// A network with Kafka's defaults.
    ///
    /// @param slow runs what may block: reads of files that the kernel cannot send by itself
    public NettyNetwork(Clock clock, Executor slow) {
        this(NetworkSettings.defaults(), clock, slow);
    }

    /// A network with settings of one's own.
    ///
    /// @param slow runs what may block: reads of files that the kernel cannot send by itself
    public NettyNetwork(NetworkSettings settings, Clock clock, Executor slow) {
        this(settings, clock, slow, PooledByteBufAllocator.DEFAULT);
    }

    /// With memory from elsewhere, so that tests can count it.
    NettyNetwork(NetworkSettings settings, Clock clock, Executor slow, ByteBufAllocator memory) {
        this.memory = memory;
        this.settings = settings;
        this.accepted = new NettyConnection.Terms(
                settings.maxFrameBytes(), settings.deadlines().idleMs(), true);
        this.clock = clock;
        this.slow = slow;
        this.budget = new FrameBudget(settings.frameMemoryBytes());
        this.limits = new ConnectionLimits(settings.connections());
        this.warnings = new LogLimiter(LOG, clock);
        this.loops = new MultiThreadIoEventLoopGroup(
                settings.eventLoops(),
                new DefaultThreadFactory("kurier-network", true),
                settings.transport().ioHandlers());
    }

    @Override
    public Listening listen(InetSocketAddress address, Acceptor acceptor) throws IOException {
        if (address.isUnresolved()) {
            throw new IOException("The host name " + address.getHostString() + " to listen on is not known");
        }
        NettyListening listening = new NettyListening(listenings::remove);
        ChannelFuture bound = new ServerBootstrap()
                .group(loops)
                .channel(settings.transport().serverChannel())
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(
                        ChannelOption.SO_BACKLOG,
                        Math.max(MIN_BACKLOG, settings.connections().backlog()))
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOCATOR, memory)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, CHUNKS_IN_FLIGHT)
                .handler(new AcceptFailures(warnings))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        begin(channel, listening, acceptor);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        Throwable failure = bound.cause();
        if (failure != null) {
            throw bindFailure(address, failure);
        }
        listening.bound(bound.channel());
        listenings.add(listening);
        return listening;
    }

    @Override
    public void connect(InetSocketAddress address, Outgoing limits, Acceptor opened, Consumer<IOException> failed) {
        if (address.isUnresolved()) { // a look-up may take seconds, and the event loops have other work
            slow.execute(() -> {
                InetSocketAddress found = new InetSocketAddress(address.getHostString(), address.getPort());
                if (found.isUnresolved()) {
                    failed.accept(new IOException("The host name " + address.getHostString() + " is not known"));
                } else {
                    connect(found, limits, opened, failed);
                }
            });
            return;
        }
        NettyConnection.Terms terms = new NettyConnection.Terms(limits.maxFrameBytes(), NEVER_MS, false);
        new Bootstrap()
                .group(loops)
                .channel(settings.transport().channel())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, limits.timeoutMs())
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.ALLOCATOR, memory)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, CHUNKS_IN_FLIGHT)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext context) {
                        Channel channel = context.channel();
                        context.pipeline().addLast(new NettyConnection(channel, NettyNetwork.this, terms, opened));
                        context.fireChannelActive();
                        context.pipeline().remove(this);
                    }
                })
                .connect(address)
                .addListener(connected -> {
                    if (!connected.isSuccess()) {
                        failed.accept(connectFailure(address, connected.cause()));
                    }
                });
    }

    /// Closes all listeners and connections and ends the threads. Takes milliseconds.
    @Override
    public void close() {
        listenings.forEach(NettyListening::close);
        var ended = loops.shutdownGracefully(0, CLOSE_MS, TimeUnit.MILLISECONDS);
        if (!isOwnThread()) {
            ended.awaitUninterruptibly(CLOSE_MS);
        }
    }

    /// Connections that are open now.
    public int connections() {
        return limits.count();
    }

    /// Memory that frames take now: those being received, and those that their receivers did not release yet.
    public long frameMemoryBytes() {
        return budget.usedBytes();
    }

    NetworkSettings settings() {
        return settings;
    }

    Clock clock() {
        return clock;
    }

    Executor slow() {
        return slow;
    }

    FrameBudget budget() {
        return budget;
    }

    LogLimiter warnings() {
        return warnings;
    }

    /// How often a connection looks at its deadlines: four times within the shortest.
    long checkEveryMs() {
        NetworkSettings.Deadlines d = settings.deadlines();
        return Math.clamp(Math.min(d.idleMs(), Math.min(d.frameMs(), d.writeMs())) / 4, 5, 10_000);
    }

    private void begin(Channel channel, NettyListening listening, Acceptor acceptor) {
        if (!(channel.remoteAddress() instanceof InetSocketAddress remote)) {
            var _ = channel.close(); // it was gone before it was looked at
            return;
        }
        InetAddress from = remote.getAddress();
        String refusal = limits.enter(from);
        if (refusal != null) {
            warnings.warn("Connection from " + remote + " refused: " + refusal);
            var _ = channel.close();
            return;
        }
        channel.closeFuture().addListener(closed -> limits.leave(from));
        channel.pipeline().addLast(new NettyConnection(channel, this, accepted, acceptor));
        listening.add(channel);
    }

    private boolean isOwnThread() {
        for (var loop : loops) {
            if (loop.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    private static IOException connectFailure(InetSocketAddress address, Throwable failure) {
        String message = "Cannot connect to " + address + ": " + failure.getMessage();
        return failure instanceof ConnectException && !(failure instanceof ConnectTimeoutException)
                ? new ConnectException(message)
                : new IOException(message, failure);
    }

    private static IOException bindFailure(InetSocketAddress address, Throwable failure) {
        String where = "Port " + address.getPort() + " on " + address.getHostString();
        String reason = String.valueOf(failure.getMessage());
        String lower = reason.toLowerCase(Locale.ROOT);
        if (lower.contains("in use")) {
            return described(where + " is in use by another process; choose another with --listen", failure);
        }
        if (lower.contains("permission")) {
            return described(where + " may not be opened by this user; choose one above 1023 with --listen", failure);
        }
        if (lower.contains("cannot assign") || lower.contains("can't assign")) {
            return described(
                    "The address " + address.getHostString()
                            + " is not one of this machine's; choose another with --listen",
                    failure);
        }
        return described(where + " cannot be listened on: " + reason, failure);
    }

    private static IOException described(String message, Throwable cause) {
        BindException described = new BindException(message);
        described.initCause(cause);
        return described;
    }

    @Override
    public String toString() {
        String name = settings.transport().name().toLowerCase(Locale.ROOT);
        return "network(" + name + ", " + settings.eventLoops() + " event loops)";
    }
}
