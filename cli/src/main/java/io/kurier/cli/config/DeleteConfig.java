package io.kurier.cli.config;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;

/// `kurier config delete`.
final class DeleteConfig {
    static final Command COMMAND = Command.connected(
                    "delete", "Put settings back to their defaults.", call -> new DeleteConfig(call).run())
            .withOperands(Subject.LABEL + " KEY...", 3);

    private final Call call;
    private final Connection connection;
    private final Subject subject;
    private final List<String> keys;

    private DeleteConfig(Call call) {
        this.call = call;
        connection = call.connection();
        subject = Subject.of(call);
        keys = call.operands().subList(2, call.operands().size());
    }

    private void run() {
        List<AlterConfigOp> changes = keys.stream()
                .map(key -> new AlterConfigOp(new ConfigEntry(key, ""), AlterConfigOp.OpType.DELETE))
                .toList();
        try (Admin admin = connection.admin()) {
            connection.await(
                    admin.incrementalAlterConfigs(Map.of(subject.resource(), changes))
                            .all(),
                    subject.words());
        }
        call.output()
                .done(subject.words() + ": back to the default of " + String.join(", ", keys), Map.of("deleted", keys));
    }
}
