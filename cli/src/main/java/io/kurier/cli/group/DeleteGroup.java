package io.kurier.cli.group;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaFuture;

/// `kurier group delete`.
final class DeleteGroup {
    static final Command COMMAND = Command.connected(
                    "delete",
                    "Delete groups without members, with all their offsets.",
                    call -> new DeleteGroup(call).run())
            .withOperands("GROUP...", 1);

    private final Call call;
    private final Connection connection;
    private final List<String> groups;

    private DeleteGroup(Call call) {
        this.call = call;
        connection = call.connection();
        groups = call.operands();
    }

    private void run() {
        try (Admin admin = connection.admin()) {
            Map<String, KafkaFuture<Void>> results =
                    admin.deleteConsumerGroups(groups).deletedGroups();
            for (String group : groups) {
                connection.await(results.get(group), "Group " + group);
            }
        }
        call.output().done("Deleted " + String.join(", ", groups), Map.of("deleted", groups));
    }
}
