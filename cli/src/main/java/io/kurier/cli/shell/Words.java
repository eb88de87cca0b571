package io.kurier.cli.shell;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Sorts the words behind a command into its options and operands: `--name VALUE`, `--name=VALUE`, `-n VALUE`,
/// `-nVALUE`, flags together as `-ab`, a beginning of a long name that fits only one, and `--` before operands that
/// begin with a dash.
final class Words {
    private final Command command;
    private final List<String> words;
    private final Map<String, List<String>> values = new HashMap<>();
    private final List<String> operands = new ArrayList<>();
    private final List<Map.Entry<String, String>> order = new ArrayList<>();
    private int at;

    private Words(Command command, List<String> words) {
        this.command = command;
        this.words = words;
    }

    /// What was found.
    ///
    /// @param values of each option that was given, by its key; none for a flag
    /// @param order the options with their values in the order in which they stood; an empty value for a flag
    record Sorted(Map<String, List<String>> values, List<String> operands, List<Map.Entry<String, String>> order) {}

    /// @throws UsageException if a word means nothing here, or one is missing
    static Sorted sort(Command command, List<String> words) {
        Words sorting = new Words(command, words);
        sorting.sort();
        return new Sorted(sorting.values, sorting.operands, sorting.order);
    }

    private void sort() {
        boolean onlyOperands = false;
        while (at < words.size()) {
            String word = words.get(at++);
            if (onlyOperands || !word.startsWith("-") || word.equals("-")) {
                operands.add(word);
            } else if (word.equals("--")) {
                onlyOperands = true;
            } else {
                option(word);
            }
        }
        Command.Operands wanted = command.operands();
        if (operands.size() > wanted.most()) {
            throw new UsageException("'" + operands.get(wanted.most()) + "' is one word too many");
        }
        if (operands.size() < wanted.least()) {
            throw new UsageException("Missing: " + wanted.label());
        }
    }

    private void option(String word) {
        int equals = word.indexOf('=');
        String name = equals < 0 ? word : word.substring(0, equals);
        Option option = find(name);
        if (option != null) {
            take(option, name, equals < 0 ? null : word.substring(equals + 1));
        } else if (!word.startsWith("--") && word.length() > 2 && command.option(word.substring(0, 2)) != null) {
            together(word);
        } else {
            throw unknown(name);
        }
    }

    private @Nullable Option find(String name) {
        Option exact = command.option(name);
        if (exact != null || !name.startsWith("--") || name.length() < 4) {
            return exact;
        }
        List<Option> begins = command.options().stream()
                .filter(option -> option.names().stream().anyMatch(one -> one.startsWith(name)))
                .toList();
        return begins.size() == 1 ? begins.getFirst() : null;
    }

    /// `-n5`, or `-ab` for two flags.
    private void together(String word) {
        for (int i = 1; i < word.length(); i++) {
            String name = "-" + word.charAt(i);
            Option option = command.option(name);
            if (option == null) {
                throw unknown(word);
            }
            if (option.takes() != Option.Takes.NOTHING) {
                take(option, name, i + 1 == word.length() ? null : word.substring(i + 1));
                return;
            }
            take(option, name, null);
        }
    }

    private void take(Option option, String name, @Nullable String attached) {
        boolean again = values.containsKey(option.key());
        List<String> taken = values.computeIfAbsent(option.key(), key -> new ArrayList<>());
        switch (option.takes()) {
            case NOTHING -> {
                if (attached != null) {
                    throw new UsageException(name + " takes no value");
                }
            }
            case PERHAPS -> {
                if (attached != null) {
                    taken.add(attached);
                } else if (at < words.size() && !words.get(at).startsWith("-")) {
                    taken.add(words.get(at++));
                }
            }
            case ONE, MANY -> {
                if (again && option.takes() == Option.Takes.ONE) {
                    throw new UsageException(name + " is there twice");
                }
                if (attached == null && at == words.size()) {
                    throw new UsageException(name + " needs a value: " + option.label());
                }
                taken.add(attached == null ? words.get(at++) : attached);
            }
        }
        order.add(Map.entry(option.key(), taken.isEmpty() ? "" : taken.getLast()));
    }

    private UsageException unknown(String name) {
        List<String> known = command.options().stream()
                .flatMap(option -> option.names().stream())
                .toList();
        String meant = NearestWord.of(name, known)
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
        String supported = command.shape() == Command.Shape.KAFKA && meant.isEmpty()
                ? ". It takes: " + String.join(" ", known)
                : "";
        return new UsageException("Unknown option: " + name + meant + supported);
    }
}
