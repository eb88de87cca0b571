package io.kurier.cli.topic;

import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Settings;
import io.kurier.cli.shell.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `kurier topic create`.
@Command(name = "create", description = "Make topics.", mixinStandardHelpOptions = true)
final class CreateTopic implements Runnable {
    @Mixin
    private Connection connection;

    @Parameters(arity = "1..*", paramLabel = "TOPIC")
    private List<String> topics;

    @Option(
            names = {"-p", "--partitions"},
            paramLabel = "N",
            description = "How many partitions. Default: the node's num.partitions")
    private @Nullable Integer partitions;

    @Option(
            names = {"-r", "--replication-factor"},
            paramLabel = "N",
            description = "How many copies of each partition. Default: the node's default.replication.factor")
    private @Nullable Short replicationFactor;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "KEY=VALUE",
            description = "A setting of the topic, for example retention.ms=86400000. Repeatable.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--if-not-exists", description = "Leave a topic that is there as it is, without an error.")
    private boolean ifNotExists;

    @Override
    public void run() {
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
        connection.output().answer(sentences.toString(), made.objects());
    }
}
