package io.kurier.cli.shell;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// One use of a command: the options and operands that were given, and where answers go.
public final class Call {
    private final Command command;
    private final Words.Sorted words;
    private final PrintWriter out;
    private final PrintWriter err;
    private @Nullable Connection connection;

    Call(Command command, List<String> words, PrintWriter out, PrintWriter err) {
        this.command = command;
        this.words = Words.sort(command, words);
        this.out = out;
        this.err = err;
    }

    /// The command.
    public Command command() {
        return command;
    }

    /// Where answers go.
    public PrintWriter out() {
        return out;
    }

    /// Where errors and progress go.
    public PrintWriter err() {
        return err;
    }

    /// Answers as words or as JSON, as was asked.
    public Output output() {
        return new Output(out, isJson());
    }

    /// Whether the answer is for a script.
    public boolean isJson() {
        return command.option("--json") != null && has("--json");
    }

    /// The way to a node, as the options say.
    public Connection connection() {
        if (connection == null) {
            String server = text("--bootstrap-server");
            connection = new Connection(
                    server == null ? "localhost:9092" : server, number("--timeout", 10), path("--command-config"));
        }
        return connection;
    }

    /// A connection that was made of other options.
    public Connection connect(Connection other) {
        connection = other;
        return other;
    }

    /// Whether an option was given.
    ///
    /// @param name the longest name of an option of this command
    public boolean has(String name) {
        return words.values().containsKey(option(name).key());
    }

    /// The value of an option, its default, or null.
    public @Nullable String text(String name) {
        List<String> given = texts(name);
        return given.isEmpty() ? option(name).defaultValue() : given.getLast();
    }

    /// The value of an option, or another text where it was not given.
    public String text(String name, String otherwise) {
        String text = text(name);
        return text == null ? otherwise : text;
    }

    /// The value of an option that must be there.
    ///
    /// @throws UsageException if it is not
    public String need(String name) {
        String text = text(name);
        if (text == null) {
            throw new UsageException(
                    "Missing required option: " + name + " " + option(name).label());
        }
        return text;
    }

    /// All values of an option, in order.
    public List<String> texts(String name) {
        List<String> given = words.values().get(option(name).key());
        return given == null ? List.of() : given;
    }

    /// All values of several options in the order in which they stood; an empty text for a flag.
    public List<String> inOrder(String... names) {
        List<String> keys = Stream.of(names).map(name -> option(name).key()).toList();
        return words.order().stream()
                .filter(one -> keys.contains(one.getKey()))
                .map(Map.Entry::getValue)
                .toList();
    }

    /// The value of an option as a file's name, or null.
    public @Nullable Path path(String name) {
        String text = text(name);
        return text == null ? null : Path.of(text);
    }

    /// The value of an option as a whole number.
    ///
    /// @throws UsageException if it is none
    public int number(String name, int otherwise) {
        Integer number = integer(name);
        return number == null ? otherwise : number;
    }

    /// The value of an option as a whole number, or null.
    ///
    /// @throws UsageException if it is none
    public @Nullable Integer integer(String name) {
        return parsed(name, Integer::valueOf);
    }

    /// The value of an option as a large whole number, or null.
    ///
    /// @throws UsageException if it is none
    public @Nullable Long large(String name) {
        return parsed(name, Long::valueOf);
    }

    /// The value of an option as a number, or null.
    ///
    /// @throws UsageException if it is none
    public @Nullable Double decimal(String name) {
        return parsed(name, Double::valueOf);
    }

    private <T> @Nullable T parsed(String name, Function<String, T> parse) {
        String text = text(name);
        if (text == null) {
            return null;
        }
        try {
            return parse.apply(text.strip());
        } catch (NumberFormatException e) {
            throw new UsageException("'" + text + "' is no number that " + name + " takes");
        }
    }

    /// The words behind the options.
    public List<String> operands() {
        return words.operands();
    }

    private Option option(String name) {
        Option option = command.option(name);
        if (option == null) {
            throw new IllegalStateException(command.name() + " has no option " + name);
        }
        return option;
    }
}
