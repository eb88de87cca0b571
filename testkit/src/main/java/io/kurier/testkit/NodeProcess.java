package io.kurier.testkit;

import static java.util.stream.Collectors.joining;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// A node in a process of its own, which can be stopped, killed and started again on the same data and port.
///
/// By default it is the command line as it was packaged (`cli/target/kurier-cli.jar` and `cli/target/lib`), with its
/// own libraries, whatever those of the test are. `-Dkurier.node.command=PROGRAM` runs another program with the same
/// arguments instead (to hold the tests themselves against Apache Kafka).
public final class NodeProcess implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration SUSPICIOUS = Duration.ofSeconds(15);

    private final List<String> command;
    private final String host;
    private final int port;
    private final Path output;
    private Process process;

    private NodeProcess(List<String> command, String host, int port, Path output) throws IOException {
        this.command = command;
        this.host = host;
        this.port = port;
        this.output = output;
        this.process = launch();
    }

    /// Starts a node with its data below `folder`, on a free port, and waits until it serves.
    ///
    /// @param settings `name=value`, as `--set` takes them
    public static NodeProcess start(Path folder, String... settings) throws IOException, InterruptedException {
        return start(program(), folder, settings);
    }

    /// The same with a program of one's own choice.
    public static NodeProcess start(List<String> program, Path folder, String... settings)
            throws IOException, InterruptedException {
        return startAt("127.0.0.1", FreePorts.next(), program, folder, settings);
    }

    /// The same at an address of one's own choice.
    public static NodeProcess startAt(String host, int port, List<String> program, Path folder, String... settings)
            throws IOException, InterruptedException {
        return start(program, new Place(host, port, folder, List.of(folder.resolve("data"))), settings);
    }

    /// The same with data directories of one's own choice.
    public static NodeProcess startOn(List<Path> data, Path folder, String... settings)
            throws IOException, InterruptedException {
        return start(program(), new Place("127.0.0.1", FreePorts.next(), folder, data), settings);
    }

    private record Place(String host, int port, Path folder, List<Path> data) {}

    private static NodeProcess start(List<String> program, Place place, String... settings)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(
                "start", "--data", place.data().stream().map(Path::toString).collect(joining(","))));
        command.addAll(List.of("--listen", place.host() + ":" + place.port(), "--set", "kurier.http.port=-1"));
        Arrays.stream(settings).forEach(setting -> command.addAll(List.of("--set", setting)));
        NodeProcess node = new NodeProcess(
                command, place.host(), place.port(), place.folder().resolve("output.txt"));
        node.awaitServing();
        return node;
    }

    /// The packaged command line in 256 MB of heap, with more options for its JVM.
    public static List<String> program(String... jvmOptions) {
        String other = System.getProperty("kurier.node.command");
        if (other != null) {
            return List.of(other);
        }
        Path target = Path.of(System.getProperty("kurier.root"), "cli", "target");
        List<String> program = new ArrayList<>();
        program.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        program.addAll(List.of(
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        program.addAll(List.of(jvmOptions));
        program.addAll(List.of("-cp", target.resolve("kurier-cli.jar") + ":" + target.resolve("lib") + "/*"));
        program.add("io.kurier.cli.Main");
        return program;
    }

    /// `host:port` where it serves.
    public String bootstrapServers() {
        return host + ":" + port;
    }

    /// The port where it serves.
    public int port() {
        return port;
    }

    /// The process's id.
    public long pid() {
        return process.pid();
    }

    /// Whether the process runs.
    public boolean isAlive() {
        return process.isAlive();
    }

    /// Kills the process the hard way, with all that it started, and waits until it is gone.
    public void kill() throws InterruptedException {
        require(process.isAlive(), "the node died by itself");
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly().waitFor();
    }

    /// Asks the process to end (SIGTERM) and waits until it is gone.
    public void stop() throws InterruptedException {
        process.destroy();
        require(process.waitFor(60, TimeUnit.SECONDS), "does not end on SIGTERM");
    }

    /// Lets the process stand still (SIGSTOP) until [#thaw()].
    public void freeze() throws IOException, InterruptedException {
        signal("-STOP");
    }

    /// Lets it go on (SIGCONT).
    public void thaw() throws IOException, InterruptedException {
        signal("-CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int ended = new ProcessBuilder("kill", name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        require(ended == 0, "cannot be sent " + name);
    }

    /// Starts the stopped or killed node again; does not wait until it serves.
    public void restart() throws IOException {
        require(!process.isAlive(), "still runs");
        process = launch();
    }

    /// Waits until it answers ApiVersions: a port may be open before the node serves. Prints what its threads do when
    /// that takes unusually long.
    public void awaitServing() throws IOException, InterruptedException {
        long beginNs = System.nanoTime();
        String slow = "";
        while (!answers()) {
            Duration gone = Duration.ofNanos(System.nanoTime() - beginNs);
            if (slow.isEmpty() && gone.compareTo(SUSPICIOUS) > 0) {
                slow = threads();
                System.out.println("Does not serve after " + gone + ": " + this + "\n" + slow);
            }
            require(gone.compareTo(START_TIMEOUT) < 0, "does not serve in time");
            require(!process.waitFor(20, TimeUnit.MILLISECONDS), "the node ended");
        }
    }

    /// Whether the process ends by itself within the time.
    public boolean endsWithin(Duration time) throws InterruptedException {
        return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// What all of its threads do now, the virtual ones as well, after those that wait in the kernel for a disk. For
    /// failures.
    public String threads() throws IOException, InterruptedException {
        return inKernel() + "\n" + inJava();
    }

    /// Where in the kernel threads are that cannot be interrupted there (state D), mostly because of a disk.
    private String inKernel() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(process.pid()), "task"))) {
            return tasks.map(NodeProcess::kernelState)
                    .filter(state -> state.contains("State:\tD"))
                    .collect(joining("\n"));
        }
    }

    private static String kernelState(Path task) {
        try {
            String name = Files.readString(task.resolve("comm")).strip();
            String status = Files.readString(task.resolve("status"));
            return name + " " + Files.readString(task.resolve("wchan")) + " "
                    + status.lines().filter(line -> line.startsWith("State:")).collect(joining());
        } catch (IOException e) {
            return "(gone)";
        }
    }

    private String inJava() throws IOException, InterruptedException {
        Path dump = Files.createTempFile("threads", ".txt");
        try {
            Process jcmd = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                    .toString(),
                            Long.toString(process.pid()),
                            "Thread.dump_to_file",
                            "-overwrite",
                            dump.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!jcmd.waitFor(20, TimeUnit.SECONDS)) {
                jcmd.destroyForcibly();
                return "(it does not even say what its threads do)";
            }
            return Files.readString(dump);
        } finally {
            Files.delete(dump);
        }
    }

    /// What it has printed so far.
    public String output() throws IOException {
        return Files.readString(output);
    }

    /// A figure of the process's memory in kB, by its name in `/proc/PID/status`: `VmRSS` now, `VmHWM` at most.
    public long memoryKb(String name) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith(name + ":"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
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

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise + ": " + this);
        }
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                .start();
    }

    private boolean answers() {
        try (Socket socket = new Socket(host, port)) {
            socket.setSoTimeout(10_000);
            // ApiVersions 0, correlation id 1, no client id
            byte[] request = {0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, -1, -1};
            socket.getOutputStream().write(request);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[in.readInt()];
            in.readFully(answer);
            return ByteBuffer.wrap(answer).getInt() == 1;
        } catch (IOException e) {
            return false;
        }
    }
}
