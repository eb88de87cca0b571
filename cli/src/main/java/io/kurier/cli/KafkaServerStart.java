package io.kurier.cli;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.Settings;
import io.kurier.server.config.NodeConfig;
import java.nio.file.Path;

/// `kafka-server-start`: `kurier start --config FILE` with Kafka's flags. `-daemon` is the script's: it must come
/// first, as for Kafka's.
final class KafkaServerStart {
    static final Command COMMAND = Command.kafka(
                    "kafka-server-start", "Run a node with the settings of a file.", KafkaServerStart::run)
            .with(
                    Option.flag("-daemon", "In the background; what it says goes to kurier.out in LOG_DIR, or here."),
                    Option.flag("-loggc", "Without effect."),
                    Option.value("-name", "NAME", "Without effect."),
                    Option.values("--override", "KEY=VALUE", "One setting, which wins over the file. Repeatable."))
            .withOperands("server.properties", 1, 1);

    private KafkaServerStart() {}

    private static void run(Call call) {
        StartCommand.start(
                call,
                Path.of(call.operands().getFirst()),
                NodeConfig.CommandLine.of(Settings.parse(call.texts("--override"))));
    }
}
