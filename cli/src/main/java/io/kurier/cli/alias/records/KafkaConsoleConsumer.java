package io.kurier.cli.alias.records;

import io.kurier.cli.alias.Flags;
import io.kurier.cli.records.ReadLoop;
import io.kurier.cli.records.RecordSink;
import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.StartPoint;
import io.kurier.cli.shell.UsageException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// `kafka-console-consumer`: `kurier consume` with Kafka's flags.
public final class KafkaConsoleConsumer {
    /// The tool.
    public static final Command COMMAND = Command.kafka(
                    "kafka-console-consumer",
                    "Write the records of topics to standard output.",
                    call -> new KafkaConsoleConsumer(call).run())
            .with(Flags.SERVER)
            .with(ConsoleFormat.options())
            .with(
                    Option.value("--topic", "NAME", "The topic."),
                    Option.value("--include", "REGEX", "All topics of such a name."),
                    Option.flag("--from-beginning", "Start at the first record."),
                    Option.value("--offset", "OFFSET", "With --partition: earliest, latest or a number."),
                    Option.value("--partition", "N", "Only this partition."),
                    Option.value("--group", "GROUP", "Read as a member of this group."),
                    Option.value("--max-messages", "N", "End after so many records."),
                    Option.value("--timeout-ms", "MS", "End when no record came for so long."),
                    Option.value("--isolation-level", "LEVEL", "read_uncommitted or read_committed."),
                    Option.flag("--skip-message-on-error", "Go on after a record that cannot be read."),
                    Option.flag("--enable-systest-events", "Without effect."),
                    Option.values("--consumer-property --command-property", "KEY=VALUE", "A setting of the consumer."),
                    Option.value("--consumer.config --command-config", "FILE", "The same in a file."));

    private static final long NS_PER_MS = 1_000_000;

    private final Call call;
    private final Connection connection;

    private KafkaConsoleConsumer(Call call) {
        this.call = call;
        connection =
                new Connection(call.text("--bootstrap-server", "localhost:9092"), 30, call.path("--command-config"));
    }

    private void run() {
        check();
        StartPoint start = start();
        KafkaRecordText text = ConsoleFormat.of(call, call.has("--skip-message-on-error"));
        Properties settings = settings();
        boolean member = settings.containsKey("group.id");
        Long most = call.large("--max-messages");
        Long idleMs = call.large("--timeout-ms");
        long records;
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
            ReadLoop loop = new ReadLoop(consumer, new RecordSink(System.out, text), member);
            Collection<String> topics = topics(consumer);
            if (member) {
                loop.join(topics);
            } else {
                Integer partition = call.integer("--partition");
                loop.assign(topics, partition == null ? List.of() : List.of(partition), start);
            }
            records = loop.run(new ReadLoop.Until(
                    most == null || most < 0 ? Long.MAX_VALUE : most,
                    idleMs == null || idleMs < 0 ? Long.MAX_VALUE : idleMs * NS_PER_MS,
                    false));
        } catch (KafkaException e) {
            throw connection.failure(e, "The topic");
        }
        call.err().println("Processed a total of " + records + " messages");
    }

    private void check() {
        if (call.has("--topic") == call.has("--include")) {
            throw new UsageException("Exactly one of --include/--topic is required.");
        }
        if (call.has("--partition") && !call.has("--topic")) {
            throw new UsageException("The topic is required when partition is specified.");
        }
        if (call.has("--offset") && !call.has("--partition")) {
            throw new UsageException("The partition is required when offset is specified.");
        }
        if (call.has("--offset") && call.has("--from-beginning")) {
            throw new UsageException("Options from-beginning and offset cannot be specified together.");
        }
        if (call.has("--partition") && call.has("--group")) {
            throw new UsageException("Options group and partition cannot be specified together.");
        }
    }

    private Properties settings() {
        Properties settings = connection.properties();
        Flags.add(settings, call.texts("--command-property"));
        Flags.add(settings, call, Map.of("--group", "group.id", "--isolation-level", "isolation.level"));
        settings.put("key.deserializer", ByteArrayDeserializer.class.getName());
        settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
        // What is written is committed, once a second and at the end.
        settings.put("enable.auto.commit", "false");
        if (call.has("--partition")) {
            settings.remove("group.id");
        }
        if (call.has("--from-beginning")) {
            settings.put("auto.offset.reset", "earliest");
        }
        return settings;
    }

    private Collection<String> topics(KafkaConsumer<byte[], byte[]> consumer) {
        String topic = call.text("--topic");
        if (topic != null) {
            return List.of(topic);
        }
        Pattern pattern = Flags.topics(call.need("--include"));
        List<String> names = consumer.listTopics().keySet().stream()
                .filter(name -> pattern.matcher(name).matches())
                .sorted()
                .toList();
        if (names.isEmpty()) {
            throw new Failure("No topic is named like " + pattern);
        }
        return names;
    }

    private StartPoint start() {
        if (call.has("--from-beginning")) {
            return new StartPoint.Beginning();
        }
        String offset = call.text("--offset", "latest");
        return switch (offset) {
            case "earliest" -> new StartPoint.Beginning();
            case "latest" -> new StartPoint.End();
            default -> {
                try {
                    long number = Long.parseLong(offset);
                    if (number >= 0) {
                        yield new StartPoint.Offset(number);
                    }
                } catch (NumberFormatException e) {
                    // said below
                }
                throw new UsageException("The provided offset value '" + offset
                        + "' is incorrect. Valid values are 'earliest', 'latest', or a non-negative long.");
            }
        };
    }
}
