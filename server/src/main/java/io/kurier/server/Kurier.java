package io.kurier.server;

import io.kurier.cluster.config.NetworkSettings;
import io.kurier.kernel.Clock;
import io.kurier.kernel.Disk;
import io.kurier.kernel.FileDisk;
import io.kurier.kernel.MemoryDisk;
import io.kurier.kernel.TemporaryFolder;
import io.kurier.server.config.InvalidNodeConfigException;
import io.kurier.server.config.NodeConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A Kurier node inside this process: the same node that `kurier start` runs.
///
/// ```java
/// try (var node = Kurier.start()) {
///     properties.put("bootstrap.servers", node.bootstrapServers());
/// }
/// ```
///
/// Any number of nodes may run in one JVM, each with its own data and port. An embedded node shows no metrics over HTTP
/// unless `kurier.http.port` is set.
public final class Kurier implements AutoCloseable {
    private final NodeConfig config;
    private final Machine machine;
    private final Node node;
    private final @Nullable TemporaryFolder temporary;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    private Kurier(NodeConfig config, Machine machine, Node node, @Nullable TemporaryFolder temporary) {
        this.config = config;
        this.machine = machine;
        this.node = node;
        this.temporary = temporary;
        node.removed().thenRun(() -> machine.world().threads().slow().execute(this::close));
    }

    /// Starts a node on 127.0.0.1 and any free port. Its data lies in a temporary folder that goes when the node is
    /// closed, and groups do not wait for more members.
    ///
    /// @throws IllegalStateException with the reason if it cannot start
    public static Kurier start() {
        return builder().start();
    }

    /// A node with settings of one's own.
    public static Builder builder() {
        return new Builder();
    }

    /// Starts a node as it is configured. This is what `kurier start` does.
    ///
    /// @throws StartException with the reason, in plain English
    public static Kurier start(NodeConfig config) throws StartException {
        return start(config, new FileDisk(), null);
    }

    private static Kurier start(NodeConfig config, Disk disk, @Nullable TemporaryFolder temporary)
            throws StartException {
        Machine machine = new Machine(disk, NetworkSettings.of(config.settings()));
        try {
            return new Kurier(
                    config, machine, Node.start(machine.world(), config, new Monitoring(machine.metrics())), temporary);
        } catch (StartException e) {
            machine.close();
            if (temporary != null) {
                temporary.close();
            }
            throw e;
        }
    }

    /// `host:port` of the listeners for clients, separated by commas, as `bootstrap.servers` takes it.
    public String bootstrapServers() {
        return addresses().stream()
                .map(address -> (address.getAddress().isAnyLocalAddress()
                                ? "127.0.0.1"
                                : address.getAddress().getHostAddress())
                        + ":" + address.getPort())
                .collect(Collectors.joining(","));
    }

    /// The addresses that the listeners for clients are bound to.
    public List<InetSocketAddress> addresses() {
        return node.addresses();
    }

    /// Where `/metrics` and `/health` are answered; empty if nowhere.
    public Optional<InetSocketAddress> httpAddress() {
        return node.httpAddress();
    }

    /// The cluster that the node belongs to.
    public String clusterId() {
        return node.clusterId();
    }

    /// How it was configured.
    public NodeConfig config() {
        return config;
    }

    /// Stops the node cleanly: others lead what it led, everything is on disk, and the next start need not recover. A
    /// node that is taken out of its cluster (`kurier cluster leave`) does this by itself. Harmless when repeated.
    @Override
    public synchronized void close() {
        if (closed.isDone()) {
            return;
        }
        try {
            node.close();
            machine.close();
            if (temporary != null) {
                temporary.close();
            }
        } finally {
            closed.complete(null);
        }
    }

    /// Waits until the node is closed.
    public void awaitClose() {
        closed.join();
    }

    /// Settings of an embedded node.
    public static final class Builder {
        private final Map<String, String> settings = new HashMap<>();
        private @Nullable Path data;
        private @Nullable Disk memory;
        private int port;

        private Builder() {
            settings.put("group.initial.rebalance.delay.ms", "0");
            settings.put("group.streams.initial.rebalance.delay.ms", "0");
            settings.put("group.consumer.assignment.interval.ms", "0");
            settings.put("group.share.assignment.interval.ms", "0");
            settings.put("group.streams.assignment.interval.ms", "0");
            settings.put("node.id", "1");
            settings.put("kurier.http.port", "-1");
        }

        /// Keeps the data in this folder, and leaves it there.
        public Builder data(Path folder) {
            data = folder;
            memory = null;
            return this;
        }

        /// Keeps the data in the heap, at most so many bytes, and nothing on any disk.
        public Builder inMemory(long capacityBytes) {
            memory = new MemoryDisk(Clock.system(), capacityBytes);
            settings.putIfAbsent("kurier.journal.bytes", "0"); // nothing there is cheaper than a sync
            data = Path.of("/kurier");
            return this;
        }

        /// Listens on this port of 127.0.0.1 instead of any free one.
        public Builder port(int wanted) {
            port = wanted;
            return this;
        }

        /// Sets one of Kafka's broker settings, by its name in `server.properties`.
        public Builder set(String name, String value) {
            settings.put(name, value);
            return this;
        }

        /// Starts the node and returns when it serves.
        ///
        /// @throws IllegalStateException with the reason if it cannot start
        public Kurier start() {
            try {
                TemporaryFolder temporary = data == null ? TemporaryFolder.create("kurier-") : null;
                Map<String, String> all = new HashMap<>(settings);
                all.putIfAbsent("listeners", "PLAINTEXT://127.0.0.1:" + port);
                all.put("log.dirs", String.valueOf(temporary == null ? data : temporary.path()));
                return Kurier.start(NodeConfig.of(all), memory == null ? new FileDisk() : memory, temporary);
            } catch (IOException | InvalidNodeConfigException | StartException e) {
                throw new IllegalStateException(e.getMessage(), e);
            }
        }
    }
}
