package io.kurier.cli.topic;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Option;
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

/// `kurier topic list`.
final class ListTopics {
    static final Command COMMAND = Command.connected(
                    "list", "Which topics there are.", call -> new ListTopics(call).run())
            .with(Option.flag("--internal", "Also topics that the node keeps for itself."));

    private final Call call;
    private final Connection connection;
    private final boolean internal;

    private ListTopics(Call call) {
        this.call = call;
        connection = call.connection();
        internal = call.has("--internal");
    }

    private void run() {
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
        call.output().table(table, "There are no topics");
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
