package io.kurier.cli.group;

import io.kurier.cli.shell.Connection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `kurier group delete`.
@Command(
        name = "delete",
        description = "Delete groups without members, with all their offsets.",
        mixinStandardHelpOptions = true)
final class DeleteGroup implements Runnable {
    @Mixin
    private Connection connection;

    @Parameters(arity = "1..*", paramLabel = "GROUP")
    private List<String> groups;

    @Override
    public void run() {
        try (Admin admin = connection.admin()) {
            Map<String, KafkaFuture<Void>> results =
                    admin.deleteConsumerGroups(groups).deletedGroups();
            for (String group : groups) {
                connection.await(results.get(group), "Group " + group);
            }
        }
        connection.output().done("Deleted " + String.join(", ", groups), Map.of("deleted", groups));
    }
}
