package io.kurier.cli.topic;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.Table;
import io.kurier.cli.shell.UsageException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DeletedRecords;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/// `kurier topic trim`: deletes the oldest records.
final class TrimTopic {
    private static final long END = -1;

    static final Command COMMAND = Command.connected(
                    "trim", "Delete the records of a topic before an offset.", TrimTopic::run)
            .withOperands("TOPIC", 1, 1)
            .with(
                    Option.value("--before", "OFFSET|end", "Delete what lies before this offset; end: everything."),
                    Option.values("-p --partition", "N", "In this partition. Repeatable. Default: in all"));

    private TrimTopic() {}

    private static void run(Call call) {
        RecordsToDelete before = RecordsToDelete.beforeOffset(offset(call.need("--before")));
        String topic = call.operands().getFirst();
        Connection connection = call.connection();
        Table table = new Table("topic", "partition", "begin");
        try (Admin admin = connection.admin()) {
            Map<TopicPartition, RecordsToDelete> wanted = new LinkedHashMap<>();
            List<String> only = call.texts("--partition");
            connection.partitions(admin, topic).stream()
                    .filter(one -> only.isEmpty() || only.contains(String.valueOf(one.partition())))
                    .forEach(one -> wanted.put(one, before));
            if (wanted.size() < only.size()) {
                throw new UsageException("Topic " + topic + " has no partition " + String.join(" or ", only));
            }
            Map<TopicPartition, KafkaFuture<DeletedRecords>> results =
                    admin.deleteRecords(wanted).lowWatermarks();
            wanted.keySet()
                    .forEach(partition -> table.row(
                            topic,
                            partition.partition(),
                            connection
                                    .await(results.get(partition), "Partition " + partition)
                                    .lowWatermark()));
        }
        call.output().table(table, "There are no partitions");
    }

    private static long offset(String text) {
        try {
            return text.equals("end") ? END : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new UsageException("'" + text + "' is no offset: say a number, or end");
        }
    }
}
