package io.kurier.cli;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// `kurier rehearse`: what `bin/kurier` runs once after a build, so that the JVM sees which classes the commands need
/// and keeps them ready (JEP 483, JEP 514), and which methods a busy node needs (JEP 515). The node that it talks to is
/// a process of its own, which rehearses too: so a command does not load what only a node needs, nor the other way
/// round. Before that it is a cluster ([RehearsedNode]).
///
/// Its operands are how to start that process: the words of `kurier start` without those that say where.
final class RehearseCommand {
    static final Command COMMAND = Command.local(
                    "rehearse", "Use everything once, for the JVM's cache of classes.", RehearseCommand::run)
            .withOperands("JAVA...", 1)
            .hidden();

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Pattern CLUSTER = Pattern.compile(RehearsedNode.CLUSTER + "(.*)");
    private static final Pattern ADDRESS = Pattern.compile(" on 127.0.0.1(:\\d+) ");

    private RehearseCommand() {}

    private static void run(Call call) {
        Thread.ofVirtual().start(RehearseCommand::endWhenLate);
        try {
            Path folder = Files.createTempDirectory("kurier-");
            try {
                withNode(call.operands(), folder);
            } finally {
                try (Stream<Path> files = Files.walk(folder)) {
                    files.sorted((a, b) -> b.compareTo(a))
                            .forEach(file -> file.toFile().delete());
                }
            }
        } catch (IOException e) {
            throw new Failure("Cannot rehearse: " + e.getMessage(), e);
        }
    }

    private static void withNode(List<String> start, Path folder) throws IOException {
        List<String> words = new ArrayList<>(start);
        words.addAll(List.of(
                "--listen",
                "127.0.0.1:0",
                "--data",
                folder.resolve("data").toString(),
                "--set",
                "kurier.http.port=0")); // another node may have the usual one
        Process node = new ProcessBuilder(words).redirectErrorStream(true).start();
        try (BufferedReader lines = node.inputReader(StandardCharsets.UTF_8);
                Writer orders = node.outputWriter(StandardCharsets.UTF_8)) {
            rehearseCluster(await(lines, CLUSTER), orders, folder);
            rehearse("rehearsal.txt", "localhost" + await(lines, ADDRESS), folder);
            node.toHandle().destroy();
            // While it ends it writes its cache, and may say so.
            lines.lines().forEach(line -> {});
            if (!node.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new Failure("The node did not stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            node.destroyForcibly();
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

    /// What a line says that comes among others.
    private static String await(BufferedReader lines, Pattern what) throws IOException {
        StringBuilder others = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Matcher found = what.matcher(line);
            if (found.find()) {
                return Objects.requireNonNull(found.group(1));
            }
            others.append(line).append('\n');
        }
        throw new Failure("The node did not start: " + others);
    }

    /// The loss of a leader ([RehearsedNode]).
    private static void rehearseCluster(String addresses, Writer orders, Path folder) throws IOException {
        while (voters(addresses) < 3) {
            // each look takes some milliseconds
        }
        rehearse("rehearsal-before-a-loss.txt", addresses, folder);
        new RehearsedLoad(addresses, "lost").send();
        orders.append('\n').flush();
        rehearse("rehearsal-after-a-loss.txt", addresses.substring(addresses.indexOf(',') + 1), folder);
        orders.append('\n').flush();
    }

    private static long voters(String addresses) {
        StringWriter said = new StringWriter();
        run(new PrintWriter(said), "cluster", "quorum", "-b", addresses);
        return said.toString()
                .lines()
                .filter(line -> line.contains(" leader ") || line.contains(" voter "))
                .count();
    }

    private static void rehearse(String script, String address, Path folder) throws IOException {
        Path file = folder.resolve("lines");
        Files.write(
                file,
                IntStream.range(0, 2000).mapToObj(i -> "key " + i + ":value").toList());
        PrintStream out = System.out;
        InputStream in = System.in;
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        try (BufferedReader commands = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(RehearseCommand.class.getResourceAsStream(script)), StandardCharsets.UTF_8))) {
            for (String line : commands.lines().toList()) {
                if (line.isBlank() || line.startsWith("#")) {
                    continue;
                }
                System.setIn(Files.newInputStream(file));
                use(line.replace("ADDRESS", address)
                        .replace("FOLDER", folder.toString())
                        .split(" ", -1));
            }
        } finally {
            System.setOut(out);
            System.setIn(in);
        }
    }

    private static void use(String... words) {
        run(new PrintWriter(Writer.nullWriter()), words);
    }

    private static void run(PrintWriter out, String... words) {
        if (Main.run(words, out, new PrintWriter(System.err, true, StandardCharsets.UTF_8)) != 0) {
            throw new Failure("The rehearsal failed at: " + String.join(" ", words));
        }
    }
}
