package io.kurier.broker.network;

import io.netty.channel.Channel;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.util.Locale;
import java.util.stream.Stream;

/// The ways in which sockets can be driven, the one that is taken first at the front.
public enum Transport {
    /// Linux's epoll. First choice: it sends files by `sendfile`, which costs no copy and no other thread (100 kB: 33
    /// us of CPU, client included).
    EPOLL,
    /// Linux's io_uring. As fast as epoll for small frames, slower for files: it would splice them through a pipe, 64
    /// KiB at a time, each on a worker of the kernel (100 kB: 90 us), so that they are read and sent in chunks instead
    /// (43 us).
    IO_URING,
    /// What the JDK offers on every system.
    NIO;

    // With io_uring's multishot polls (Netty 4.2.18) the news that bytes came while reading was paused can be lost, and
    // the connection
    // stands still for ever: StormTest shows it within seconds. A poll for each wait costs little.
    private static final String MULTISHOT_POLLS = "io.netty.iouring.pollAddMultishotEnabled";

    static {
        if (System.getProperty(MULTISHOT_POLLS) == null) {
            System.setProperty(MULTISHOT_POLLS, "false");
        }
    }

    /// The system property that forces one transport, by its name (`epoll`, `io_uring`, `nio`).
    public static final String PROPERTY = "kurier.network.transport";

    /// The transport that [#PROPERTY] names, else the first that works on this machine.
    ///
    /// @throws IllegalArgumentException if the property names none, or one that does not work here
    public static Transport choose() {
        String forced = System.getProperty(PROPERTY);
        if (forced == null || forced.isBlank()) {
            return Stream.of(values())
                    .filter(Transport::isAvailable)
                    .findFirst()
                    .orElse(NIO);
        }
        return Stream.of(values())
                .filter(t -> t.name().equals(forced.strip().toUpperCase(Locale.ROOT)))
                .filter(Transport::isAvailable)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(PROPERTY + "=" + forced
                        + " is no transport that works on this machine; use one of "
                        + Stream.of(values()).filter(Transport::isAvailable).toList()));
    }

    /// True if this machine has it.
    public boolean isAvailable() {
        return switch (this) {
            case EPOLL -> Epoll.isAvailable();
            case IO_URING -> IoUring.isAvailable();
            case NIO -> true;
        };
    }

    /// What drives the sockets of an event loop.
    public IoHandlerFactory ioHandlers() {
        return switch (this) {
            case EPOLL -> EpollIoHandler.newFactory();
            case IO_URING -> IoUringIoHandler.newFactory();
            case NIO -> NioIoHandler.newFactory();
        };
    }

    /// What listens.
    public Class<? extends ServerChannel> serverChannel() {
        return switch (this) {
            case EPOLL -> EpollServerSocketChannel.class;
            case IO_URING -> IoUringServerSocketChannel.class;
            case NIO -> NioServerSocketChannel.class;
        };
    }

    /// What connects.
    public Class<? extends Channel> channel() {
        return switch (this) {
            case EPOLL -> EpollSocketChannel.class;
            case IO_URING -> IoUringSocketChannel.class;
            case NIO -> NioSocketChannel.class;
        };
    }

    /// True if a file's channel can be given to the socket as it is.
    boolean sendsFiles() {
        return this != IO_URING;
    }
}
