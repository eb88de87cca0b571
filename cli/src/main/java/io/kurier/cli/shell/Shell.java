package io.kurier.cli.shell;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.errors.ApiException;
import org.jspecify.annotations.Nullable;

/// Finds the command that is meant by words, runs it, and turns what goes wrong into one line and an exit code: 0 done,
/// 1 could not be done, 2 asked wrongly (1 under the names of Kafka's tools).
public final class Shell {
    private final Command root;
    private final String version;
    private final PrintWriter out;
    private final PrintWriter err;

    /// @param version what `--version` answers
    public Shell(Command root, String version, PrintWriter out, PrintWriter err) {
        this.root = root;
        this.version = version;
        this.out = out;
        this.err = err;
    }

    /// Runs what the words say and answers the exit code.
    public int run(String... args) {
        List<String> words = Arrays.asList(args);
        Command command = root;
        StringBuilder path = new StringBuilder(root.name());
        int at = 0;
        while (command.action() == null && at < words.size() && !words.get(at).startsWith("-")) {
            String word = words.get(at++);
            Command child = child(command, word);
            if (child == null) {
                return unknown(command, path.toString(), word);
            }
            command = child;
            if (command.shape() == Command.Shape.KAFKA) {
                path.setLength(0);
            }
            path.append(path.isEmpty() ? "" : " ").append(word);
        }
        int exitCode = run(command, path.toString(), words.subList(at, words.size()));
        out.flush();
        err.flush();
        return exitCode;
    }

    private static @Nullable Command child(Command group, String word) {
        return group.children().stream()
                .filter(command -> command.name().equals(word))
                .findFirst()
                .orElse(null);
    }

    private int run(Command command, String path, List<String> words) {
        if (isHelp(command, words)) {
            out.print(HelpText.of(command, path));
            return 0;
        }
        if (command == root && words.contains("--version") || command == root && words.contains("-V")) {
            out.println(version);
            return 0;
        }
        boolean kafka = command.shape() == Command.Shape.KAFKA;
        try {
            if (command.action() == null) {
                return incomplete(command, path, words);
            }
            command.action().run(new Call(command, words, out, err));
            return 0;
        } catch (UsageException e) {
            out.flush();
            err.println((kafka ? path : root.name()) + ": " + e.getMessage());
            err.println("Try: " + path + " --help");
            return kafka ? 1 : 2;
        } catch (RuntimeException e) {
            out.flush();
            failed(command, e);
            return 1;
        }
    }

    private static boolean isHelp(Command command, List<String> words) {
        for (String word : words) {
            if (word.equals("--")) {
                return false;
            }
            if (word.equals("--help") || (word.equals("-h") && command.option("-h") == null)) {
                return true;
            }
        }
        return false;
    }

    private int incomplete(Command group, String path, List<String> words) {
        if (group == root && words.isEmpty()) {
            out.print(HelpText.of(group, path));
            return 2;
        }
        if (!words.isEmpty()) {
            throw new UsageException("Unknown option: " + words.getFirst());
        }
        throw new UsageException("Say which: "
                + String.join(", ", group.children().stream().map(Command::name).toList()));
    }

    private int unknown(Command group, String path, String word) {
        err.println(root.name() + ": There is no command '" + word + "'");
        List<String> names = group.children().stream().map(Command::name).toList();
        err.println(NearestWord.of(word, names)
                .map(near -> "Did you mean: " + path + " " + near)
                .orElse("Try: " + path + " --help"));
        err.flush();
        return 2;
    }

    private void failed(Command command, RuntimeException error) {
        if (command.shape() == Command.Shape.KAFKA) {
            // In Kafka's own words where the node answered: scripts look for them.
            String text = error.getCause() instanceof ApiException refused ? refused.getMessage() : null;
            String tool = switch (command.name()) {
                case "kafka-topics" -> "topic";
                case "kafka-configs" -> "config";
                default -> command.name().replace("kafka-", "").replace('-', ' ');
            };
            err.println("Error while executing " + tool + " command : " + (text == null ? words(error) : text));
        } else {
            err.println(root.name() + ": " + words(error));
        }
        if (System.getenv("KURIER_DEBUG") != null) {
            error.printStackTrace(err);
        }
    }

    private static String words(RuntimeException error) {
        return error instanceof Failure ? String.valueOf(error.getMessage()) : error + " (KURIER_DEBUG=1 shows where)";
    }
}
