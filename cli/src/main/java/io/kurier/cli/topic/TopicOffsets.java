package io.kurier.cli.topic;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.Table;
import io.kurier.cli.shell.UsageException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/// `kurier topic offsets`.
final class TopicOffsets {
    static final Command COMMAND = Command.connected(
                    "offsets", "Where the partitions of topics begin, end, or are at a time.", TopicOffsets::run)
            .withOperands("TOPIC...", 1)
            .with(Option.value(
                            "--at",
                            "PLACE",
                            "end, beginning, newest (the largest timestamp), or a time as @MILLISECONDS.")
                    .orElse("end"));

    private TopicOffsets() {}

    private static void run(Call call) {
        OffsetSpec place = place(call.text("--at", "end"));
        Table table = new Table("topic", "partition", "offset", "timestamp");
        Connection connection = call.connection();
        try (Admin admin = connection.admin()) {
            for (String topic : call.operands()) {
                Map<TopicPartition, OffsetSpec> asked = new LinkedHashMap<>();
                connection.partitions(admin, topic).forEach(partition -> asked.put(partition, place));
                var found = connection.await(admin.listOffsets(asked).all(), "Topic " + topic);
                asked.keySet().forEach(partition -> {
                    var offset = found.get(partition);
                    if (offset == null || offset.offset() < 0) {
                        table.row(topic, partition.partition(), null, null);
                    } else {
                        table.row(
                                topic,
                                partition.partition(),
                                offset.offset(),
                                offset.timestamp() < 0 ? null : offset.timestamp());
                    }
                });
            }
        }
        call.output().table(table, "There are no partitions");
    }

    private static OffsetSpec place(String text) {
        return switch (text) {
            case "end" -> OffsetSpec.latest();
            case "beginning" -> OffsetSpec.earliest();
            case "newest" -> OffsetSpec.maxTimestamp();
            default -> {
                try {
                    yield OffsetSpec.forTimestamp(Long.parseLong(text.startsWith("@") ? text.substring(1) : "x"));
                } catch (NumberFormatException e) {
                    throw new UsageException("'" + text + "' is no place: say end, beginning, newest or @MILLISECONDS");
                }
            }
        };
    }
}
