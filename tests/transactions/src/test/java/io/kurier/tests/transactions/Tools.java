package io.kurier.tests.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.NodeProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Command lines of Apache Kafka's tools, with the libraries of their own release, and of ours.
final class Tools {
    private static final Path APACHE =
            Path.of(System.getProperty("kurier.root"), "tests", "transactions", "target", "tools");

    private Tools() {}

    /// One of Apache's tools in a JVM of its own.
    ///
    /// @param tool the name of its class in `org.apache.kafka.tools`
    static List<String> apache(String tool, String... arguments) {
        assertThat(APACHE).as("the tools that Maven copies before the tests").exists();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                APACHE + "/*",
                "org.apache.kafka.tools." + tool));
        command.addAll(List.of(arguments));
        return command;
    }

    /// Ours, by the name of the alias.
    static List<String> ours(String alias, String... arguments) {
        List<String> command = new ArrayList<>(NodeProcess.program());
        command.add(alias);
        command.addAll(List.of(arguments));
        return command;
    }

    /// What a tool prints; it must end well.
    static String output(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as("%s: %s", String.join(" ", command), output)
                .isZero();
        return output;
    }
}
