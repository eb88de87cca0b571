package io.kurier.cli;

import io.kurier.cli.cluster.ClusterCommand;
import io.kurier.cli.config.ConfigCommand;
import io.kurier.cli.group.GroupCommand;
import io.kurier.cli.records.ConsumeCommand;
import io.kurier.cli.records.ProduceCommand;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.topic.TopicCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/// The command line `kurier`. Exit codes: 0 done, 1 could not be done, 2 asked wrongly.
@Command(
        name = "kurier",
        version = "kurier 0.1.0",
        description = "A durable node that Kafka clients talk to, and the commands to work with it.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true)
public final class Main {
    private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    private Main() {}

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] args) {
        boolean node = args.length > 0 && args[0].equals("start");
        quietUnlessAsked(LOG_LEVEL, node ? "warn" : "error");
        quietUnlessAsked("org.slf4j.simpleLogger.log.org.apache.kafka", node ? "error" : "off");
        quietUnlessAsked("org.slf4j.simpleLogger.showDateTime", "true");
        quietUnlessAsked("org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSZ");
        int exitCode = run(
                args,
                new PrintWriter(System.out, false, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        System.exit(exitCode);
    }

    private static void quietUnlessAsked(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /// Runs one command and answers its exit code. Answers go to `out`, errors and progress to `err`.
    public static int run(String[] args, PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new Main());
        commands().forEach((name, command) -> {
            if (args.length == 0 || args[0].equals(name) || !commands().containsKey(args[0])) {
                line.addSubcommand(name, command);
            }
        });
        line.setOut(out);
        line.setErr(err);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpAutoWidth(true);
        line.setExecutionExceptionHandler(Main::failed);
        line.setParameterExceptionHandler(Main::askedWrongly);
        if (args.length == 0) {
            line.usage(out);
            out.flush();
            return 2;
        }
        int exitCode = line.execute(args);
        out.flush();
        return exitCode;
    }

    /// Only the command that is asked for is looked at by picocli: reflecting on all of them takes longer than most do.
    private static Map<String, Class<?>> commands() {
        Map<String, Class<?>> commands = new LinkedHashMap<>();
        commands.put("start", StartCommand.class);
        commands.put("topic", TopicCommand.class);
        commands.put("produce", ProduceCommand.class);
        commands.put("consume", ConsumeCommand.class);
        commands.put("group", GroupCommand.class);
        commands.put("config", ConfigCommand.class);
        commands.put("cluster", ClusterCommand.class);
        commands.put("rehearse", RehearseCommand.class);
        return commands;
    }

    private static int failed(Exception error, CommandLine line, CommandLine.ParseResult parsed) {
        line.getOut().flush();
        PrintWriter err = line.getErr();
        if (error instanceof Failure) {
            err.println("kurier: " + error.getMessage());
        } else {
            err.println("kurier: " + error + " (KURIER_DEBUG=1 shows where)");
        }
        if (System.getenv("KURIER_DEBUG") != null) {
            error.printStackTrace(err);
        }
        err.flush();
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static int askedWrongly(ParameterException error, String[] args) {
        CommandLine line = error.getCommandLine();
        PrintWriter err = line.getErr();
        err.println("kurier: " + error.getMessage());
        if (!CommandLine.UnmatchedArgumentException.printSuggestions(error, err)) {
            err.println("Try: " + line.getCommandSpec().qualifiedName() + " --help");
        }
        err.flush();
        return CommandLine.ExitCode.USAGE;
    }
}
