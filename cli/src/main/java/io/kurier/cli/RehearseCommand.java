package io.kurier.cli;

import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Failure;
import io.kurier.server.Kurier;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// `kurier rehearse`: what `bin/kurier` runs once after a build, so that the JVM sees which classes a node and the
/// commands need and keeps them ready (JEP 483, JEP 514). Uses a node of its own in a temporary folder.
final class RehearseCommand {
    static final Command COMMAND = Command.local(
                    "rehearse", "Use everything once, for the JVM's cache of classes.", call -> new RehearseCommand().run())
            .hidden();

    private static final String TOPIC = "rehearsal";
    private static final Duration LIMIT = Duration.ofSeconds(40);

    private void run() {
        Thread.ofVirtual().start(RehearseCommand::endWhenLate);
        try (Kurier node = Kurier.start()) {
            Path lines = Files.createTempFile("kurier-", ".txt");
            try {
                Files.write(
                        lines,
                        IntStream.range(0, 2000)
                                .mapToObj(i -> "key " + i + ":value")
                                .toList());
                commands(lines.toString())
                        .forEach(words -> use(Stream.concat(words.stream(), Stream.of("-b", node.bootstrapServers()))
                                .toArray(String[]::new)));
            } finally {
                Files.delete(lines);
            }
        } catch (IOException e) {
            throw new Failure("Cannot write a temporary file: " + e.getMessage(), e);
        }
    }

    /// The first use of `bin/kurier` waits for the rehearsal: it must never be stuck in it.
    private static void endWhenLate() {
        try {
            Thread.sleep(LIMIT);
            Runtime.getRuntime().halt(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<List<String>> commands(String lines) {
        return List.of(
                List.of("topic", "create", TOPIC, "-p", "2", "-c", "retention.ms=60000"),
                List.of("topic", "list"),
                List.of("topic", "describe", TOPIC, "--json"),
                List.of("topic", "alter", TOPIC, "-p", "3"),
                List.of("produce", TOPIC, "--file", lines, "-K", ":", "-z", "lz4"),
                List.of("consume", TOPIC, "--from-beginning", "-e", "-f", ""),
                List.of("consume", TOPIC, "--from-beginning", "-e", "-f", "", "-g", TOPIC),
                List.of("group", "list"),
                List.of("group", "describe", TOPIC),
                List.of("config", "describe", "topic", TOPIC, "--all"),
                List.of("cluster", "describe"),
                List.of("cluster", "quorum"),
                List.of("cluster", "features"),
                List.of("topic", "delete", TOPIC));
    }

    private static void use(String... words) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        if (Main.run(words, nowhere, nowhere) != 0) {
            throw new Failure("The rehearsal failed at: " + String.join(" ", words));
        }
    }
}
