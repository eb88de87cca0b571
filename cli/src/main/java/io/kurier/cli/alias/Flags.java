package io.kurier.cli.alias;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.UsageException;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/// What Kafka's tools have in common.
public final class Flags {
    /// Where the node is.
    public static final Option SERVER = Option.value(
            "--bootstrap-server", "HOST:PORT", "Where a node listens; several with commas. Default: localhost:9092");
    /// Where a controller is.
    public static final Option CONTROLLER =
            Option.value("--bootstrap-controller", "HOST:PORT", "Where a controller listens; it answers here too.");
    /// A file with settings of the client.
    public static final Option CONFIG = Option.value(
            "--command-config", "FILE", "More settings of Kafka's clients, for example for TLS and logins.");

    private static final int TIMEOUT_SECONDS = 30;

    private Flags() {}

    /// The way to the node that `--bootstrap-server` and `--command-config` say.
    public static Connection connection(Call call) {
        return connection(call, TIMEOUT_SECONDS);
    }

    /// The way to the node that `--bootstrap-controller` says, or else the others: a controller answers here too.
    public static Connection controller(Call call) {
        String controller = call.text("--bootstrap-controller");
        return controller == null
                ? connection(call)
                : new Connection(controller, TIMEOUT_SECONDS, call.path("--command-config"));
    }

    /// The same with a time limit.
    public static Connection connection(Call call, int timeoutSeconds) {
        return new Connection(
                call.text("--bootstrap-server", "localhost:9092"), timeoutSeconds, call.path("--command-config"));
    }

    /// The one of these flags that is there.
    ///
    /// @throws UsageException if none is, or more than one
    public static String oneOf(Call call, String... flags) {
        List<String> given = List.of(flags).stream().filter(call::has).toList();
        if (given.size() != 1) {
            throw new UsageException("Command must include exactly one action: "
                    + String.join(", ", flags).replace("--", ""));
        }
        return given.getFirst();
    }

    /// The pattern of names that Kafka's tools take for topics: a regular expression, or several with commas.
    ///
    /// @throws UsageException if it is none
    public static Pattern topics(String text) {
        try {
            return Pattern.compile(
                    text.strip().replace(',', '|').replace("\"", "").replace("'", ""));
        } catch (PatternSyntaxException e) {
            throw new UsageException("'" + text + "' is no regular expression: " + e.getDescription());
        }
    }

    /// Adds `key=value` words to settings.
    ///
    /// @throws UsageException if one is none
    public static void add(Properties into, List<String> words) {
        for (String word : words) {
            for (String one : word.split(",(?=[A-Za-z.]+=)", -1)) {
                int at = one.indexOf('=');
                if (at < 1) {
                    throw new UsageException("'" + one + "' is not KEY=VALUE");
                }
                into.setProperty(one.substring(0, at), one.substring(at + 1));
            }
        }
    }

    /// Adds a client's setting where its flag was given.
    public static void add(Properties into, Call call, Map<String, String> settingByFlag) {
        settingByFlag.forEach((flag, setting) -> {
            String value = call.text(flag);
            if (value != null) {
                into.setProperty(setting, value);
            }
        });
    }
}
