package io.kurier.http;

import io.kurier.broker.network.Transport;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// Serves HTTP/1.1 on one port: one request of a connection at a time, each answered on a virtual thread.
public final class HttpServer implements AutoCloseable {
    private static final long CLOSE_MS = 2_000;

    private final Router router;
    private final HttpLimits limits;
    private final Executor slow;
    private final EventLoopGroup loop;
    private final Set<Channel> connections = ConcurrentHashMap.newKeySet();
    private final InetSocketAddress address;

    /// Opens the port.
    ///
    /// @param address port 0 is any free one
    /// @param slow runs the handlers
    /// @throws IOException if the port cannot be opened, with the reason
    public HttpServer(InetSocketAddress address, Router router, HttpLimits limits, Executor slow) throws IOException {
        this.router = router;
        this.limits = limits;
        this.slow = slow;
        Transport transport = Transport.choose();
        this.loop = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("kurier-http", true), transport.ioHandlers());
        ChannelFuture bound = new ServerBootstrap()
                .group(loop)
                .channel(transport.serverChannel())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.AUTO_READ, false)
                .childHandler(new Pipeline())
                .bind(address)
                .awaitUninterruptibly();
        if (bound.cause() != null) {
            close();
            throw new IOException(
                    "Port " + address.getPort() + " on " + address.getHostString() + " cannot be opened for HTTP: "
                            + bound.cause().getMessage(),
                    bound.cause());
        }
        connections.add(bound.channel());
        this.address = (InetSocketAddress) bound.channel().localAddress();
    }

    /// The parts of a connection; loaded with the first one.
    private final class Pipeline extends ChannelInitializer<Channel> {
        @Override
        protected void initChannel(Channel channel) {
            if (connections.size() > limits.connections()) {
                var _ = channel.close();
                return;
            }
            connections.add(channel);
            channel.closeFuture().addListener(closed -> connections.remove(channel));
            channel.pipeline()
                    .addLast(
                            new HttpServerCodec(new HttpDecoderConfig()
                                    .setMaxInitialLineLength(limits.headerBytes())
                                    .setMaxHeaderSize(limits.headerBytes())),
                            new HttpObjectAggregator(limits.bodyBytes(), true),
                            new FlowControlHandler(),
                            new HttpConnection(router, limits, slow));
        }
    }

    /// The address that was bound, with the real port.
    public InetSocketAddress address() {
        return address;
    }

    /// Closes the port and all connections and ends the thread.
    @Override
    public void close() {
        connections.forEach(Channel::close);
        loop.shutdownGracefully(0, CLOSE_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly(CLOSE_MS);
    }
}
