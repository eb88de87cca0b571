package io.kurier.cli.config;

import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Settings;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `kurier config set`.
@Command(name = "set", description = "Change settings.", mixinStandardHelpOptions = true)
final class SetConfig implements Runnable {
    @Mixin
    private Connection connection;

    @Mixin
    private Subject subject;

    @Parameters(index = "2..*", arity = "1..*", paramLabel = "KEY=VALUE")
    private List<String> settings;

    @Override
    public void run() {
        Map<String, String> wanted = Settings.parse(settings);
        List<AlterConfigOp> changes = wanted.entrySet().stream()
                .map(one -> new AlterConfigOp(new ConfigEntry(one.getKey(), one.getValue()), AlterConfigOp.OpType.SET))
                .toList();
        try (Admin admin = connection.admin()) {
            connection.await(
                    admin.incrementalAlterConfigs(Map.of(subject.resource(), changes))
                            .all(),
                    subject.words());
        }
        connection.output().done(subject.words() + ": set " + String.join(", ", settings), Map.of("set", wanted));
    }
}
