package io.kurier.cli.quota;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.Settings;
import io.kurier.cli.shell.Table;
import io.kurier.cli.shell.UsageException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.jspecify.annotations.Nullable;

/// `kurier quota`: how much users and client ids may produce, fetch and ask.
public final class QuotaCommand {
    private static final Option[] WHO = {
        Option.value("-u --user", "NAME", "Of this user; 'default' for all users."),
        Option.value("-c --client", "ID", "Of this client id; 'default' for all client ids."),
        Option.value("--ip", "ADDRESS", "Of this address; 'default' for all addresses."),
    };

    /// The command.
    public static final Command COMMAND = Command.group(
            "quota",
            "How much users and clients may send, fetch and ask.",
            Command.connected("list", "Which quotas there are.", QuotaCommand::list),
            Command.connected(
                            "set",
                            "Set quotas: producer_byte_rate and consumer_byte_rate in bytes a second,"
                                    + " request_percentage of a thread.",
                            QuotaCommand::set)
                    .withOperands("NAME=NUMBER...", 1)
                    .with(WHO),
            Command.connected("delete", "Lift quotas.", QuotaCommand::delete)
                    .withOperands("NAME...", 1)
                    .with(WHO));

    private QuotaCommand() {}

    private static void list(Call call) {
        Connection connection = call.connection();
        Table table = new Table("user", "client", "ip", "quota", "value");
        try (Admin admin = connection.admin()) {
            connection
                    .await(admin.describeClientQuotas(ClientQuotaFilter.all()).entities(), "The quotas")
                    .forEach((entity, quotas) -> new TreeMap<>(quotas)
                            .forEach((name, value) -> table.row(
                                    shown(entity, ClientQuotaEntity.USER),
                                    shown(entity, ClientQuotaEntity.CLIENT_ID),
                                    shown(entity, ClientQuotaEntity.IP),
                                    name,
                                    value)));
        }
        call.output().table(table, "There are no quotas");
    }

    private static @Nullable String shown(ClientQuotaEntity entity, String type) {
        String name = entity.entries().get(type);
        return entity.entries().containsKey(type) && name == null ? "default" : name;
    }

    private static void set(Call call) {
        List<ClientQuotaAlteration.Op> changes = new ArrayList<>();
        Settings.parse(call.operands()).forEach((name, value) -> {
            try {
                changes.add(new ClientQuotaAlteration.Op(name, Double.valueOf(value)));
            } catch (NumberFormatException e) {
                throw new UsageException("'" + value + "' is no number, which " + name + " must be");
            }
        });
        alter(call, changes, "Set ");
    }

    private static void delete(Call call) {
        alter(
                call,
                call.operands().stream()
                        .map(name -> new ClientQuotaAlteration.Op(name, null))
                        .toList(),
                "Lifted ");
    }

    private static void alter(Call call, List<ClientQuotaAlteration.Op> changes, String done) {
        Map<String, @Nullable String> who = new HashMap<>();
        add(who, ClientQuotaEntity.USER, call.text("--user"));
        add(who, ClientQuotaEntity.CLIENT_ID, call.text("--client"));
        add(who, ClientQuotaEntity.IP, call.text("--ip"));
        if (who.isEmpty()) {
            throw new UsageException("Say whose: --user, --client, both, or --ip");
        }
        Connection connection = call.connection();
        try (Admin admin = connection.admin()) {
            connection.await(
                    admin.alterClientQuotas(List.of(new ClientQuotaAlteration(new ClientQuotaEntity(who), changes)))
                            .all(),
                    "The quotas");
        }
        call.output().done(done + String.join(", ", call.operands()), Map.of("quotas", call.operands()));
    }

    private static void add(Map<String, @Nullable String> who, String type, @Nullable String name) {
        if (name != null) {
            who.put(type, name.equals("default") ? null : name);
        }
    }
}
