package io.kurier.tests.clients;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kurier.testkit.NodeProcess;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The README's first minute, as it is typed there, in a fresh copy of the sources: `bin/kurier` builds, serves, and
/// the commands do what they should. Only the port and the data folder are others than the README's.
class FirstMinuteIT {
    private static final Set<String> NOT_SOURCES = Set.of(".git", "target", "node_modules", "kurier-data", ".idea");
    private static final Pattern SHELL_BLOCK = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    @TempDir
    Path folder;

    @Test
    @Timeout(420)
    void worksAsTyped() throws Exception {
        assumeTrue(Command.works("mvn", "--version"), "no Maven");
        assumeTrue(Command.works("kcat", "-V"), "no kcat");
        assumeTrue(Files.isReadable(Path.of("/usr/share/dict/words")), "no word list");
        Path checkout = folder.resolve("checkout");
        copySources(Clients.ROOT, checkout);
        List<String> blocks = firstMinute(Files.readString(checkout.resolve("README.md")));
        assertThat(blocks).hasSize(3);

        String kurier = checkout.resolve("bin/kurier").toString();
        assertThat(Command.output(List.of(kurier, "--version"))).isNotBlank();
        try (var node = NodeProcess.start(List.of(kurier), folder)) {
            assertThat(run(blocks.get(0), checkout, node)).isEqualTo("998\n999\n1000\n");
            long words;
            try (var lines = Files.lines(Path.of("/usr/share/dict/words"))) {
                words = lines.count();
            }
            String commands = run(blocks.get(1), checkout, node);
            assertThat(commands).contains("Created topic words with 6 partitions", "lag 0 in all", "\"replicas\":[1]");
            assertThat(recordsOf(commands)).isEqualTo(words);
            assertThat(run(blocks.get(2), checkout, node))
                    .contains("Created topic test-topic.", "\nhello\n")
                    .containsPattern("readers +words +0 ");
            assertThat(node.output().lines()).as("at most six lines").hasSizeBetween(1, 6);
            node.stop();
        }
    }

    private static List<String> firstMinute(String readme) {
        int start = readme.indexOf("## A first minute");
        assertThat(start).as("README has its first minute").isPositive();
        String section = readme.substring(start, readme.indexOf("\n## ", start + 1));
        return SHELL_BLOCK
                .matcher(section)
                .results()
                .map(block -> block.group(1))
                .toList();
    }

    /// The block with this node's address instead of the usual one: in kcat's `-b`, and told to Kurier's own commands.
    private static String run(String block, Path checkout, NodeProcess node) throws Exception {
        String port = node.bootstrapServers().substring(node.bootstrapServers().indexOf(':'));
        String script = block.replace("localhost:9092", "localhost" + port)
                .lines()
                .map(line -> line.startsWith("bin/kurier") ? withAddress(line, "localhost" + port) : line)
                .collect(joining("\n"));
        return Command.output(List.of("bash", "-euo", "pipefail", "-c", "cd '" + checkout + "'\n" + script));
    }

    private static String withAddress(String line, String address) {
        int redirection = line.indexOf(" >");
        int end = redirection < 0 ? line.length() : redirection;
        return line.substring(0, end) + " -b " + address + line.substring(end);
    }

    private static long recordsOf(String described) {
        return Pattern.compile("\"records\":(\\d+)")
                .matcher(described)
                .results()
                .mapToLong(match -> Long.parseLong(match.group(1)))
                .sum();
    }

    private static void copySources(Path from, Path to) throws IOException {
        var files = new ArrayList<Path>();
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
                Path name = dir.getFileName();
                boolean skipped = name != null && NOT_SOURCES.contains(name.toString());
                return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                files.add(file);
                return FileVisitResult.CONTINUE;
            }
        });
        for (Path file : files) {
            Path copy = to.resolve(from.relativize(file).toString());
            Files.createDirectories(copy.resolveSibling("."));
            Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
    }
}
