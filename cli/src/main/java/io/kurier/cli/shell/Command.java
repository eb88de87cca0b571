package io.kurier.cli.shell;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A word of the command line: what it takes and what it does, or the commands below it.
///
/// @param name the word
/// @param summary one line for people
/// @param shape what kind of command it is
/// @param options what it takes
/// @param operands what stands behind the options
/// @param action what it does; null for a group
/// @param children of a group
public record Command(
        String name,
        String summary,
        Shape shape,
        List<Option> options,
        Operands operands,
        @Nullable Action action,
        List<Command> children) {
    private static final List<Option> CONNECTION = List.of(
            Option.value("-b --bootstrap-server", "HOST:PORT", "Where a node listens; several with commas.")
                    .orElse("localhost:9092"),
            Option.value("--timeout", "SECONDS", "How long to wait for an answer.")
                    .orElse("10"),
            Option.value(
                    "--command-config", "FILE", "More settings of Kafka's clients, for example for TLS and logins."));

    private static final Option JSON = Option.flag("--json", "Answer with JSON, for scripts.");

    /// What kind of command it is.
    public enum Shape {
        /// Only holds others.
        GROUP,
        /// One of Kurier's own. Asked wrongly, it ends with 2.
        OWN,
        /// Not shown in the help.
        HIDDEN,
        /// Under the name of one of Apache Kafka's tools, and with its exit codes: asked wrongly, it ends with 1.
        KAFKA
    }

    /// What a command does.
    @FunctionalInterface
    public interface Action {
        /// Does it.
        ///
        /// @throws Failure if it could not be done
        /// @throws UsageException if it was asked wrongly
        void run(Call call);
    }

    /// The words behind the options.
    ///
    /// @param label how the help shows them
    /// @param least how many there must be
    /// @param most how many there may be
    public record Operands(String label, int least, int most) {
        static final Operands NONE = new Operands("", 0, 0);
    }

    /// Commands under one word.
    public static Command group(String name, String summary, Command... children) {
        return new Command(name, summary, Shape.GROUP, List.of(), Operands.NONE, null, List.of(children));
    }

    /// A command that needs no node.
    public static Command local(String name, String summary, Action action) {
        return new Command(name, summary, Shape.OWN, List.of(), Operands.NONE, action, List.of());
    }

    /// A command that talks to a node: it takes where the node is, how long to wait, and whether to answer in JSON.
    public static Command connected(String name, String summary, Action action) {
        List<Option> common = new ArrayList<>(CONNECTION);
        common.add(JSON);
        return new Command(name, summary, Shape.OWN, common, Operands.NONE, action, List.of());
    }

    /// A command under the name of one of Apache Kafka's tools.
    public static Command kafka(String name, String summary, Action action) {
        return new Command(name, summary, Shape.KAFKA, List.of(), Operands.NONE, action, List.of());
    }

    /// The same with more options, shown before those that it has.
    public Command with(Option... more) {
        List<Option> all = Stream.concat(Stream.of(more), options.stream()).toList();
        return new Command(name, summary, shape, all, operands, action, children);
    }

    /// The same with `--json`.
    public Command withJson() {
        return with(JSON);
    }

    /// The same with words behind the options, at least so many.
    public Command withOperands(String label, int least) {
        return withOperands(label, least, Integer.MAX_VALUE);
    }

    /// The same with words behind the options.
    public Command withOperands(String label, int least, int most) {
        return new Command(name, summary, shape, options, new Operands(label, least, most), action, children);
    }

    /// The same, not shown in the help.
    public Command hidden() {
        return new Command(name, summary, Shape.HIDDEN, options, operands, action, children);
    }

    /// The option of this name, or null.
    @Nullable
    Option option(String word) {
        for (Option option : options) {
            if (option.names().contains(word)) {
                return option;
            }
        }
        return null;
    }
}
