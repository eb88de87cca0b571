package io.kurier.tests.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A node in a process of its own, which can be stopped, killed and started again on the same data and port.
/// `-Dkurier.node.command=PROGRAM` runs another program with the same arguments instead (to hold the tests themselves
/// against Apache Kafka).
final class NodeProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);

    private final List<String> command;
    private final int port;
    private final Path output;
    private Process process;

    private NodeProcess(List<String> command, int port, Path output) throws IOException {
        this.command = command;
        this.port = port;
        this.output = output;
        this.process = launch();
    }

    /// Starts a node with its data below `folder` and waits until it serves.
    static NodeProcess start(Path folder, String... settings) throws IOException, InterruptedException {
        return start(program(), folder, settings);
    }

    /// The same with a program of one's own choice.
    static NodeProcess start(List<String> program, Path folder, String... settings)
            throws IOException, InterruptedException {
        return start(program, folder, folder.resolve("data").toString(), settings);
    }

    /// The same with data directories of one's own choice, separated by commas.
    static NodeProcess startOn(String data, Path folder, String... settings) throws IOException, InterruptedException {
        return start(program(), folder, data, settings);
    }

    private static NodeProcess start(List<String> program, Path folder, String data, String... settings)
            throws IOException, InterruptedException {
        int port = freePort();
        var command = new ArrayList<>(program);
        command.addAll(List.of("start", "--data", data));
        command.addAll(List.of("--listen", "127.0.0.1:" + port, "--set", "kurier.http.port=-1"));
        Arrays.stream(settings).forEach(setting -> command.addAll(List.of("--set", setting)));
        var node = new NodeProcess(command, port, folder.resolve("output.txt"));
        node.awaitServing();
        return node;
    }

    String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /// Kills the process the hard way, with all that it started, and waits until it is gone.
    void kill() throws InterruptedException {
        assertThat(process.isAlive()).as("the node died by itself: %s", this).isTrue();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    /// Asks the process to end (SIGTERM) and waits until it is gone.
    void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends on SIGTERM").isTrue();
    }

    /// Starts the stopped or killed node again; does not wait until it serves.
    void restart() throws IOException {
        assertThat(process.isAlive()).isFalse();
        process = launch();
    }

    void awaitServing() throws IOException, InterruptedException {
        long deadlineNs = System.nanoTime() + START_TIMEOUT.toNanos();
        while (!answers()) {
            assertThat(System.nanoTime()).as("serves in time: %s", this).isLessThan(deadlineNs);
            boolean ended = process.waitFor(20, TimeUnit.MILLISECONDS);
            assertThat(ended).as("the node ended: %s", this).isFalse();
        }
    }

    /// Whether the process ended by itself within the time.
    boolean endsWithin(Duration time) throws InterruptedException {
        return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// What it has printed so far.
    String output() throws IOException {
        return Files.readString(output);
    }

    /// What the process holds in memory now.
    long residentMegabytes() throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum()
                / 1024;
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().onExit().join();
    }

    /// Its command line and the end of its output.
    @Override
    public String toString() {
        try {
            String text = output();
            return String.join(" ", command) + "\n" + text.substring(Math.max(0, text.length() - 4_000));
        } catch (IOException e) {
            return String.join(" ", command) + " (no output: " + e + ")";
        }
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
    }

    /// Whether it answers ApiVersions: a port may be open before the node serves.
    private boolean answers() {
        try (var connection = new RawConnection(bootstrapServers())) {
            return connection.ask(WireBuffer.request(18, 0, 1)).getInt() == 1;
        } catch (IOException e) {
            return false;
        }
    }

    /// The command line's own main class on this test's class path, or what `kurier.node.command` names.
    static List<String> program() {
        String other = System.getProperty("kurier.node.command");
        if (other != null) {
            return List.of(other);
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                productionClassPath(),
                "io.kurier.cli.Main");
    }

    private static String productionClassPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .filter(entry -> !entry.endsWith("test-classes"))
                .reduce((left, right) -> left + File.pathSeparator + right)
                .orElseThrow();
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
