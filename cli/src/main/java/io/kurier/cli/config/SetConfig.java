package io.kurier.cli.config;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Settings;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;

/// `kurier config set`.
final class SetConfig {
    static final Command COMMAND = Command.connected("set", "Change settings.", call -> new SetConfig(call).run())
            .withOperands(Subject.LABEL + " KEY=VALUE...", 3);

    private final Call call;
    private final Connection connection;
    private final Subject subject;
    private final List<String> settings;

    private SetConfig(Call call) {
        this.call = call;
        connection = call.connection();
        subject = Subject.of(call);
        settings = call.operands().subList(2, call.operands().size());
    }

    private void run() {
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
        call.output().done(subject.words() + ": set " + String.join(", ", settings), Map.of("set", wanted));
    }
}
