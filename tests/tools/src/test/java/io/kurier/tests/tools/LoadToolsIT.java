package io.kurier.tests.tools;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.tools.ConsumerPerformance;
import org.apache.kafka.tools.EndToEndLatency;
import org.apache.kafka.tools.ProducerPerformance;
import org.apache.kafka.tools.ReplicaVerificationTool;
import org.apache.kafka.tools.VerifiableConsumer;
import org.apache.kafka.tools.VerifiableProducer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The tools that measure and verify: producer and consumer performance, end-to-end latency, the verifiable clients and
/// the comparison of replicas.
@ExtendWith(SharedNode.class)
class LoadToolsIT {
    private static final String RATES =
            "\\d+ records sent, [\\d.]+ records/sec \\([\\d.]+ MB/sec\\), [\\d.]+ ms avg latency,.*";

    private final NodeProcess node;

    @TempDir
    Path folder;

    LoadToolsIT(NodeProcess node) {
        this.node = node;
    }

    @Test
    void producerAndConsumerPerformance() {
        node.createTopic("loaded", 3);
        String[] common = {"--topic", "loaded", "--num-records", "3000", "--throughput", "-1", "--record-size", "100"};
        assertThat(node.run(
                                ProducerPerformance::main,
                                join(common, "--command-property", "acks=all", "compression.type=lz4"))
                        .ok()
                        .line())
                .startsWith("3000 records sent")
                .matches(RATES);
        var measured = node.run(ProducerPerformance::main, join(common, "--print-metrics"))
                .ok();
        assertThat(measured.lines())
                .anyMatch(
                        line -> line.matches("producer-topic-metrics:record-send-total:.*topic=loaded}\\s+: 3000.000"))
                .anyMatch(line -> line.matches("producer-topic-metrics:record-error-total:.*topic=loaded}\\s+: 0.000"))
                .anyMatch(line -> line.matches("producer-metrics:record-retry-total:.*: 0.000"));
        var consumed = node.run(ConsumerPerformance::main, "--topic", "loaded", "--num-records", "6000")
                .ok();
        assertThat(consumed.lines()).hasSize(2);
        assertThat(consumed.lines().getFirst())
                .startsWith("start.time, end.time, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg");
        assertThat(consumed.lines().getLast().split(", ")[4]).isEqualTo("6000");
    }

    @Test
    void endToEndLatency() {
        var measured = node.run(
                        EndToEndLatency::main,
                        "--topic",
                        "there-and-back",
                        "--num-records",
                        "50",
                        "--producer-acks",
                        "all",
                        "--record-size",
                        "100")
                .ok();
        assertThat(measured.lines())
                .anyMatch(line -> line.matches("Avg latency: [\\d.]+ ms"))
                .anyMatch(line -> line.matches("Percentiles: 50th = \\d+, 99th = \\d+, 99.9th = \\d+"));
    }

    @Test
    void verifiableClients() throws Exception {
        node.createTopic("verified", 1);
        String produced = toItsEnd(Tool.ownJvm(
                VerifiableProducer.class,
                "--bootstrap-server",
                node.bootstrap(),
                "--topic",
                "verified",
                "--max-messages",
                "50",
                "--acks",
                "-1"));
        assertThat(produced)
                .contains("\"name\":\"startup_complete\"")
                .contains("\"value\":\"49\",\"partition\":0,\"offset\":49,\"topic\":\"verified\"")
                .contains("\"name\":\"tool_data\",\"sent\":50,\"acked\":50")
                .contains("\"name\":\"shutdown_complete\"")
                .doesNotContain("WARN", "ERROR", "producer_send_error");
        String consumed = toItsEnd(Tool.ownJvm(
                VerifiableConsumer.class,
                "--bootstrap-server",
                node.bootstrap(),
                "--topic",
                "verified",
                "--group-id",
                "verifiers",
                "--max-messages",
                "50",
                "--reset-policy",
                "earliest"));
        assertThat(consumed)
                .contains("\"name\":\"partitions_assigned\",\"partitions\":[{\"topic\":\"verified\",\"partition\":0}]")
                .contains("\"minOffset\":0,\"maxOffset\":49")
                .contains("\"offset\":50}],\"success\":true")
                .contains("\"name\":\"shutdown_complete\"")
                .doesNotContain("WARN", "ERROR");
    }

    @Test
    void replicasAreCompared() throws Exception {
        node.createTopic("compared", 2);
        node.produce("compared", "a:1", "b:2");
        Path output = folder.resolve("compared.txt");
        Process process = start(
                output,
                Tool.ownJvm(
                        ReplicaVerificationTool.class,
                        "--broker-list",
                        node.bootstrap(),
                        "--topics-include",
                        "compared",
                        "--report-interval-ms",
                        "100",
                        "--time",
                        "-2"));
        try {
            Await.until(
                    Duration.ofSeconds(60), "a comparison", () -> text(output).contains("max lag is 0 for partition"));
        } finally {
            process.destroyForcibly().waitFor();
        }
        assertThat(text(output)).doesNotContain("ERROR", "Exception");
    }

    private static String[] join(String[] first, String... more) {
        return java.util.stream.Stream.concat(java.util.stream.Stream.of(first), java.util.stream.Stream.of(more))
                .toArray(String[]::new);
    }

    private String toItsEnd(List<String> command) throws Exception {
        Path output = folder.resolve("output.txt");
        Process process = start(output, command);
        boolean ended = process.waitFor(60, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended).as("ended: %s", text(output)).isTrue();
        return text(output);
    }

    private static Process start(Path output, List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private static String text(Path output) {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
