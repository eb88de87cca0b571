package io.kurier.testkit.sim;

import io.kurier.kernel.Network.Acceptor;
import io.kurier.kernel.Network.Listening;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// TCP between machines: what is sent on a connection arrives in order or not at all. What can go wrong is a [Line]'s,
/// one for each direction between two machines: it loses packets (which TCP sends again, later), is slow, or is cut.
public final class SimNetwork {
    private final Simulation simulation;
    private final Map<String, SimMachine> machines = new LinkedHashMap<>();
    private final Map<String, Line> lines = new LinkedHashMap<>();
    private final Map<String, Listener> listeners = new LinkedHashMap<>();
    private final Set<Wire> wires = new LinkedHashSet<>();
    private int numbers;
    private int ports = 40_000;

    /// A network without machines.
    public SimNetwork(Simulation simulation) {
        this.simulation = simulation;
    }

    void attach(SimMachine machine) {
        machines.put(machine.host(), machine);
    }

    int nextProcess() {
        return ++numbers;
    }

    Simulation simulation() {
        return simulation;
    }

    /// The way from one machine to another.
    public Line line(SimMachine from, SimMachine to) {
        return line(from.host(), to.host());
    }

    Line line(String from, String to) {
        return lines.computeIfAbsent(from + ">" + to, _ -> new Line(this));
    }

    /// Mends all lines.
    public void heal() {
        lines.values().forEach(Line::heal);
    }

    /// Breaks all connections between two machines, as a firewall that forgot them does.
    public void breakConnections(SimMachine one, SimMachine other) {
        for (Wire wire : List.copyOf(wires)) {
            if (wire.isBetween(one.host(), other.host())) {
                wire.breakBoth();
            }
        }
    }

    /// A line is whole again.
    void flow() {
        List.copyOf(wires).forEach(Wire::flow);
    }

    void gone(Wire wire) {
        wires.remove(wire);
    }

    @Nullable SimMachine machine(String host) {
        return machines.get(host);
    }

    // ---- listening and connecting

    private final class Listener implements Listening {
        final SimProcess process;
        final InetSocketAddress address;
        final Acceptor acceptor;

        Listener(SimProcess process, InetSocketAddress address, Acceptor acceptor) {
            this.process = process;
            this.address = address;
            this.acceptor = acceptor;
        }

        @Override
        public InetSocketAddress address() {
            return address;
        }

        @Override
        public void close() {
            listeners.remove(key(address.getHostString(), address.getPort()), this);
            for (Wire wire : List.copyOf(wires)) {
                wire.closeAccepted(this);
            }
        }
    }

    private static String key(String host, int port) {
        return host + ":" + port;
    }

    Listening listen(SimProcess process, InetSocketAddress address, Acceptor acceptor) throws IOException {
        String host = process.machine().host();
        String key = key(host, address.getPort());
        Listener there = listeners.get(key);
        if (there != null && there.process.isAlive()) {
            throw new BindException("cannot listen on " + address + ": the port is in use");
        }
        Listener listener = new Listener(process, new InetSocketAddress(host, address.getPort()), acceptor);
        listeners.put(key, listener);
        process.onEnd(() -> listeners.remove(key, listener));
        return listener;
    }

    void connect(
            SimProcess from,
            InetSocketAddress address,
            int timeoutMs,
            Acceptor opened,
            Consumer<IOException> failed) {
        String host = address.getHostString();
        String own = from.machine().host();
        Attempt attempt = new Attempt(from, failed);
        simulation.after(timeoutMs * 1_000_000L, () -> attempt.fail(new SocketTimeoutException(
                "cannot connect to " + address + ": no answer within " + timeoutMs + " ms")));
        Line there = line(own, host);
        Line back = line(host, own);
        simulation.after(there.delayNs(), () -> {
            SimMachine machine = machines.get(host);
            if (there.isCut() || back.isCut() || machine == null || !machine.isPowered() || attempt.over) {
                return;
            }
            Listener listener = listeners.get(key(host, address.getPort()));
            if (listener == null) {
                simulation.after(back.delayNs(), () -> attempt.fail(
                        new ConnectException("cannot connect to " + address + ": connection refused")));
                return;
            }
            attempt.over = true;
            Wire wire = new Wire(
                    this, ++numbers, from, new InetSocketAddress(own, ++ports), listener.process, listener.address);
            wires.add(wire);
            wire.accepted(listener, listener.acceptor);
            simulation.after(back.delayNs(), () -> wire.opened(opened));
        });
    }

    private static final class Attempt {
        private final SimProcess from;
        private final Consumer<IOException> failed;
        boolean over;

        Attempt(SimProcess from, Consumer<IOException> failed) {
            this.from = from;
            this.failed = failed;
        }

        void fail(IOException why) {
            if (!over) {
                over = true;
                if (from.isAlive()) {
                    from.start("connect", () -> failed.accept(why));
                }
            }
        }
    }
}
