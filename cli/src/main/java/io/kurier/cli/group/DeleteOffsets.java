package io.kurier.cli.group;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/// `kurier group delete-offsets`: lets a group forget topics.
final class DeleteOffsets {
    static final Command COMMAND = Command.connected(
                    "delete-offsets",
                    "Let a group forget how far it is in a topic.",
                    call -> new DeleteOffsets(call).run())
            .withOperands("GROUP", 1, 1)
            .with(Option.values("-t --topic", "TOPIC", "The topic to forget. Repeatable."));

    private final Call call;
    private final Connection connection;
    private final String group;
    private final List<String> topics;

    private DeleteOffsets(Call call) {
        this.call = call;
        connection = call.connection();
        group = call.operands().getFirst();
        topics = call.texts("--topic");
    }

    private void run() {
        Set<TopicPartition> forgotten;
        try (Admin admin = connection.admin()) {
            forgotten = new GroupOffsets(connection, admin)
                    .committed(group).keySet().stream()
                            .filter(partition -> topics.contains(partition.topic()))
                            .collect(Collectors.toCollection(HashSet::new));
            if (forgotten.isEmpty()) {
                throw new Failure("Group " + group + " has committed nothing in " + String.join(", ", topics));
            }
            connection.await(admin.deleteConsumerGroupOffsets(group, forgotten).all(), "Group " + group);
        }
        call.output()
                .done(
                        "Group " + group + " forgot " + forgotten.size()
                                + (forgotten.size() == 1 ? " partition" : " partitions"),
                        Map.of("group", group, "partitions", forgotten.size()));
    }
}
