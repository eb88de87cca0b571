package io.kurier.cli.alias;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.UsageException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/// `kafka-configs`: `kurier config` and `kurier quota` with Kafka's flags.
final class KafkaConfigs {
    private static final Map<String, String> SHORT = Map.of(
            "--topic", "topics",
            "--broker", "brokers",
            "--group", "groups",
            "--client-metrics", "client-metrics",
            "--user", "users",
            "--client", "clients",
            "--ip", "ips");
    private static final Map<String, String> SHORT_DEFAULTS = Map.of(
            "--broker-defaults", "brokers",
            "--user-defaults", "users",
            "--client-defaults", "clients",
            "--ip-defaults", "ips");

    static final Command COMMAND = Command.kafka(
                    "kafka-configs", "Show and change settings and quotas.", call -> new KafkaConfigs(call).run())
            .with(
                    Option.flag("--describe", "Show settings."),
                    Option.flag("--alter", "Change settings."),
                    Option.flag("--all", "With --describe: also those at their defaults."),
                    Option.values(
                            "--entity-type", "TYPE", "topics, brokers, groups, client-metrics, users, clients or ips."),
                    Option.values("--entity-name", "NAME", "Whose."),
                    Option.flag("--entity-default", "The default of all."),
                    Option.value("--topic", "NAME", "The topic."),
                    Option.value("--broker", "ID", "The broker."),
                    Option.flag("--broker-defaults", "All brokers."),
                    Option.value("--group", "NAME", "The group."),
                    Option.value("--client-metrics", "NAME", "The subscription to clients' metrics."),
                    Option.value("--user", "NAME", "The user."),
                    Option.flag("--user-defaults", "All users."),
                    Option.value("--client", "ID", "The client id."),
                    Option.flag("--client-defaults", "All client ids."),
                    Option.value("--ip", "ADDRESS", "The address."),
                    Option.flag("--ip-defaults", "All addresses."),
                    Option.value("--add-config", "K=V,L=[V,W]", "What to set."),
                    Option.value("--add-config-file", "FILE", "What to set, as a file of properties."),
                    Option.value("--delete-config", "K,L", "What to put back to the default."),
                    Option.flag("--force", "Without effect."),
                    Flags.CONTROLLER,
                    Flags.SERVER,
                    Flags.CONFIG);

    private final Call call;
    private final Connection connection;

    /// Whose settings.
    ///
    /// @param name empty for the default of all; null for everybody of this type
    record Entity(String type, @Nullable String name) {}

    /// What to change.
    record Changes(Map<String, String> set, List<String> removed) {}

    private KafkaConfigs(Call call) {
        this.call = call;
        connection = Flags.controller(call);
    }

    private void run() {
        boolean alters = Flags.oneOf(call, "--describe", "--alter").equals("--alter");
        List<Entity> entities = entities();
        List<String> types = entities.stream().map(Entity::type).toList();
        boolean quotas = List.of("users", "clients", "ips").containsAll(types);
        if (!quotas && entities.size() > 1) {
            throw new UsageException("Only users and clients may be named together");
        }
        Changes changes = alters ? changes() : new Changes(Map.of(), List.of());
        try (Admin admin = connection.admin()) {
            if (quotas) {
                QuotaLines lines = new QuotaLines(call, connection, admin);
                if (alters) {
                    lines.alter(entities, changes);
                } else {
                    lines.describe(entities);
                }
                return;
            }
            ConfigLines lines = new ConfigLines(call, connection, admin);
            if (alters) {
                lines.alter(entities.getFirst(), changes);
            } else {
                lines.describe(entities.getFirst());
            }
        }
    }

    private List<Entity> entities() {
        List<Entity> entities = new ArrayList<>();
        List<String> types = call.texts("--entity-type");
        List<String> names = call.inOrder("--entity-name", "--entity-default");
        if (names.size() > types.size()) {
            throw new UsageException("Every --entity-name and --entity-default needs an --entity-type");
        }
        for (int i = 0; i < types.size(); i++) {
            entities.add(new Entity(types.get(i), i < names.size() ? names.get(i) : null));
        }
        SHORT.forEach((flag, type) -> {
            String name = call.text(flag);
            if (name != null) {
                entities.add(new Entity(type, name));
            }
        });
        SHORT_DEFAULTS.forEach((flag, type) -> {
            if (call.has(flag)) {
                entities.add(new Entity(type, ""));
            }
        });
        if (entities.isEmpty()) {
            throw new UsageException("At least one entity type must be specified");
        }
        for (Entity entity : entities) {
            if (!SHORT.containsValue(entity.type())) {
                throw new UsageException("'" + entity.type() + "' is not there: say topics, brokers, groups,"
                        + " client-metrics, users, clients or ips");
            }
        }
        return entities;
    }

    private Changes changes() {
        Map<String, String> set = new LinkedHashMap<>();
        var file = call.path("--add-config-file");
        if (file != null) {
            Properties properties = new Properties();
            Connection.load(properties, file);
            new TreeMap<>(properties).forEach((key, value) -> set.put(String.valueOf(key), String.valueOf(value)));
        }
        set.putAll(words(call.text("--add-config", "")));
        List<String> removed = Stream.of(call.text("--delete-config", "").split(",", -1))
                .map(String::strip)
                .filter(key -> !key.isEmpty())
                .toList();
        if (set.isEmpty() && removed.isEmpty()) {
            throw new UsageException(
                    "At least one of --add-config, --add-config-file, or --delete-config must be specified with"
                            + " --alter");
        }
        return new Changes(set, removed);
    }

    /// `k=v,l=[v,w]`: a value in brackets may hold commas.
    private static Map<String, String> words(String text) {
        Map<String, String> set = new LinkedHashMap<>();
        int at = 0;
        while (at < text.length()) {
            int equals = text.indexOf('=', at);
            if (equals < 0) {
                throw new Failure("Invalid entity config: all configs to be added must be in the format \"key=val\".");
            }
            String key = text.substring(at, equals).strip();
            boolean bracket = equals + 1 < text.length() && text.charAt(equals + 1) == '[';
            int end = bracket ? text.indexOf(']', equals) : text.indexOf(',', equals);
            if (bracket && end < 0) {
                throw new Failure("'" + text.substring(at) + "' has no closing bracket");
            }
            end = end < 0 ? text.length() : end;
            set.put(key, text.substring(equals + (bracket ? 2 : 1), end).strip());
            at = bracket ? Math.max(end + 1, text.indexOf(',', end) + 1) : end + 1;
        }
        return set;
    }
}
