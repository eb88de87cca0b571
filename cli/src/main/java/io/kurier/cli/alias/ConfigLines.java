package io.kurier.cli.alias;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListConfigResourcesOptions;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// What `kafka-configs` shows and changes of topics, brokers, groups and subscriptions to clients' metrics.
final class ConfigLines {
    private final Call call;
    private final Connection connection;
    private final Admin admin;

    ConfigLines(Call call, Connection connection, Admin admin) {
        this.call = call;
        this.connection = connection;
        this.admin = admin;
    }

    void describe(KafkaConfigs.Entity entity) {
        if (entity.name() != null) {
            one(entity.type(), entity.name());
            return;
        }
        all(entity.type()).forEach(name -> one(entity.type(), name));
        if (entity.type().equals("brokers")) {
            one("brokers", "");
        }
    }

    private Collection<String> all(String type) {
        return switch (type) {
            case "topics" -> new TreeSet<>(connection.await(admin.listTopics().names(), "The topics"));
            case "brokers" ->
                connection.await(admin.describeCluster().nodes(), "The cluster").stream()
                        .map(Node::idString)
                        .toList();
            default -> {
                Set<ConfigResource.Type> types = Set.of(type(type));
                yield connection
                        .await(
                                admin.listConfigResources(types, new ListConfigResourcesOptions())
                                        .all(),
                                "The settings of " + type)
                        .stream()
                        .map(ConfigResource::name)
                        .sorted()
                        .toList();
            }
        };
    }

    private static ConfigResource.Type type(String type) {
        return switch (type) {
            case "topics" -> ConfigResource.Type.TOPIC;
            case "brokers" -> ConfigResource.Type.BROKER;
            case "groups" -> ConfigResource.Type.GROUP;
            default -> ConfigResource.Type.CLIENT_METRICS;
        };
    }

    private void one(String type, String name) {
        String kind = type.substring(0, type.length() - 1);
        Collection<ConfigEntry> entries;
        try {
            entries = entries(type, name);
        } catch (Failure e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                call.out().println("The " + kind + " '" + name + "' doesn't exist and doesn't have dynamic config.");
                return;
            }
            throw e;
        }
        boolean everything = call.has("--all");
        String heading = everything ? "All" : "Dynamic";
        call.out()
                .println(
                        name.isEmpty()
                                ? (everything ? "All" : "Default") + " configs for " + type + " in the cluster are:"
                                : heading + " configs for " + kind + " " + name + " are:");
        ConfigEntry.ConfigSource own = source(type, name);
        entries.stream()
                .filter(entry -> everything || entry.source() == own)
                .sorted(Comparator.comparing(ConfigEntry::name))
                .forEach(entry -> call.out()
                        .println("  " + entry.name() + "=" + entry.value() + " sensitive=" + entry.isSensitive()
                                + " synonyms={"
                                + entry.synonyms().stream()
                                        .map(synonym -> synonym.source() + ":" + synonym.name() + "=" + synonym.value())
                                        .collect(Collectors.joining(", "))
                                + "}"));
    }

    private Collection<ConfigEntry> entries(String type, String name) {
        ConfigResource resource = new ConfigResource(type(type), name);
        return connection
                .await(
                        admin.describeConfigs(
                                        List.of(resource),
                                        new org.apache.kafka.clients.admin.DescribeConfigsOptions()
                                                .includeSynonyms(true))
                                .values()
                                .get(resource),
                        "The settings of " + type)
                .entries();
    }

    private static ConfigEntry.ConfigSource source(String type, String name) {
        return switch (type) {
            case "topics" -> ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG;
            case "brokers" ->
                name.isEmpty()
                        ? ConfigEntry.ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG
                        : ConfigEntry.ConfigSource.DYNAMIC_BROKER_CONFIG;
            case "groups" -> ConfigEntry.ConfigSource.DYNAMIC_GROUP_CONFIG;
            default -> ConfigEntry.ConfigSource.DYNAMIC_CLIENT_METRICS_CONFIG;
        };
    }

    void alter(KafkaConfigs.Entity entity, KafkaConfigs.Changes changes) {
        String name = entity.name();
        if (name == null) {
            throw new Failure("Say whose settings to change: --entity-name or --entity-default");
        }
        List<AlterConfigOp> operations = new ArrayList<>();
        changes.set()
                .forEach((key, value) ->
                        operations.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)));
        changes.removed()
                .forEach(key ->
                        operations.add(new AlterConfigOp(new ConfigEntry(key, ""), AlterConfigOp.OpType.DELETE)));
        ConfigResource resource = new ConfigResource(type(entity.type()), name);
        connection.await(
                admin.incrementalAlterConfigs(Map.of(resource, operations)).all(), entity.type() + " " + name);
        call.out()
                .println(
                        name.isEmpty()
                                ? "Completed updating default config for " + entity.type() + " in the cluster."
                                : "Completed updating config for "
                                        + entity.type()
                                                .substring(0, entity.type().length() - 1) + " " + name + ".");
        if (entity.type().equals("topics") && changes.set().keySet().stream().anyMatch(key -> key.startsWith("log."))) {
            sayWhatBrokersNamesBecame(name, changes);
        }
    }

    /// A broker's name of a setting is taken for a topic too; what it became there is not what was typed.
    private void sayWhatBrokersNamesBecame(String topic, KafkaConfigs.Changes changes) {
        for (ConfigEntry entry : entries("topics", topic)) {
            entry.synonyms().stream()
                    .map(ConfigEntry.ConfigSynonym::name)
                    .filter(name -> !name.equals(entry.name()) && changes.set().containsKey(name))
                    .distinct()
                    .forEach(name -> call.err()
                            .println("Note: " + name + " is a setting of brokers; for topic " + topic
                                    + " it was set as " + entry.name() + "=" + entry.value()));
        }
    }
}
