package io.kurier.testkit.sim;

import io.kurier.kernel.Network.Acceptor;
import io.kurier.kernel.Network.Bytes;
import io.kurier.kernel.Network.Connection;
import io.kurier.kernel.Network.FileRange;
import io.kurier.kernel.Network.Frame;
import io.kurier.kernel.Network.FrameReceiver;
import io.kurier.kernel.Network.Part;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// One end of a [Wire], as the process there holds it.
final class WireEnd implements Connection {
    /// After so long without an acknowledgement the operating system gives a connection up.
    private static final long GIVE_UP_NS = 15_000_000_000L;

    private static final byte RUBBISH = (byte) 0xDB;

    private final Wire wire;
    private final SimProcess process;
    private final Simulation simulation;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final Executor loop;
    private final Deque<byte[]> arrived = new ArrayDeque<>();
    private final Deque<Packet> outgoing = new ArrayDeque<>();
    private @Nullable FrameReceiver receiver;
    private boolean paused;
    /// Its process has closed it, or is gone, or the operating system gave it up.
    private boolean dead;
    private boolean finArrived;
    private boolean toldClosed;
    private boolean scheduled;
    private final Runnable whenProcessEnds = this::processEnded;
    private long lastDueNs;

    /// @param bytes a frame; null for the end of the stream
    private record Packet(byte @Nullable [] bytes, long dueNs) {}

    WireEnd(Wire wire, SimProcess process, InetSocketAddress local, InetSocketAddress remote) {
        this.wire = wire;
        this.process = process;
        this.simulation = wire.network().simulation();
        this.local = local;
        this.remote = remote;
        this.loop = process.serial("connection");
        process.onEnd(whenProcessEnds);
    }

    boolean isDead() {
        return dead;
    }

    void open(Acceptor acceptor) {
        loop.execute(() -> {
            receiver = acceptor.accept(this);
            deliver();
        });
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
        return loop;
    }

    // ---- out

    @Override
    public void send(List<Part> parts) {
        if (dead) {
            parts.forEach(Part::release);
        } else {
            loop.execute(() -> write(parts));
        }
    }

    private void write(List<Part> parts) {
        try {
            byte[] frame = gather(parts);
            if (frame.length > 0 && !dead && process.isAlive() && !process.machine().disk().isDead()) {
                transmit(frame);
            }
        } catch (IOException e) {
            close();
        } finally {
            parts.forEach(Part::release);
        }
    }

    private static byte[] gather(List<Part> parts) throws IOException {
        long length = 0;
        for (Part part : parts) {
            length += part.length();
        }
        ByteBuffer into = ByteBuffer.allocate(Math.toIntExact(length));
        for (Part part : parts) {
            switch (part) {
                case Bytes bytes -> into.put(bytes.buffer().duplicate());
                case FileRange range -> read(range, into);
            }
        }
        return into.array();
    }

    private static void read(FileRange range, ByteBuffer into) throws IOException {
        ByteBuffer target = into.slice(into.position(), Math.toIntExact(range.length()));
        while (target.hasRemaining()) {
            if (range.file().read(target, range.position() + target.position()) < 0) {
                throw new IOException("the file ended before the range that was to be sent");
            }
        }
        into.position(into.position() + target.position());
    }

    private void transmit(byte @Nullable [] bytes) {
        long dueNs = Math.max(lastDueNs, simulation.nowNs() + wire.lineFrom(this).delayNs());
        lastDueNs = dueNs;
        Packet packet = new Packet(bytes, dueNs);
        outgoing.add(packet);
        simulation.after(GIVE_UP_NS, () -> {
            if (!outgoing.isEmpty() && outgoing.peek() == packet) {
                broken();
            }
        });
        pump();
    }

    /// Brings the first packet on its way, if it is not.
    void pump() {
        Packet first = outgoing.peek();
        if (first != null && !scheduled && !wire.lineFrom(this).isCut()) {
            scheduled = true;
            simulation.after(first.dueNs - simulation.nowNs(), this::arrive);
        }
    }

    private void arrive() {
        scheduled = false;
        Packet packet = outgoing.peek();
        WireEnd peer = wire.other(this);
        if (packet == null || wire.lineFrom(this).isCut() || !peer.process.machine().isPowered()) {
            return; // it will be sent again, if this end lives so long
        }
        outgoing.remove();
        simulation.note(
                wire.isClient(this) ? "request" : "answer", wire.number() * 1_000L + kind(packet.bytes), Arrays.hashCode(packet.bytes));
        peer.arrived(packet);
        pump();
    }

    /// Of a request, its API.
    private static int kind(byte @Nullable [] bytes) {
        return bytes == null || bytes.length < 2 ? 0 : bytes[1] & 0xFF;
    }

    // ---- in

    private void arrived(Packet packet) {
        if (dead) {
            if (packet.bytes != null) {
                simulation.after(wire.lineFrom(this).delayNs(), wire.other(this)::broken);
            }
        } else {
            if (packet.bytes == null) {
                finArrived = true;
            } else {
                arrived.add(packet.bytes);
            }
            loop.execute(this::deliver);
        }
    }

    private void deliver() {
        while (receiver != null && !paused && !dead && !arrived.isEmpty()) {
            receiver.received(new ArrivedFrame(arrived.remove()));
        }
        if (finArrived && receiver != null && arrived.isEmpty() && !dead) {
            close();
        }
    }

    @Override
    public void pauseReading(boolean nowPaused) {
        paused = nowPaused;
        if (!nowPaused) {
            loop.execute(this::deliver);
        }
    }

    // ---- the end

    @Override
    public void close() {
        if (!dead) {
            dead = true;
            if (process.isAlive() && process.machine().disk().isDead()) {
                return;
            }
            if (!finArrived) {
                transmit(null);
            }
            tellClosed();
            process.forget(whenProcessEnds);
            wire.ended();
        }
    }

    /// The other end, or the operating system, has given it up.
    void broken() {
        if (!dead) {
            dead = true;
            outgoing.clear();
            tellClosed();
            process.forget(whenProcessEnds);
            wire.ended();
        }
    }

    private void tellClosed() {
        loop.execute(() -> {
            if (receiver != null && !toldClosed) {
                toldClosed = true;
                receiver.closed();
            }
        });
    }

    private void processEnded() {
        if (!dead) {
            dead = true;
            if (process.machine().isPowered()) {
                transmit(null);
            } else {
                outgoing.clear();
            }
            wire.ended();
        }
    }

    private static final class ArrivedFrame implements Frame {
        private final byte[] own;
        private final ByteBuffer bytes;

        ArrivedFrame(byte[] own) {
            this.own = own;
            this.bytes = ByteBuffer.wrap(own);
        }

        @Override
        public ByteBuffer bytes() {
            return bytes;
        }

        /// Who still reads it afterwards reads rubbish.
        @Override
        public void release() {
            Arrays.fill(own, RUBBISH);
        }
    }
}
