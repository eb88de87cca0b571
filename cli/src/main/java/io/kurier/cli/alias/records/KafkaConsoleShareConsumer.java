package io.kurier.cli.alias.records;

import io.kurier.cli.alias.Flags;
import io.kurier.cli.records.RecordSink;
import io.kurier.cli.records.ShareLoop;
import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Option;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.KafkaException;

/// `kafka-console-share-consumer`: `kurier consume --share-group` with Kafka's flags.
public final class KafkaConsoleShareConsumer {
    /// The tool.
    public static final Command COMMAND = Command.kafka(
                    "kafka-console-share-consumer",
                    "Write the records of a topic to standard output, as a member of a share group.",
                    call -> new KafkaConsoleShareConsumer(call).run())
            .with(Flags.SERVER)
            .with(ConsoleFormat.options())
            .with(
                    Option.value("--topic", "NAME", "The topic."),
                    Option.value("--group", "GROUP", "The share group. Default: console-share-consumer"),
                    Option.flag("--reject", "Reject what is written: nobody gets it again."),
                    Option.flag("--release", "Release what is written: others get it."),
                    Option.flag("--reject-message-on-error", "Reject a record that cannot be read, and go on."),
                    Option.value("--max-messages", "N", "End after so many records."),
                    Option.value("--timeout-ms", "MS", "End when no record came for so long."),
                    Option.flag("--enable-systest-events", "Without effect."),
                    Option.values("--command-property --consumer-property", "KEY=VALUE", "A setting of the consumer."),
                    Option.value("--command-config --consumer-config", "FILE", "The same in a file."));

    private static final String DEFAULT_GROUP = "console-share-consumer";
    private static final long NS_PER_MS = 1_000_000;

    private final Call call;
    private final Connection connection;

    private KafkaConsoleShareConsumer(Call call) {
        this.call = call;
        connection =
                new Connection(call.text("--bootstrap-server", "localhost:9092"), 30, call.path("--command-config"));
    }

    private void run() {
        String topic = call.need("--topic");
        KafkaRecordText text = ConsoleFormat.of(call, call.has("--reject-message-on-error"));
        Properties settings = connection.properties();
        Flags.add(settings, call.texts("--command-property"));
        Flags.add(settings, call, Map.of("--group", "group.id"));
        settings.putIfAbsent("group.id", DEFAULT_GROUP);
        Long most = call.large("--max-messages");
        Long idleMs = call.large("--timeout-ms");
        long records;
        RecordSink sink = new RecordSink(System.out, text);
        long count = most == null || most < 0 ? Long.MAX_VALUE : most;
        try (ShareLoop loop = new ShareLoop(settings, count, sink, ShareLoop.word(call))) {
            loop.join(List.of(topic));
            records = loop.run(idleMs == null || idleMs < 0 ? Long.MAX_VALUE : idleMs * NS_PER_MS);
        } catch (KafkaException e) {
            throw connection.failure(e, "The topic");
        }
        call.err().println("Processed a total of " + records + " messages");
    }
}
