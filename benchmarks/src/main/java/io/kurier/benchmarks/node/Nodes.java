package io.kurier.benchmarks.node;

import io.kurier.benchmarks.load.ControlClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;

/// Starts the nodes that are measured, with data in folders of its own. Whatever happens, the processes
/// end with this JVM.
public final class Nodes implements AutoCloseable {
    private static final List<String> KAFKA_FLAGS = List.of(
            "-Xms1G",
            "-Xmx1G",
            "-server",
            "-XX:+UseG1GC",
            "-XX:MaxGCPauseMillis=20",
            "-XX:InitiatingHeapOccupancyPercent=35",
            "-XX:+ExplicitGCInvokesConcurrent",
            "-Djava.awt.headless=true");

    private final Path root;
    private final Path folder;
    private final Set<Process> alive = ConcurrentHashMap.newKeySet();
    private int number;
    private volatile boolean ended;

    /// @param root the folder of the checkout, with `bin/kurier` and `benchmarks/target/peer`
    /// @param folder where data goes; made, and removed at the end
    public Nodes(Path root, Path folder) throws IOException {
        this.root = root;
        this.folder = Files.createDirectories(folder);
        Runtime.getRuntime().addShutdownHook(new Thread(this::endAll, "bench-end"));
    }

    /// An empty folder for a node's data, on the disk that is measured.
    public Path newFolder() throws IOException {
        return Files.createDirectories(folder.resolve("node-" + ++number));
    }

    /// Prepares a folder as the product wants it before the first start: Apache Kafka's is formatted; ours needs
    /// nothing.
    public Installation install(Side side, Map<String, String> settings) throws IOException {
        Place place = place(1);
        return switch (side) {
            case KURIER -> new Installation(side, place.data, place.port, kurier(place, List.of(), settings));
            case KAFKA -> kafka(place, 1, List.of("--standalone"), Uuid.randomUuid(), settings);
        };
    }

    /// Prepares three nodes that make one cluster, with the ids 1 to 3: each is broker and controller.
    public List<Installation> installThree(Side side, Map<String, String> settings) throws IOException {
        List<Place> places = List.of(place(1), place(2), place(3));
        List<Installation> three = new ArrayList<>();
        String voters = places.stream()
                .map(place -> place.id + "@127.0.0.1:" + place.controllerPort + ":" + Uuid.randomUuid())
                .collect(Collectors.joining(","));
        Uuid clusterId = Uuid.randomUuid();
        for (Place place : places) {
            three.add(
                    switch (side) {
                        case KURIER ->
                            new Installation(
                                    side,
                                    place.data,
                                    place.port,
                                    kurier(place, place.id == 1 ? List.of() : joining(places.getFirst()), settings));
                        case KAFKA ->
                            kafka(place, places.size(), List.of("--initial-controllers", voters), clusterId, settings);
                    });
        }
        return three;
    }

    /// Where a node lives.
    private record Place(int id, Path data, int port, int controllerPort) {}

    private Place place(int id) throws IOException {
        int[] ports = freePorts();
        return new Place(id, newFolder(), ports[0], ports[1]);
    }

    private static List<String> joining(Place first) {
        return List.of("--join", "127.0.0.1:" + first.port);
    }

    private Installation kafka(
            Place place, int nodes, List<String> format, Uuid clusterId, Map<String, String> settings)
            throws IOException {
        Path file = place.data.resolve("server.properties");
        Files.writeString(file, properties(place, nodes, settings));
        var command = new ArrayList<>(List.of("kafka.tools.StorageTool", "format", "-t", clusterId.toString()));
        command.addAll(format);
        command.addAll(List.of("-c", file.toString()));
        run(kafka(command));
        return new Installation(
                Side.KAFKA, place.data, place.port, kafka(List.of("kafka.Kafka", file.toString())));
    }

    /// What is needed to start a node, also again on the same data.
    public record Installation(Side side, Path data, int port, List<String> command) {}

    /// Starts a node and does not wait.
    public Node start(Installation installation) throws IOException {
        Path output = installation.data().resolve("output.txt");
        var builder = new ProcessBuilder(installation.command())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
        long startedNs = System.nanoTime();
        Process process = begin(builder);
        return new Node(installation, process, startedNs, () -> alive.remove(process));
    }

    /// Starts a node and waits until it answers.
    public Node startAndAwait(Installation installation) throws IOException {
        Node node = start(installation);
        node.connect().close();
        return node;
    }

    /// A connection to a node on this port, as soon as it answers metadata.
    static ControlClient connect(int port, Process process, long limitNs) throws IOException {
        long deadlineNs = System.nanoTime() + limitNs;
        while (true) {
            ControlClient client = null;
            try {
                client = new ControlClient(port);
                client.awaitLeaders(List.of(), 0);
                return client;
            } catch (IOException notYet) {
                if (client != null) {
                    client.close();
                }
                if (!process.isAlive() || System.nanoTime() > deadlineNs) {
                    throw new IOException("the node on port " + port + " does not answer", notYet);
                }
                LockSupport.parkNanos(2_000_000L);
            }
        }
    }

    private List<String> kurier(Place place, List<String> more, Map<String, String> settings) {
        var command = new ArrayList<>(List.of(
                root.resolve("bin/kurier").toString(),
                "start",
                "--node-id",
                String.valueOf(place.id),
                "--data",
                place.data.resolve("data").toString(),
                "--listen",
                "127.0.0.1:" + place.port));
        command.addAll(more);
        settings.forEach((name, value) -> command.addAll(List.of("--set", name + "=" + value)));
        return command;
    }

    private List<String> kafka(List<String> arguments) {
        Path peer = root.resolve("benchmarks/target/peer");
        var command = new ArrayList<String>();
        command.add(java());
        command.addAll(KAFKA_FLAGS);
        command.add("-Dlog4j2.configurationFile=" + root.resolve("benchmarks/peer/log4j2.xml"));
        command.addAll(List.of("-cp", peer + "/*"));
        command.addAll(arguments);
        return command;
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /// Apache Kafka's own `config/server.properties` of a KRaft node, with this machine's ports and folder; of several
    /// nodes, its internal topics have the replicas that it is made for.
    private static String properties(Place place, int nodes, Map<String, String> settings) {
        var text = new StringBuilder("""
                process.roles=broker,controller
                node.id=%4$d
                controller.quorum.bootstrap.servers=127.0.0.1:%2$d
                listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                advertised.listeners=PLAINTEXT://127.0.0.1:%1$d,CONTROLLER://127.0.0.1:%2$d
                inter.broker.listener.name=PLAINTEXT
                controller.listener.names=CONTROLLER
                num.network.threads=3
                num.io.threads=8
                socket.send.buffer.bytes=102400
                socket.receive.buffer.bytes=102400
                log.dirs=%3$s
                offsets.topic.replication.factor=%5$d
                transaction.state.log.replication.factor=%5$d
                transaction.state.log.min.isr=%6$d
                """.formatted(
                        place.port,
                        place.controllerPort,
                        place.data.resolve("data"),
                        place.id,
                        nodes,
                        Math.min(2, nodes)));
        settings.forEach(
                (name, value) -> text.append(name).append('=').append(value).append('\n'));
        return text.toString();
    }

    private static int[] freePorts() throws IOException {
        try (var one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new int[] {one.getLocalPort(), two.getLocalPort()};
        }
    }

    private void run(List<String> command) throws IOException {
        Path output = folder.resolve("command.txt");
        Process process =
                begin(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile()));
        try {
            if (!process.waitFor(120, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + "\n" + Files.readString(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            process.destroyForcibly();
            alive.remove(process);
        }
    }

    /// Removes a folder with all that lies in it.
    public static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var all = Files.walk(folder)) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private Process begin(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        alive.add(process);
        if (ended) {
            process.destroyForcibly();
            throw new IOException("the run is being ended");
        }
        return process;
    }

    /// Whether this JVM is ending, so that what fails now means nothing.
    public boolean isEnded() {
        return ended;
    }

    /// Ends all processes at once.
    public void kill() {
        for (Process process : alive) {
            process.destroyForcibly().onExit().join();
        }
    }

    private void endAll() {
        ended = true;
        kill();
        try {
            delete(folder);
        } catch (IOException | UncheckedIOException e) {
            System.err.println("bench: could not remove " + folder + ": " + e.getMessage());
        }
    }

    @Override
    public void close() {
        endAll();
    }
}
