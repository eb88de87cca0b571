package io.kurier.cli;

import io.kurier.cli.alias.KafkaTools;
import io.kurier.cli.cluster.ClusterCommand;
import io.kurier.cli.config.ConfigCommand;
import io.kurier.cli.group.GroupCommand;
import io.kurier.cli.quota.QuotaCommand;
import io.kurier.cli.records.ConsumeCommand;
import io.kurier.cli.records.ProduceCommand;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Shell;
import io.kurier.cli.storage.LogCommand;
import io.kurier.cli.storage.StorageCommand;
import io.kurier.cli.topic.TopicCommand;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The command line `kurier`. Exit codes: 0 done, 1 could not be done, 2 asked wrongly.
public final class Main {
    private static final String VERSION = "kurier 0.1.0";
    private static final String LOG_LEVEL = "org.slf4j.simpleLogger.defaultLogLevel";

    private Main() {}

    /// Runs one command and ends the process with its exit code.
    public static void main(String[] args) {
        setUpLog(args);
        int exitCode = run(
                args,
                new PrintWriter(System.out, false, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        System.exit(exitCode);
    }

    /// Before the first line of the log.
    static void setUpLog(String[] args) {
        boolean node = args.length > 0 && (args[0].equals("start") || args[0].equals("kafka-server-start"));
        quietUnlessAsked(LOG_LEVEL, node ? "warn" : "error");
        quietUnlessAsked("org.slf4j.simpleLogger.log.org.apache.kafka", node ? "error" : "off");
        if (node) {
            quietUnlessAsked("org.slf4j.simpleLogger.showDateTime", "true");
            quietUnlessAsked("org.slf4j.simpleLogger.dateTimeFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSZ");
        }
    }

    private static void quietUnlessAsked(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /// Runs one command and answers its exit code. Answers go to `out`, errors and progress to `err`.
    public static int run(String[] args, PrintWriter out, PrintWriter err) {
        return new Shell(commands(), VERSION, out, err).run(args);
    }

    /// All commands, those under the names of Kafka's tools included.
    static Command commands() {
        List<Command> all = new ArrayList<>(List.of(
                StartCommand.COMMAND,
                TopicCommand.COMMAND,
                ProduceCommand.COMMAND,
                ConsumeCommand.COMMAND,
                GroupCommand.COMMAND,
                ConfigCommand.COMMAND,
                QuotaCommand.COMMAND,
                ClusterCommand.COMMAND,
                LogCommand.COMMAND,
                StorageCommand.COMMAND,
                RehearseCommand.COMMAND,
                KafkaServerStart.COMMAND));
        all.addAll(KafkaTools.all());
        return Command.group(
                "kurier",
                "A durable node that Kafka clients talk to, and the commands to work with it.",
                all.toArray(Command[]::new));
    }
}
