package io.kurier.cli.group;

import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Table;
import java.util.Comparator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `kurier group list`.
@Command(name = "list", description = "Which groups there are, and their states.", mixinStandardHelpOptions = true)
final class ListGroups implements Runnable {
    @Mixin
    private Connection connection;

    @Override
    public void run() {
        Table table = new Table("group", "state", "type", "protocol");
        try (Admin admin = connection.admin()) {
            connection.await(admin.listGroups().all(), "The groups").stream()
                    .sorted(Comparator.comparing(GroupListing::groupId))
                    .forEach(group -> table.row(
                            group.groupId(),
                            group.groupState().map(Object::toString).orElse(null),
                            group.type().map(Object::toString).orElse(null),
                            group.protocol().isEmpty() ? null : group.protocol()));
        }
        connection.output().table(table, "There are no groups");
    }
}
