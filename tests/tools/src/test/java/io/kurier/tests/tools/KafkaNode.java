package io.kurier.tests.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;

/// A node of Apache Kafka, of its own release, in a process of its own.
final class KafkaNode implements AutoCloseable {
    private static final long START_LIMIT_NS = TimeUnit.SECONDS.toNanos(90);

    private final Process process;
    private final Path output;

    private KafkaNode(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /// Formats its directories, as `kafka-storage format` does.
    static void format(Path config, String clusterId, List<String> more) {
        List<String> arguments = new ArrayList<>(List.of("format", "-c", config.toString(), "-t", clusterId));
        arguments.addAll(more);
        Tool.run(StorageTool::main, arguments.toArray(String[]::new)).ok();
    }

    /// Starts a node by its `server.properties` and does not wait.
    static KafkaNode launch(Path folder, Path config) {
        List<String> command = Tool.ownJvm(Kafka.class, config.toString());
        command.add(1, "-Xmx384m");
        Path output = folder.resolve("kafka.txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            return new KafkaNode(process, output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The same, and waits until the node is a broker that clients are told of.
    static KafkaNode start(Path folder, Path config, String bootstrap) throws InterruptedException {
        KafkaNode node = launch(folder, config);
        node.awaitServing(bootstrap, 1);
        return node;
    }

    /// Waits until so many brokers serve, as the one at this address says.
    void awaitServing(String bootstrap, int brokers) throws InterruptedException {
        long startNs = System.nanoTime();
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap, "request.timeout.ms", "2000"))) {
            while (!serves(admin, brokers)) {
                boolean ended = process.waitFor(50, TimeUnit.MILLISECONDS);
                assertThat(ended).as("Apache Kafka ended: %s", output()).isFalse();
                assertThat(System.nanoTime() - startNs)
                        .as("Apache Kafka starts in time: %s", output())
                        .isLessThan(START_LIMIT_NS);
            }
        }
    }

    private static boolean serves(Admin admin, int brokers) throws InterruptedException {
        try {
            return admin.describeCluster().nodes().get().size() >= brokers;
        } catch (ExecutionException e) {
            return false;
        }
    }

    /// What it has printed so far.
    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Asks it to stop, and waits until it has.
    void stop() throws InterruptedException {
        process.destroy();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ends on SIGTERM").isTrue();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
