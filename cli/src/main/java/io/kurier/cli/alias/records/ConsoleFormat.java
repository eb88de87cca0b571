package io.kurier.cli.alias.records;

import io.kurier.cli.alias.Flags;
import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.UsageException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;

/// How Kafka's console consumers are told to write records.
final class ConsoleFormat {
    private ConsoleFormat() {}

    static Option[] options() {
        return new Option[] {
            Option.values("--formatter-property --property", "KEY=VALUE", "print.key, key.separator, ..."),
            Option.value("--formatter-config", "FILE", "The same in a file."),
            Option.value("--formatter", "CLASS", "Only Kafka's default formatter."),
            Option.value("--key-deserializer", "CLASS", "How keys are read."),
            Option.value("--value-deserializer", "CLASS", "How values are read.")
        };
    }

    /// What was asked for.
    ///
    /// @param skipsErrors whether a record that cannot be read is passed over
    /// @throws UsageException if it cannot be had
    static KafkaRecordText of(Call call, boolean skipsErrors) {
        String formatter = call.text("--formatter", "DefaultMessageFormatter");
        if (!formatter.endsWith("DefaultMessageFormatter")) {
            throw new UsageException(
                    formatter + " is not there; kafka-dump-log --offsets-decoder shows what groups committed");
        }
        Properties format = new Properties();
        Path file = call.path("--formatter-config");
        if (file != null) {
            Connection.load(format, file);
        }
        Flags.add(format, call.texts("--property"));
        Flags.add(
                format,
                call,
                Map.of("--key-deserializer", "key.deserializer", "--value-deserializer", "value.deserializer"));
        return new KafkaRecordText(format, skipsErrors, call.err());
    }
}
