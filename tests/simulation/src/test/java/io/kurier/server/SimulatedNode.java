package io.kurier.server;

import io.kurier.broker.replica.Partitions;
import io.kurier.cluster.KRaftCluster;
import io.kurier.server.config.InvalidNodeConfigException;
import io.kurier.server.config.NodeConfig;
import io.kurier.testkit.sim.SimMachine;
import io.kurier.testkit.sim.SimProcess;
import java.lang.reflect.Field;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The process of a whole node on a simulated machine, and what is inside it.
public final class SimulatedNode {
    private static final Field PARTS = parts();

    private final SimMachine machine;
    private final SimProcess process;
    private @Nullable Node node;
    private @Nullable Partitions partitions;
    private @Nullable KRaftCluster cluster;
    private String refusal = "";
    private boolean stopping;

    private SimulatedNode(SimMachine machine, SimProcess process) {
        this.machine = machine;
        this.process = process;
    }

    /// Starts the process; the node is up some time later.
    public static SimulatedNode start(SimMachine machine, Map<String, String> settings) {
        SimulatedNode started = new SimulatedNode(machine, machine.boot());
        started.process.start("main", () -> started.run(settings));
        return started;
    }

    private void run(Map<String, String> settings) {
        try {
            Node started = Node.start(process.world(), NodeConfig.of(settings), new Monitoring(List.of()));
            partitions = part(started, Partitions.class);
            cluster = part(started, KRaftCluster.class);
            node = started;
        } catch (StartException e) {
            refusal = String.valueOf(e.getMessage());
            if (machine.process() == process) {
                machine.exited();
            }
        } catch (InvalidNodeConfigException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /// Stops it cleanly; its process ends some time later.
    public void stop() {
        stopping = true;
        process.start("stop", () -> {
            Node running = node;
            if (running != null) {
                running.close();
            }
            if (machine.process() == process) {
                machine.exited();
            }
        });
    }

    /// True once it was told to stop, also when it has.
    public boolean isStopping() {
        return stopping;
    }

    /// True while its process lives.
    public boolean isAlive() {
        return process.isAlive();
    }

    /// True from when it serves until its process ends.
    public boolean isUp() {
        return node != null && process.isAlive();
    }

    /// Its process.
    public SimProcess process() {
        return process;
    }

    /// Why it did not start; empty if that is not so.
    public String refusal() {
        return refusal;
    }

    /// Its partitions; null before it serves.
    public @Nullable Partitions partitions() {
        return partitions;
    }

    /// Its part of the cluster; null before it serves.
    public @Nullable KRaftCluster cluster() {
        return cluster;
    }

    private static <T> T part(Node of, Class<T> type) {
        try {
            for (Object part : (Collection<?>) PARTS.get(of)) {
                if (type.isInstance(part)) {
                    return type.cast(part);
                }
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
        throw new IllegalStateException("a node has no " + type.getSimpleName());
    }

    private static Field parts() {
        try {
            Field found = Node.class.getDeclaredField("parts");
            found.setAccessible(true);
            return found;
        } catch (NoSuchFieldException e) {
            throw new IllegalStateException(e);
        }
    }
}
