package io.kurier.cli.topic;

import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DeleteTopicsResult;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `kurier topic delete`.
@Command(name = "delete", description = "Delete topics with all their records.", mixinStandardHelpOptions = true)
final class DeleteTopic implements Runnable {
    @Mixin
    private Connection connection;

    @Parameters(arity = "1..*", paramLabel = "TOPIC")
    private List<String> topics;

    @Option(names = "--if-exists", description = "A topic that is not there is no error.")
    private boolean ifExists;

    @Override
    public void run() {
        List<String> deleted = new ArrayList<>();
        try (Admin admin = connection.admin()) {
            DeleteTopicsResult result = admin.deleteTopics(TopicCollection.ofTopicNames(topics));
            for (String topic : topics) {
                try {
                    connection.await(result.topicNameValues().get(topic), "Topic " + topic);
                    deleted.add(topic);
                } catch (Failure e) {
                    if (!(ifExists && e.getCause() instanceof UnknownTopicOrPartitionException)) {
                        throw e;
                    }
                }
            }
        }
        connection
                .output()
                .done(
                        deleted.isEmpty() ? "Nothing to delete" : "Deleted " + String.join(", ", deleted),
                        Map.of("deleted", deleted));
    }
}
