package io.kurier.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Option;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// docs/kafka-commands.md says what the tools take, and `bin/` has a link for each.
class KafkaCommandsPageTest {
    private static final Path ROOT = Path.of(System.getProperty("kurier.root", ".."));
    private static final Pattern OWN = Pattern.compile("`kurier ([a-z]+(?: [a-z][a-z-]*)?)[^`]*`");

    private static List<Command> tools() {
        return Main.commands().children().stream()
                .filter(command -> command.shape() == Command.Shape.KAFKA)
                .toList();
    }

    /// The lines of the page by the tool that they are about.
    private static Map<String, List<String>> sections() throws IOException {
        Map<String, List<String>> sections = new LinkedHashMap<>();
        List<String> section = new ArrayList<>();
        for (String line : Files.readAllLines(ROOT.resolve("docs/kafka-commands.md"))) {
            if (line.startsWith("## ")) {
                section = new ArrayList<>();
                sections.put(line.substring(3), section);
            }
            section.add(line);
        }
        return sections;
    }

    private static String row(Option option) {
        String names = option.names().stream().map(name -> "`" + name + "`").collect(Collectors.joining(", "));
        String value = option.label().isEmpty() ? "" : " " + option.label().replace("|", "\\|");
        return "| " + names + value + " | " + option.help().replace("|", "\\|") + " |";
    }

    @Test
    void everyFlagStandsOnThePageAsItIs() throws IOException {
        Map<String, List<String>> sections = sections();
        assertThat(tools()).hasSize(18);
        for (Command tool : tools()) {
            assertThat(sections).containsKey(tool.name());
            assertThat(sections.get(tool.name()).stream()
                            .filter(line -> line.startsWith("| `"))
                            .toList())
                    .as(tool.name())
                    .containsExactlyElementsOf(tool.options().stream()
                            .map(KafkaCommandsPageTest::row)
                            .toList());
        }
    }

    @Test
    void theCommandsThatThePageNamesExist() throws IOException {
        for (List<String> section : sections().values()) {
            for (String line : section) {
                Matcher named = OWN.matcher(line);
                while (named.find()) {
                    Command command = Main.commands();
                    for (String word : named.group(1).split(" ", -1)) {
                        command = command.children().stream()
                                .filter(child -> child.name().equals(word))
                                .findFirst()
                                .orElseThrow(() -> new AssertionError("There is no " + named.group()));
                    }
                }
            }
        }
    }

    @Test
    void everyToolHasItsLinks() throws IOException {
        for (Command tool : tools()) {
            for (String name : Arrays.asList(tool.name(), tool.name() + ".sh")) {
                Path link = ROOT.resolve("bin").resolve(name);
                assertThat(Files.isSymbolicLink(link)).as(name).isTrue();
                assertThat(Files.readSymbolicLink(link)).hasToString("kurier");
            }
        }
    }
}
