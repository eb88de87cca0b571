package io.kurier.tests.simulation;

import io.kurier.cluster.KRaftCluster;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.server.SimulatedNode;
import io.kurier.testkit.sim.SimMachine;
import io.kurier.testkit.sim.SimNetwork;
import io.kurier.testkit.sim.Simulation;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The nodes of one run, numbered from 1 on, each on a machine of its own; and a supervisor that starts again what does
/// not come up.
final class SimCluster {
    private static final int PORT = 9092;
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    final Simulation simulation;
    final SimNetwork network;
    final BitFlips flips = new BitFlips();
    private final Map<String, String> settings;
    private final List<SimMachine> machines = new ArrayList<>();
    private final Map<Integer, SimulatedNode> nodes = new TreeMap<>();
    private @Nullable ClusterImage newest;

    SimCluster(Simulation simulation, int size, Map<String, String> settings) {
        this.simulation = simulation;
        this.network = new SimNetwork(simulation);
        this.settings = settings;
        for (int id = 1; id <= size; id++) {
            double drift = (simulation.random().nextDouble() - 0.5) * 0.02;
            machines.add(new SimMachine(simulation, network, id, 1 + drift));
        }
    }

    int size() {
        return machines.size();
    }

    SimMachine machine(int id) {
        return machines.get(id - 1);
    }

    /// The node's newest process.
    SimulatedNode node(int id) {
        return nodes.get(id);
    }

    /// The newest metadata that any node has known; null before the first.
    @Nullable
    ClusterImage newestImage() {
        for (SimulatedNode node : nodes.values()) {
            KRaftCluster view = node.cluster();
            if (node.isUp()
                    && view != null
                    && (newest == null
                            || view.image().position().offset()
                                    > newest.position().offset())) {
                newest = view.image();
            }
        }
        return newest;
    }

    List<InetSocketAddress> addresses() {
        return machines.stream()
                .map(machine -> InetSocketAddress.createUnresolved(machine.host(), PORT))
                .toList();
    }

    /// Starts a node's process; it is up some time later.
    void start(int id) {
        SimMachine machine = machine(id);
        flips.mend(machine);
        Map<String, String> all = new HashMap<>(settings);
        all.put("node.id", String.valueOf(id));
        all.put("listeners", "PLAINTEXT://" + machine.host() + ":" + PORT);
        all.put("log.dirs", "/data");
        all.put("kurier.http.port", "-1");
        if (id > 1) {
            all.put(
                    "controller.quorum.bootstrap.servers",
                    machines.stream()
                            .filter(other -> other != machine)
                            .map(other -> other.host() + ":" + PORT)
                            .collect(Collectors.joining(",")));
        }
        nodes.put(id, SimulatedNode.start(machine, all));
    }

    /// Starts all nodes, one after the other.
    void startAll() {
        for (int id = 1; id <= size(); id++) {
            int node = id;
            start(id);
            if (!simulation.runUntil(
                            START_LIMIT, () -> node(node).isUp() || !node(node).isAlive())
                    || !node(node).isUp()) {
                throw new AssertionError("node " + id + " does not start: " + node(id).refusal());
            }
        }
    }
}
