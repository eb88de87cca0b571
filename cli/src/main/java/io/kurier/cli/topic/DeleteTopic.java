package io.kurier.cli.topic;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DeleteTopicsResult;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// `kurier topic delete`.
final class DeleteTopic {
    static final Command COMMAND = Command.connected(
                    "delete", "Delete topics with all their records.", call -> new DeleteTopic(call).run())
            .withOperands("TOPIC...", 1)
            .with(Option.flag("--if-exists", "A topic that is not there is no error."));

    private final Call call;
    private final Connection connection;
    private final List<String> topics;
    private final boolean ifExists;

    private DeleteTopic(Call call) {
        this.call = call;
        connection = call.connection();
        topics = call.operands();
        ifExists = call.has("--if-exists");
    }

    private void run() {
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
        call.output()
                .done(
                        deleted.isEmpty() ? "Nothing to delete" : "Deleted " + String.join(", ", deleted),
                        Map.of("deleted", deleted));
    }
}
