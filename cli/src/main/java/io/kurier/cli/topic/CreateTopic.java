package io.kurier.cli.topic;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.Settings;
import io.kurier.cli.shell.Table;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;

/// `kurier topic create`.
final class CreateTopic {
    static final Command COMMAND = Command.connected("create", "Make topics.", call -> new CreateTopic(call).run())
            .withOperands("TOPIC...", 1)
            .with(
                    Option.value("-p --partitions", "N", "How many partitions. Default: the node's num.partitions"),
                    Option.value(
                            "-r --replication-factor",
                            "N",
                            "How many copies of each partition. Default: the node's default.replication.factor"),
                    Option.values(
                            "-c --config",
                            "KEY=VALUE",
                            "A setting of the topic, for example retention.ms=86400000. Repeatable."),
                    Option.flag("--if-not-exists", "Leave a topic that is there as it is, without an error."));

    private final Call call;
    private final Connection connection;
    private final List<String> topics;
    private final @Nullable Integer partitions;
    private final @Nullable Short replicationFactor;
    private final List<String> settings;
    private final boolean ifNotExists;

    private CreateTopic(Call call) {
        this.call = call;
        connection = call.connection();
        topics = call.operands();
        partitions = call.integer("--partitions");
        Integer copies = call.integer("--replication-factor");
        replicationFactor = copies == null ? null : Short.valueOf(copies.shortValue());
        settings = call.texts("--config");
        ifNotExists = call.has("--if-not-exists");
    }

    private void run() {
        Map<String, String> configs = Settings.parse(settings);
        List<NewTopic> wanted = topics.stream()
                .map(name -> new NewTopic(name, Optional.ofNullable(partitions), Optional.ofNullable(replicationFactor))
                        .configs(configs))
                .toList();
        Table made = new Table("topic", "partitions", "replication factor", "created");
        StringBuilder sentences = new StringBuilder();
        try (Admin admin = connection.admin()) {
            CreateTopicsResult result = admin.createTopics(wanted);
            for (String topic : topics) {
                try {
                    connection.await(result.values().get(topic), "Topic " + topic);
                } catch (Failure e) {
                    if (ifNotExists && e.getCause() instanceof TopicExistsException) {
                        made.row(topic, null, null, false);
                        sentences.append("Topic ").append(topic).append(" was there already\n");
                        continue;
                    }
                    throw e;
                }
                int count = connection.await(result.numPartitions(topic), "Topic " + topic);
                made.row(topic, count, connection.await(result.replicationFactor(topic), "Topic " + topic), true);
                sentences
                        .append("Created topic ")
                        .append(topic)
                        .append(" with ")
                        .append(count)
                        .append(count == 1 ? " partition\n" : " partitions\n");
            }
        }
        call.output().answer(sentences.toString(), made.objects());
    }
}
