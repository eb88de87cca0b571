package io.kurier.cli.shell;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One option of a command.
///
/// @param names such as `-p` and `--partitions`; the first one in two dashes is what [Call] finds it by
/// @param label what stands for its value in the help; empty for an option without a value
/// @param help one line for people
/// @param takes how often, and with what
/// @param defaultValue the value where it is not given, or null
public record Option(
        List<String> names,
        String label,
        String help,
        Takes takes,
        @Nullable String defaultValue) {
    /// How often an option may stand, and whether a value follows.
    public enum Takes {
        NOTHING,
        ONE,
        MANY,
        /// A value that may be left out; the next word is one unless it begins with a dash.
        PERHAPS
    }

    /// An option that is there or not.
    ///
    /// @param names separated by blanks
    public static Option flag(String names, String help) {
        return new Option(List.of(names.split(" ", -1)), "", help, Takes.NOTHING, null);
    }

    /// An option with one value.
    ///
    /// @param names separated by blanks
    public static Option value(String names, String label, String help) {
        return new Option(List.of(names.split(" ", -1)), label, help, Takes.ONE, null);
    }

    /// An option that may stand more than once.
    ///
    /// @param names separated by blanks
    public static Option values(String names, String label, String help) {
        return new Option(List.of(names.split(" ", -1)), label, help, Takes.MANY, null);
    }

    /// An option whose value may be left out.
    ///
    /// @param names separated by blanks
    public static Option perhaps(String names, String label, String help) {
        return new Option(List.of(names.split(" ", -1)), label, help, Takes.PERHAPS, null);
    }

    /// The same with a default value, which the help names.
    public Option orElse(String value) {
        return new Option(names, label, help + " Default: " + value, takes, value);
    }

    /// The name by which [Call] finds it: the longest.
    String key() {
        return names.getLast();
    }
}
