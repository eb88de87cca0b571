package io.kurier.cli.config;

import io.kurier.cli.shell.Connection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `kurier config delete`.
@Command(name = "delete", description = "Put settings back to their defaults.", mixinStandardHelpOptions = true)
final class DeleteConfig implements Runnable {
    @Mixin
    private Connection connection;

    @Mixin
    private Subject subject;

    @Parameters(index = "2..*", arity = "1..*", paramLabel = "KEY")
    private List<String> keys;

    @Override
    public void run() {
        List<AlterConfigOp> changes = keys.stream()
                .map(key -> new AlterConfigOp(new ConfigEntry(key, ""), AlterConfigOp.OpType.DELETE))
                .toList();
        try (Admin admin = connection.admin()) {
            connection.await(
                    admin.incrementalAlterConfigs(Map.of(subject.resource(), changes))
                            .all(),
                    subject.words());
        }
        connection
                .output()
                .done(subject.words() + ": back to the default of " + String.join(", ", keys), Map.of("deleted", keys));
    }
}
