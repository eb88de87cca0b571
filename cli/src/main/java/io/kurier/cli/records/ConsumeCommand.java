package io.kurier.cli.records;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.StartPoint;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// `kurier consume`: records in, lines out.
public final class ConsumeCommand {
    /// The command.
    public static final Command COMMAND = Command.connected(
                    "consume",
                    "Write records to standard output, new ones unless told otherwise.",
                    call -> new ConsumeCommand(call).run())
            .withOperands("TOPIC", 1, 1)
            .with(
                    Option.flag("--from-beginning", "Start at the first record; the same as --from beginning."),
                    Option.value(
                            "--from",
                            "PLACE",
                            "Where to start: beginning, end, an offset, -N (N before the end), or a time such as"
                                    + " 2026-11-21T10:00 or @MILLISECONDS. Default: end"),
                    Option.values("-p --partition", "N", "Only this partition. Repeatable."),
                    Option.value(
                            "-g --group",
                            "GROUP",
                            "Read as a member of this group: from where it stands, and leave word how far it came."),
                    Option.value(
                            "--share-group",
                            "GROUP",
                            "Read as a member of this share group, and accept what is written."),
                    Option.flag("--release", "With --share-group: leave what is written to others."),
                    Option.flag("--reject", "With --share-group: reject what is written; nobody gets it again."),
                    Option.value("-n --count", "N", "End after this many records."),
                    Option.flag("-e --exit-at-end", "End when all that was there at the start is written."),
                    Option.value("--idle", "SECONDS", "End when no record came for so long."),
                    Option.value(
                            "-f --format",
                            "FORMAT",
                            "How to write a record: %s value, %k key, %h headers, %t topic, %p partition, %o offset,"
                                    + " %T timestamp, %S and %K lengths, \\n \\t. Default: the value and a newline"),
                    Option.value("--null", "TEXT", "What stands for null. Default: nothing"));

    private final Call call;
    private final Connection connection;
    private final String topic;
    private final boolean fromBeginning;
    private final @Nullable String from;
    private final List<Integer> partitions;
    private final @Nullable String group;
    private final @Nullable String shareGroup;
    private final @Nullable Long count;
    private final boolean exitAtEnd;
    private final @Nullable Double idleSeconds;
    private final String format;
    private final String nullText;

    private ConsumeCommand(Call call) {
        this.call = call;
        connection = call.connection();
        topic = call.operands().getFirst();
        fromBeginning = call.has("--from-beginning");
        from = call.text("--from");
        partitions = PartitionNumbers.parse(call.texts("--partition"));
        group = call.text("--group");
        shareGroup = call.text("--share-group");
        count = call.large("--count");
        exitAtEnd = call.has("--exit-at-end");
        idleSeconds = call.decimal("--idle");
        format = call.text("--format", "%s\\n");
        nullText = call.text("--null", "");
    }

    private void run() {
        if (shareGroup == null && (call.has("--release") || call.has("--reject"))) {
            throw new Failure("--release and --reject say what becomes of a share group's records: add --share-group");
        }
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
        RecordSink sink = new RecordSink(System.out, call.isJson() ? RecordFormat::writeJson : text);
        if (shareGroup != null) {
            share(shareGroup, sink, most, idleNs);
            return;
        }
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties())) {
            ReadLoop loop = new ReadLoop(consumer, sink, group != null);
            if (group != null) {
                loop.join(List.of(topic));
            } else {
                loop.assign(List.of(topic), partitions, start);
            }
            loop.run(new ReadLoop.Until(most, idleNs, exitAtEnd));
        } catch (KafkaException e) {
            throw connection.failure(e, "Topic " + topic);
        }
    }

    private void share(String shareGroup, RecordSink sink, long most, long idleNs) {
        if (group != null || from != null || fromBeginning || exitAtEnd || !partitions.isEmpty()) {
            throw new Failure("A share group has its own place and partitions, and no end: leave out --group, --from,"
                    + " --partition and --exit-at-end (kurier config set group " + shareGroup
                    + " share.auto.offset.reset=earliest says where a new one begins)");
        }
        Properties properties = connection.properties();
        properties.put("group.id", shareGroup);
        try (ShareLoop loop = new ShareLoop(properties, most, sink, ShareLoop.word(call))) {
            loop.join(List.of(topic));
            loop.run(idleNs);
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
