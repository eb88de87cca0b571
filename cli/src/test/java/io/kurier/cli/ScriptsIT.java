package io.kurier.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.kurier.server.Kurier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The scripts of `bin/` as processes: a link's name is the tool. They run from a folder that looks like a checkout
/// which was just built.
class ScriptsIT {
    private static final Path ROOT =
            Path.of(System.getProperty("kurier.root", "..")).toAbsolutePath();

    @TempDir
    Path folder;

    @BeforeEach
    void likeABuiltCheckout() throws IOException {
        Path built = ROOT.resolve("cli/target");
        assumeThat(built.resolve("lib")).as("what the package phase makes").isDirectory();
        Path target = Files.createDirectories(folder.resolve("cli/target"));
        Files.createSymbolicLink(target.resolve("kurier-cli.jar"), built.resolve("kurier-cli.jar"));
        Files.createSymbolicLink(target.resolve("lib"), built.resolve("lib"));
        Files.createFile(target.resolve("kurier.built"));
        Files.createFile(target.resolve("kurier.rehearsed"));
        Path bin = Files.createDirectory(folder.resolve("bin"));
        try (Stream<Path> scripts = Files.list(ROOT.resolve("bin"))) {
            for (Path script : scripts.toList()) {
                Path copy = bin.resolve(script.getFileName());
                if (Files.isSymbolicLink(script)) {
                    Files.createSymbolicLink(copy, Files.readSymbolicLink(script));
                } else {
                    Files.copy(script, copy, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    /// Links out of the folder go first: JUnit warns of them.
    @AfterEach
    void withoutLinksToTheBuild() throws IOException {
        Files.deleteIfExists(folder.resolve("cli/target/kurier-cli.jar"));
        Files.deleteIfExists(folder.resolve("cli/target/lib"));
    }

    private Process start(String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(words));
        command.set(0, folder.resolve("bin").resolve(words[0]).toString());
        ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.start();
    }

    private String ok(String line) throws Exception {
        Process process = start(line.split(" ", -1));
        try {
            process.getOutputStream().close();
            String out = new String(process.getInputStream().readAllBytes(), UTF_8);
            String err = new String(process.getErrorStream().readAllBytes(), UTF_8);
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(line + ": " + err).isZero();
            return out;
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aLinksNameIsTheTool() throws Exception {
        try (Kurier node = Kurier.start()) {
            String server = " --bootstrap-server " + node.bootstrapServers();
            assertThat(ok("kafka-topics.sh --create --topic typed --partitions 2" + server))
                    .isEqualTo("Created topic typed.\n");
            assertThat(ok("kafka-topics --list" + server)).isEqualTo("typed\n");
            assertThat(ok("kurier topic list -b " + node.bootstrapServers())).contains("typed");
            // No prompt where nobody types.
            assertThat(ok("kafka-console-producer --topic typed" + server)).isEmpty();
        }
    }

    @Test
    void aNodeStartsByTheNameOfKafkasScript() throws Exception {
        Path config = folder.resolve("server.properties");
        Files.writeString(config, "node.id=3\nlog.dirs=" + folder.resolve("data") + "\n");
        Process process =
                start("kafka-server-start.sh", config.toString(), "--override", "listeners=PLAINTEXT://127.0.0.1:0");
        try (var lines = process.inputReader(UTF_8)) {
            assertThat(lines.readLine())
                    .startsWith("Kurier serves Kafka's protocol on 127.0.0.1:")
                    .contains("(node 3,");
            process.toHandle().destroy();
            assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
