package io.kurier.cli.topic;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;

/// `kurier topic describe`: what a topic is set to, and where each of its partitions begins and ends.
final class DescribeTopic {
    static final Command COMMAND = Command.connected(
                    "describe",
                    "What topics are set to, and where their partitions lie, begin and end.",
                    call -> new DescribeTopic(call).run())
            .withOperands("TOPIC...", 1);

    private final Call call;
    private final Connection connection;
    private final List<String> topics;

    private DescribeTopic(Call call) {
        this.call = call;
        connection = call.connection();
        topics = call.operands();
    }

    private void run() {
        StringBuilder text = new StringBuilder();
        List<Map<String, Object>> values = new ArrayList<>();
        try (Admin admin = connection.admin()) {
            for (String name : topics) {
                String subject = "Topic " + name;
                TopicDescription topic = connection.await(
                        admin.describeTopics(List.of(name)).topicNameValues().get(name), subject);
                Map<String, String> settings = ownSettings(admin, name, subject);
                Table partitions = partitions(admin, topic, subject);
                text.append(text.isEmpty() ? "" : "\n")
                        .append(heading(topic, settings))
                        .append(partitions.text());
                Map<String, Object> value = new LinkedHashMap<>();
                value.put("topic", name);
                value.put("topicId", topic.topicId().toString());
                value.put("internal", topic.isInternal());
                value.put("replicationFactor", ListTopics.copies(topic));
                value.put("settings", settings);
                value.put("partitions", partitions.objects());
                values.add(value);
            }
        }
        call.output().answer(text.toString(), values);
    }

    private static String heading(TopicDescription topic, Map<String, String> settings) {
        String own = settings.isEmpty()
                ? "all settings at their defaults"
                : settings.entrySet().stream().map(Object::toString).collect(Collectors.joining(", "));
        int partitions = topic.partitions().size();
        return "Topic %s (id %s), %d %s, replication factor %d, %s%n"
                .formatted(
                        topic.name(),
                        topic.topicId(),
                        partitions,
                        partitions == 1 ? "partition" : "partitions",
                        ListTopics.copies(topic),
                        own);
    }

    private Map<String, String> ownSettings(Admin admin, String topic, String subject) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Map<String, String> own = new TreeMap<>();
        for (ConfigEntry entry : connection
                .await(admin.describeConfigs(List.of(resource)).values().get(resource), subject)
                .entries()) {
            if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
                own.put(entry.name(), entry.isSensitive() ? "(hidden)" : String.valueOf(entry.value()));
            }
        }
        return own;
    }

    private Table partitions(Admin admin, TopicDescription topic, String subject) {
        Map<TopicPartition, OffsetSpec> earliest = new LinkedHashMap<>();
        Map<TopicPartition, OffsetSpec> latest = new LinkedHashMap<>();
        for (TopicPartitionInfo info : topic.partitions()) {
            Node leader = info.leader();
            if (leader != null && !leader.isEmpty()) {
                TopicPartition partition = new TopicPartition(topic.name(), info.partition());
                earliest.put(partition, OffsetSpec.earliest());
                latest.put(partition, OffsetSpec.latest());
            }
        }
        var begins = connection.await(admin.listOffsets(earliest).all(), subject);
        var ends = connection.await(admin.listOffsets(latest).all(), subject);
        Table table = new Table("partition", "leader", "replicas", "in sync", "eligible", "begin", "end", "records");
        for (TopicPartitionInfo info : topic.partitions()) {
            TopicPartition partition = new TopicPartition(topic.name(), info.partition());
            var begin = begins.get(partition);
            var end = ends.get(partition);
            Node leader = info.leader();
            table.row(
                    info.partition(),
                    leader == null || leader.isEmpty() ? null : leader.id(),
                    ListTopics.ids(info.replicas()),
                    ListTopics.ids(info.isr()),
                    info.elr() == null ? List.of() : ListTopics.ids(info.elr()),
                    begin == null ? null : begin.offset(),
                    end == null ? null : end.offset(),
                    begin == null || end == null ? null : end.offset() - begin.offset());
        }
        return table;
    }
}
