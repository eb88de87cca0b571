package io.kurier.cli.group;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Table;
import java.util.Comparator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;

/// `kurier group list`.
final class ListGroups {
    static final Command COMMAND =
            Command.connected("list", "Which groups there are, and their states.", call -> new ListGroups(call).run());

    private final Call call;
    private final Connection connection;

    private ListGroups(Call call) {
        this.call = call;
        connection = call.connection();
    }

    private void run() {
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
        call.output().table(table, "There are no groups");
    }
}
