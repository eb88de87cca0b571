package io.kurier.cli.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// The help of a command.
final class HelpText {
    private static final int LINE = 100;
    private static final int LEFT = 34;

    private HelpText() {}

    /// @param path the words that lead to the command, with its own
    static String of(Command command, String path) {
        StringBuilder text = new StringBuilder("Usage: " + path);
        if (command.action() == null) {
            text.append(" COMMAND\n").append(command.summary()).append("\n\nCommands:\n");
            command.children().stream()
                    .filter(child -> child.shape() == Command.Shape.OWN || child.shape() == Command.Shape.GROUP)
                    .forEach(child -> entry(text, child.name(), child.summary()));
            return text.append("\n")
                    .append(path)
                    .append(" COMMAND --help explains each.\n")
                    .toString();
        }
        text.append(" [OPTION]...").append(command.operands().label().isEmpty() ? "" : " ");
        text.append(command.operands().label()).append('\n');
        wrap(command.summary(), LINE).forEach(line -> text.append(line).append('\n'));
        text.append("\nOptions:\n");
        Function<Option, String> left = option -> String.join(", ", option.names())
                + (option.takes() == Option.Takes.PERHAPS
                        ? "[=" + option.label() + "]"
                        : option.label().isEmpty() ? "" : "=" + option.label());
        command.options().forEach(option -> entry(text, left.apply(option), option.help()));
        entry(text, "-h, --help", "Show this help.");
        return text.toString();
    }

    private static void entry(StringBuilder text, String left, String right) {
        text.append("  ").append(left);
        int column = left.length() + 2;
        if (column >= LEFT) {
            text.append('\n');
            column = 0;
        }
        for (String line : wrap(right, LINE - LEFT)) {
            text.append(" ".repeat(LEFT - column)).append(line).append('\n');
            column = 0;
        }
    }

    private static List<String> wrap(String words, int width) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : words.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
