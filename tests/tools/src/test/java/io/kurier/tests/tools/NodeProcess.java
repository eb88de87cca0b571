package io.kurier.tests.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.FreePorts;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.tools.ConsoleProducer;
import org.apache.kafka.tools.TopicCommand;

/// The node as it is delivered, from `cli/target`, in a process of its own: its Kafka classes are of another version
/// than the tools'.
final class NodeProcess implements AutoCloseable {
    private static final long START_LIMIT_NS = TimeUnit.SECONDS.toNanos(60);
    private static final String ANNOUNCED = "Kurier serves Kafka's protocol on ";

    private final Process process;
    private final String bootstrap;
    private final Path output;

    private NodeProcess(Process process, String bootstrap, Path output) {
        this.process = process;
        this.bootstrap = bootstrap;
        this.output = output;
    }

    /// Starts a node that keeps its data below `folder` and waits until it serves.
    static NodeProcess start(Path folder, String... settings) {
        String bootstrap = "127.0.0.1:" + FreePorts.next();
        List<String> arguments =
                new ArrayList<>(List.of("--data", folder.resolve("data").toString(), "--listen", bootstrap));
        arguments.addAll(List.of("--set", "kurier.http.port=-1"));
        Arrays.stream(settings).forEach(setting -> arguments.addAll(List.of("--set", setting)));
        return launch(folder, bootstrap, arguments);
    }

    /// Starts a node by a file with Kafka's settings, which name this address and what directories there are.
    static NodeProcess startWith(Path folder, Path config, String bootstrap) {
        return launch(folder, bootstrap, List.of("--config", config.toString(), "--set", "kurier.http.port=-1"));
    }

    private static NodeProcess launch(Path folder, String bootstrap, List<String> arguments) {
        Path target = Path.of(System.getProperty("kurier.root"), "cli", "target");
        assertThat(target.resolve("kurier-cli.jar")).as("the built node").exists();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-Djdk.virtualThreadScheduler.parallelism=16",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                target.resolve("kurier-cli.jar") + File.pathSeparator + target.resolve("lib") + "/*",
                "io.kurier.cli.Main",
                "start"));
        command.addAll(arguments);
        Path output = folder.resolve("output.txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            NodeProcess node = new NodeProcess(process, bootstrap, output);
            node.awaitServing();
            return node;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private void awaitServing() throws InterruptedException {
        long startNs = System.nanoTime();
        while (!output().contains(ANNOUNCED)) {
            boolean ended = process.waitFor(10, TimeUnit.MILLISECONDS);
            assertThat(ended).as("the node ended: %s", output()).isFalse();
            assertThat(System.nanoTime() - startNs).as("starts in time").isLessThan(START_LIMIT_NS);
        }
    }

    /// Runs a tool with the address of this node before its other arguments.
    Printed run(Tool.Main main, String... arguments) {
        return runWithInput(main, "", arguments);
    }

    /// The same with something to read on stdin.
    Printed runWithInput(Tool.Main main, String input, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--bootstrap-server", bootstrap));
        all.addAll(List.of(arguments));
        return Tool.withInput(main, input, all.toArray(String[]::new));
    }

    /// Makes a topic by Kafka's own tool.
    void createTopic(String topic, int partitions, String... settings) {
        List<String> arguments =
                new ArrayList<>(List.of("--create", "--topic", topic, "--partitions", Integer.toString(partitions)));
        List.of(settings).forEach(setting -> arguments.addAll(List.of("--config", setting)));
        run(TopicCommand::main, arguments.toArray(String[]::new)).ok();
    }

    /// Produces lines of `key:value` by Kafka's own console.
    void produce(String topic, String... lines) {
        runWithInput(
                        ConsoleProducer::main,
                        String.join("\n", lines) + "\n",
                        "--topic",
                        topic,
                        "--reader-property",
                        "parse.key=true",
                        "--reader-property",
                        "key.separator=:")
                .ok();
    }

    String bootstrap() {
        return bootstrap;
    }

    /// What it has printed so far.
    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// False once it has ended.
    boolean isRunning() {
        return process.isAlive();
    }

    /// Asks the node to stop, as a clean stop does, and waits until it has.
    void stop() {
        process.destroy();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("ends on SIGTERM")
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        assertThat(process.exitValue()).as("stopped cleanly: %s", output()).isZero();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
