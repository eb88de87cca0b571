package io.kurier.cli.group;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Table;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/// `kurier group events`: what happened in a group lately, as its coordinator remembers it.
final class GroupEvents {
    static final Command COMMAND = Command.connected(
                    "events",
                    "What happened in a group lately: who joined, left or was given up, when and why.",
                    call -> new GroupEvents(call).run())
            .withOperands("GROUP", 1);

    /// Nodes take a group of such a name for this question: Kafka's protocol has none for it.
    private static final String ASKED = "kurier.group.events/";

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    private final Call call;
    private final Connection connection;
    private final String group;

    private GroupEvents(Call call) {
        this.call = call;
        connection = call.connection();
        group = call.operands().getFirst();
    }

    private void run() {
        Table table = new Table("time", "event", "generation", "member", "detail");
        ConfigResource question = new ConfigResource(ConfigResource.Type.GROUP, ASKED + group);
        try (Admin admin = connection.admin()) {
            var answers = admin.describeConfigs(List.of(question)).values();
            connection.await(answers.get(question), "Group " + group).entries().stream()
                    .sorted(Comparator.comparing(ConfigEntry::name))
                    .map(event -> event.value().split("\t", -1))
                    .filter(parts -> parts.length == 5)
                    .forEach(parts -> table.row(
                            TIME.format(Instant.ofEpochMilli(Long.parseLong(parts[0]))),
                            parts[1].toLowerCase(Locale.ROOT),
                            Integer.valueOf(parts[2]),
                            parts[3].isEmpty() ? null : parts[3],
                            parts[4]));
        }
        call.output()
                .table(
                        table,
                        "Nothing is known of group " + group
                                + ": nothing happened since its coordinator began, or there is no such group");
    }
}
