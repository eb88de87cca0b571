package io.kurier.broker.network;

import io.kurier.kernel.Network;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An open port and the connections that came by it.
final class NettyListening implements Network.Listening {
    private static final long CLOSE_MS = 2_000;

    private final Consumer<NettyListening> onClose;
    private final Set<Channel> connections = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Channel server;
    private volatile @Nullable InetSocketAddress address;
    private volatile boolean closed;

    NettyListening(Consumer<NettyListening> onClose) {
        this.onClose = onClose;
    }

    void bound(Channel channel) {
        server = channel;
        address = (InetSocketAddress) channel.localAddress();
    }

    void add(Channel connection) {
        connections.add(connection);
        connection.closeFuture().addListener(gone -> connections.remove(connection));
        if (closed) {
            var _ = connection.close();
        }
    }

    @Override
    public InetSocketAddress address() {
        return Objects.requireNonNull(address);
    }

    /// Closes the port and its connections, and returns when they are closed, unless called on a connection's own
    /// thread.
    @Override
    public void close() {
        closed = true;
        onClose.accept(this);
        Channel port = Objects.requireNonNull(server);
        List<ChannelFuture> closing = new ArrayList<>();
        closing.add(port.close());
        connections.forEach(connection -> closing.add(connection.close()));
        for (ChannelFuture future : closing) {
            if (future.channel().eventLoop().inEventLoop()) {
                return;
            }
            future.awaitUninterruptibly(CLOSE_MS);
        }
    }
}
