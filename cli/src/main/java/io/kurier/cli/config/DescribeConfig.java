package io.kurier.cli.config;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/// `kurier config describe`.
final class DescribeConfig {
    static final Command COMMAND = Command.connected(
                    "describe",
                    "Settings that differ from the defaults, or all, and where each comes from.",
                    call -> new DescribeConfig(call).run())
            .withOperands(Subject.LABEL, 2, 2)
            .with(Option.flag("-a --all", "Also settings that are at their default."));

    private final Call call;
    private final Connection connection;
    private final Subject subject;
    private final boolean all;

    private DescribeConfig(Call call) {
        this.call = call;
        connection = call.connection();
        subject = Subject.of(call);
        all = call.has("--all");
    }

    private void run() {
        Table table = new Table("setting", "value", "source", "read only");
        try (Admin admin = connection.admin()) {
            ConfigResource resource = subject.resource();
            connection
                    .await(admin.describeConfigs(List.of(resource)).values().get(resource), subject.words())
                    .entries()
                    .stream()
                    .filter(entry -> all || entry.source() != ConfigEntry.ConfigSource.DEFAULT_CONFIG)
                    .sorted(Comparator.comparing(ConfigEntry::name))
                    .forEach(entry -> table.row(
                            entry.name(),
                            entry.isSensitive() ? "(hidden)" : entry.value(),
                            entry.source().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                            entry.isReadOnly()));
        }
        call.output().table(table, subject.words() + " has all settings at their defaults (--all shows them)");
    }
}
