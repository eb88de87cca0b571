package io.kurier.cli.alias;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.Settings;
import io.kurier.cli.shell.UsageException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

/// `kafka-topics`: `kurier topic` with Kafka's flags.
final class KafkaTopics {
    static final Command COMMAND = Command.kafka(
                    "kafka-topics",
                    "Create, list, describe, alter and delete topics.",
                    call -> new KafkaTopics(call).run())
            .with(
                    Option.flag("--create", "Create a topic."),
                    Option.flag("--list", "List topics."),
                    Option.flag("--describe", "Show topics with their partitions."),
                    Option.flag("--alter", "Change the number of partitions, or settings."),
                    Option.flag("--delete", "Delete topics."),
                    Option.value("--topic", "NAME", "The topic; not for --create, also a regular expression."),
                    Option.value("--topic-id", "ID", "The topic by its id, for --describe."),
                    Option.value("--partitions", "N", "How many partitions."),
                    Option.value("--replication-factor", "N", "How many copies of each partition."),
                    Option.value("--replica-assignment", "1:2,2:3", "The replicas of each partition."),
                    Option.values("--config", "KEY=VALUE", "A setting of the topic. Repeatable."),
                    Option.values("--delete-config", "KEY", "Back to the default, with --alter. Repeatable."),
                    Option.flag("--if-not-exists", "With --create: a topic that is there is no error."),
                    Option.flag("--if-exists", "A topic that is not there is no error."),
                    Option.flag("--exclude-internal", "Leave out topics that the node keeps for itself."),
                    Option.flag("--under-replicated-partitions", "Only partitions with replicas out of sync."),
                    Option.flag("--unavailable-partitions", "Only partitions without a leader."),
                    Option.flag("--under-min-isr-partitions", "Only partitions below min.insync.replicas."),
                    Option.flag("--at-min-isr-partitions", "Only partitions exactly at min.insync.replicas."),
                    Option.flag("--topics-with-overrides", "Only topics with settings of their own, in one line each."),
                    Option.value("--partition-size-limit-per-response", "N", "Without effect."),
                    Flags.SERVER,
                    Flags.CONFIG);

    private final Call call;
    private final Connection connection;

    private KafkaTopics(Call call) {
        this.call = call;
        connection = Flags.connection(call);
    }

    private void run() {
        String action = Flags.oneOf(call, "--list", "--describe", "--create", "--alter", "--delete");
        if (action.equals("--create") || action.equals("--alter") || action.equals("--delete")) {
            call.need("--topic");
        }
        try (Admin admin = connection.admin()) {
            switch (action) {
                case "--create" -> create(admin);
                case "--list" -> matching(admin).forEach(call.out()::println);
                case "--alter" -> alter(admin);
                case "--delete" -> delete(admin);
                default -> describe(admin);
            }
        }
    }

    private void create(Admin admin) {
        String name = call.need("--topic");
        if (name.contains(".") || name.contains("_")) {
            call.out()
                    .println("WARNING: Due to limitations in metric names, topics with a period ('.') or underscore"
                            + " ('_') could collide. To avoid issues it is best to use either, but not both.");
        }
        Map<Integer, List<Integer>> replicas = assignment();
        Integer copies = call.integer("--replication-factor");
        NewTopic topic = replicas.isEmpty()
                ? new NewTopic(
                        name,
                        Optional.ofNullable(call.integer("--partitions")),
                        Optional.ofNullable(copies).map(Integer::shortValue))
                : new NewTopic(name, replicas);
        topic.configs(Settings.parse(call.texts("--config")));
        try {
            connection.await(admin.createTopics(List.of(topic)).all(), "Topic " + name);
        } catch (Failure e) {
            if (call.has("--if-not-exists") && e.getCause() instanceof TopicExistsException) {
                return;
            }
            throw e;
        }
        call.out().println("Created topic " + name + ".");
    }

    /// `1:2,2:3`: the replicas of partition 0 are 1 and 2, of partition 1 they are 2 and 3.
    private Map<Integer, List<Integer>> assignment() {
        Map<Integer, List<Integer>> replicas = new HashMap<>();
        String text = call.text("--replica-assignment");
        if (text == null) {
            return replicas;
        }
        try {
            for (String partition : text.split(",", -1)) {
                replicas.put(
                        replicas.size(),
                        Stream.of(partition.split(":", -1))
                                .map(id -> Integer.valueOf(id.strip()))
                                .toList());
            }
        } catch (NumberFormatException e) {
            throw new UsageException("'" + text + "' is not of the form 1:2,2:3");
        }
        return replicas;
    }

    /// The topics that `--topic` names, or all.
    private Collection<String> matching(Admin admin) {
        TreeSet<String> names = new TreeSet<>(connection.await(
                admin.listTopics(new ListTopicsOptions().listInternal(!call.has("--exclude-internal")))
                        .names(),
                "The topics"));
        String wanted = call.text("--topic");
        if (wanted != null) {
            Pattern pattern = Flags.topics(wanted);
            names.removeIf(name -> !pattern.matcher(name).matches());
        }
        return names;
    }

    private Collection<String> existing(Admin admin) {
        Collection<String> names = matching(admin);
        String wanted = call.text("--topic");
        if (names.isEmpty() && wanted != null && !call.has("--if-exists")) {
            throw new Failure("Topic '" + wanted + "' does not exist as expected");
        }
        return names;
    }

    private void describe(Admin admin) {
        TopicLines lines = new TopicLines(call, connection, admin);
        String id = call.text("--topic-id");
        if (id != null) {
            lines.print(TopicCollection.ofTopicIds(List.of(Uuid.fromString(id))));
            return;
        }
        Collection<String> names = existing(admin);
        if (!names.isEmpty()) {
            lines.print(TopicCollection.ofTopicNames(names));
        }
    }

    private void alter(Admin admin) {
        Integer partitions = call.integer("--partitions");
        List<AlterConfigOp> changes = Stream.concat(
                        Settings.parse(call.texts("--config")).entrySet().stream()
                                .map(one -> new AlterConfigOp(
                                        new ConfigEntry(one.getKey(), one.getValue()), AlterConfigOp.OpType.SET)),
                        call.texts("--delete-config").stream()
                                .map(key -> new AlterConfigOp(new ConfigEntry(key, ""), AlterConfigOp.OpType.DELETE)))
                .toList();
        if (partitions == null && changes.isEmpty()) {
            throw new UsageException("Missing required option: --partitions N");
        }
        List<List<Integer>> replicas = assignment().values().stream().toList();
        for (String name : existing(admin)) {
            if (!changes.isEmpty()) {
                ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
                connection.await(
                        admin.incrementalAlterConfigs(Map.of(resource, changes)).all(), "Topic " + name);
            }
            if (partitions != null) {
                // The assignment names the partitions from the first on; the node takes those that are new.
                int before = replicas.isEmpty()
                        ? 0
                        : connection.partitions(admin, name).size();
                NewPartitions wanted = replicas.isEmpty()
                        ? NewPartitions.increaseTo(partitions)
                        : NewPartitions.increaseTo(
                                partitions, replicas.subList(Math.min(before, replicas.size()), replicas.size()));
                connection.await(admin.createPartitions(Map.of(name, wanted)).all(), "Topic " + name);
            }
        }
    }

    private void delete(Admin admin) {
        Collection<String> names = existing(admin);
        if (!names.isEmpty()) {
            connection.await(
                    admin.deleteTopics(TopicCollection.ofTopicNames(names)).all(), "The topics");
        }
    }
}
