package io.kurier.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.server.Kurier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `kurier start` as a process of its own: what it prints, how it stops, and how it refuses.
class StartIT {
    private static final Pattern ADDRESS = Pattern.compile("on (127\\.0\\.0\\.1:\\d+) ");

    @TempDir
    Path folder;

    /// A process that ended.
    private record Ended(int exitCode, String out, String err) {}

    private Process launch(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "start",
                "--set",
                "kurier.http.port=0"));
        command.addAll(List.of(words));
        return new ProcessBuilder(command).directory(folder.toFile()).start();
    }

    private Ended runToTheEnd(String... words) throws IOException, InterruptedException {
        Process process = launch(words);
        try {
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            return new Ended(process.exitValue(), out, err);
        } finally {
            process.destroyForcibly();
        }
    }

    private void refused(String reason, String... words) throws IOException, InterruptedException {
        Ended ended = runToTheEnd(words);
        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(1);
        assertThat(ended.out()).isEmpty();
        assertThat(ended.err())
                .startsWith("kurier: ")
                .containsIgnoringCase(reason)
                .doesNotContain("\tat ");
    }

    @Test
    void aNodeSaysWhereItIsAndASignalStopsItCleanly() throws Exception {
        Process process = launch("--listen", "127.0.0.1:0");
        try (var lines = process.inputReader(UTF_8)) {
            String first = lines.readLine();
            Matcher address = ADDRESS.matcher(first);
            assertThat(address.find()).as(first).isTrue();
            assertThat(lines.readLine())
                    .endsWith(folder.toRealPath().resolve("kurier-data").toString());
            assertThat(lines.readLine())
                    .contains("kcat -b " + address.group(1))
                    .containsPattern("metrics: http://127\\.0\\.0\\.1:\\d+/metrics");

            process.toHandle().destroy();

            assertThat(lines.lines().toList()).hasSizeLessThanOrEqualTo(3);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
            assertThat(folder.resolve("kurier-data/.kafka_cleanshutdown")).exists();
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aPortOrAFolderThatIsTakenIsNamed() throws Exception {
        Path data = folder.resolve("taken");
        try (Kurier node = Kurier.builder().data(data).start()) {
            String address = node.bootstrapServers();

            refused(
                    address.substring(address.indexOf(':') + 1),
                    "--listen",
                    address,
                    "--data",
                    folder.resolve("other").toString());
            refused("taken", "--listen", "127.0.0.1:0", "--data", data.toString());
        }
        refused("belongs to node 1", "--listen", "127.0.0.1:0", "--data", data.toString(), "--node-id", "7");
    }

    @Test
    void whatIsWrongInTheConfigurationIsNamed() throws Exception {
        refused(
                "There is no file",
                "--config",
                folder.resolve("missing.properties").toString());
        Path file = folder.resolve("server.properties");
        Files.writeString(file, "node.id=1\nlog.retention.huors=5\n");
        refused("log.retention.hours", "--config", file.toString());
        refused("num.partitions", "--set", "num.partitions=none");
        refused("is not KEY=VALUE", "--set", "num.partitions");
        refused("listen", "--listen", "127.0.0.1");
    }
}
