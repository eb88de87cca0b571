package io.kurier.cli.topic;

import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Table;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicCollection;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `kurier topic list`.
@Command(name = "list", description = "Which topics there are.", mixinStandardHelpOptions = true)
final class ListTopics implements Runnable {
    @Mixin
    private Connection connection;

    @Option(names = "--internal", description = "Also topics that the node keeps for itself.")
    private boolean internal;

    @Override
    public void run() {
        Table table = new Table("topic", "partitions", "replication factor", "topic id");
        try (Admin admin = connection.admin()) {
            Collection<String> names = new TreeSet<>(connection.await(
                    admin.listTopics(new ListTopicsOptions().listInternal(internal))
                            .names(),
                    "The topics"));
            Map<String, TopicDescription> topics = names.isEmpty()
                    ? Map.of()
                    : new TreeMap<>(connection.await(
                            admin.describeTopics(TopicCollection.ofTopicNames(names))
                                    .allTopicNames(),
                            "A topic"));
            topics.values()
                    .forEach(topic -> table.row(
                            topic.name(),
                            topic.partitions().size(),
                            copies(topic),
                            topic.topicId().toString()));
        }
        connection.output().table(table, "There are no topics");
    }

    static int copies(TopicDescription topic) {
        return topic.partitions().stream()
                .map(partition -> partition.replicas().size())
                .max(Integer::compare)
                .orElse(0);
    }

    static List<Integer> ids(List<org.apache.kafka.common.Node> nodes) {
        return nodes.stream().map(org.apache.kafka.common.Node::id).toList();
    }
}
