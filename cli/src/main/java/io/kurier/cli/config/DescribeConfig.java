package io.kurier.cli.config;

import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `kurier config describe`.
@Command(
        name = "describe",
        description = "Settings that differ from the defaults, or all, and where each comes from.",
        mixinStandardHelpOptions = true)
final class DescribeConfig implements Runnable {
    @Mixin
    private Connection connection;

    @Mixin
    private Subject subject;

    @Option(
            names = {"-a", "--all"},
            description = "Also settings that are at their default.")
    private boolean all;

    @Override
    public void run() {
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
        connection.output().table(table, subject.words() + " has all settings at their defaults (--all shows them)");
    }
}
