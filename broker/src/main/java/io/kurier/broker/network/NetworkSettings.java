package io.kurier.broker.network;

/// What a [NettyNetwork] may use and how long it waits.
///
/// @param transport how sockets are driven
/// @param eventLoops threads that serve connections
/// @param maxFrameBytes longest frame that is accepted (`socket.request.max.bytes`)
/// @param frameMemoryBytes memory for frames that are being received or that their receivers still hold, over all
///     connections; beyond it connections wait with reading
/// @param connections how many connections there may be
/// @param deadlines how long a connection may do nothing
public record NetworkSettings(
        Transport transport,
        int eventLoops,
        int maxFrameBytes,
        long frameMemoryBytes,
        Connections connections,
        Deadlines deadlines) {

    /// How many connections there may be.
    ///
    /// @param max in all (`max.connections`)
    /// @param maxPerAddress from one address (`max.connections.per.ip`)
    /// @param backlog connections that wait in the kernel to be accepted (`socket.listen.backlog.size`); fewer than
    ///     4096 count as 4096, and the kernel has a bound of its own
    public record Connections(int max, int maxPerAddress, int backlog) {}

    /// When a connection is closed because nothing moves.
    ///
    /// @param idleMs nothing received and nothing sent for so long (`connections.max.idle.ms`)
    /// @param frameMs a frame that has begun is not complete after so long; each 16 KiB of it that came give one second
    ///     more
    /// @param writeMs the other end took no byte for so long although there was something to send
    public record Deadlines(long idleMs, long frameMs, long writeMs) {}

    private static final long MIB = 1 << 20;

    /// Kafka's defaults where Kafka has a setting.
    ///
    /// One event loop for two cores: a loop does the appends to the page cache as well, and what takes long (flushes,
    /// cold reads, commands) runs on other threads, which need the other cores. At least two, so that one that the disk
    /// holds up does not hold up everybody; on two cores, two were measured to send 1.2 to 1.6 times as much to
    /// consumers as one, for about the same CPU time (docs/benchmarks.md).
    public static NetworkSettings defaults() {
        long frameMemory = Math.clamp(Runtime.getRuntime().maxMemory() / 2, 64 * MIB, 1024 * MIB);
        return new NetworkSettings(
                Transport.choose(),
                Math.max(2, Runtime.getRuntime().availableProcessors() / 2),
                (int) (100 * MIB),
                frameMemory,
                new Connections(Integer.MAX_VALUE, Integer.MAX_VALUE, 1024),
                new Deadlines(600_000, 30_000, 30_000));
    }

    /// The same with another transport.
    public NetworkSettings withTransport(Transport other) {
        return new NetworkSettings(other, eventLoops, maxFrameBytes, frameMemoryBytes, connections, deadlines);
    }

    /// The same with another number of event loops.
    public NetworkSettings withEventLoops(int loops) {
        return new NetworkSettings(transport, loops, maxFrameBytes, frameMemoryBytes, connections, deadlines);
    }

    /// The same with another longest frame.
    public NetworkSettings withMaxFrameBytes(int bytes) {
        return new NetworkSettings(transport, eventLoops, bytes, frameMemoryBytes, connections, deadlines);
    }

    /// The same with other memory for frames.
    public NetworkSettings withFrameMemoryBytes(long bytes) {
        return new NetworkSettings(transport, eventLoops, maxFrameBytes, bytes, connections, deadlines);
    }

    /// The same with another number of connections.
    public NetworkSettings withConnections(Connections limits) {
        return new NetworkSettings(transport, eventLoops, maxFrameBytes, frameMemoryBytes, limits, deadlines);
    }

    /// The same with other deadlines.
    public NetworkSettings withDeadlines(Deadlines other) {
        return new NetworkSettings(transport, eventLoops, maxFrameBytes, frameMemoryBytes, connections, other);
    }
}
