package io.kurier.cli.records;

import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.StartPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `kurier consume`: records in, lines out.
@Command(
        name = "consume",
        description = "Write records to standard output, new ones unless told otherwise.",
        mixinStandardHelpOptions = true)
public final class ConsumeCommand implements Runnable {
    @Mixin
    private Connection connection;

    @Parameters(arity = "1", paramLabel = "TOPIC")
    private String topic;

    @Option(names = "--from-beginning", description = "Start at the first record; the same as --from beginning.")
    private boolean fromBeginning;

    @Option(
            names = "--from",
            paramLabel = "PLACE",
            description = "Where to start: beginning, end, an offset, -N (N before the end), or a time such as"
                    + " 2026-11-21T10:00 or @MILLISECONDS. Default: end")
    private @Nullable String from;

    @Option(
            names = {"-p", "--partition"},
            paramLabel = "N",
            split = ",",
            description = "Only this partition. Repeatable.")
    private List<Integer> partitions = new ArrayList<>();

    @Option(
            names = {"-g", "--group"},
            paramLabel = "GROUP",
            description = "Read as a member of this group: from where it stands, and leave word how far it came.")
    private @Nullable String group;

    @Option(
            names = {"-n", "--count"},
            paramLabel = "N",
            description = "End after this many records.")
    private @Nullable Long count;

    @Option(
            names = {"-e", "--exit-at-end"},
            description = "End when all that was there at the start is written.")
    private boolean exitAtEnd;

    @Option(names = "--idle", paramLabel = "SECONDS", description = "End when no record came for so long.")
    private @Nullable Double idleSeconds;

    @Option(
            names = {"-f", "--format"},
            paramLabel = "FORMAT",
            defaultValue = "%s\\n",
            description =
                    "How to write a record: %%s value, %%k key, %%h headers, %%t topic, %%p partition, %%o offset,"
                            + " %%T timestamp, %%S and %%K lengths, \\n \\t. Default: the value and a newline")
    private String format;

    @Option(
            names = "--null",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "What stands for null. Default: nothing")
    private String nullText;

    @Override
    public void run() {
        if (group != null && (from != null || !partitions.isEmpty())) {
            throw new Failure("A group has its own place and partitions: leave out --from and --partition"
                    + " (kurier group reset-offsets moves a group)");
        }
        StartPoint start = fromBeginning
                ? new StartPoint.Beginning()
                : from == null ? new StartPoint.End() : StartPoint.parse(from);
        RecordFormat text = RecordFormat.parse(format, nullText);
        long idleNs = idleSeconds == null ? Long.MAX_VALUE : (long) (idleSeconds * 1e9);
        long most = count == null ? Long.MAX_VALUE : count;
        RecordSink sink = new RecordSink(System.out, connection.json() ? null : text);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties())) {
            ReadLoop loop = new ReadLoop(consumer, sink, group != null);
            if (group != null) {
                loop.join(topic);
            } else {
                loop.assign(topic, partitions, start);
            }
            loop.run(most, idleNs, exitAtEnd);
        } catch (KafkaException e) {
            throw connection.failure(e, "Topic " + topic);
        }
    }

    private Properties properties() {
        Properties properties = connection.properties();
        properties.put("key.deserializer", ByteArrayDeserializer.class.getName());
        properties.put("value.deserializer", ByteArrayDeserializer.class.getName());
        properties.put("enable.auto.commit", "false");
        properties.put("auto.offset.reset", fromBeginning ? "earliest" : group == null ? "none" : "latest");
        properties.put("allow.auto.create.topics", "false");
        if (group != null) {
            properties.put("group.id", group);
        }
        return properties;
    }
}
