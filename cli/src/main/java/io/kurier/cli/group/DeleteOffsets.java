package io.kurier.cli.group;

import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `kurier group delete-offsets`: lets a group forget topics.
@Command(
        name = "delete-offsets",
        description = "Let a group forget how far it is in a topic.",
        mixinStandardHelpOptions = true)
final class DeleteOffsets implements Runnable {
    @Mixin
    private Connection connection;

    @Parameters(arity = "1", paramLabel = "GROUP")
    private String group;

    @Option(
            names = {"-t", "--topic"},
            paramLabel = "TOPIC",
            required = true,
            description = "The topic to forget. Repeatable.")
    private List<String> topics;

    @Override
    public void run() {
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
        connection
                .output()
                .done(
                        "Group " + group + " forgot " + forgotten.size()
                                + (forgotten.size() == 1 ? " partition" : " partitions"),
                        Map.of("group", group, "partitions", forgotten.size()));
    }
}
