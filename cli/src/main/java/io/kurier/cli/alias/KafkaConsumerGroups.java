package io.kurier.cli.alias;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.UsageException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DeleteConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// `kafka-consumer-groups`: `kurier group` with Kafka's flags.
final class KafkaConsumerGroups {
    static final Command COMMAND = Command.kafka(
                    "kafka-consumer-groups",
                    "List, describe, move and delete consumer groups.",
                    call -> new KafkaConsumerGroups(call).run())
            .with(
                    Option.flag("--list", "List groups."),
                    Option.flag("--describe", "Show groups: offsets and lag unless told otherwise."),
                    Option.flag("--delete", "Delete groups without members."),
                    Option.flag("--reset-offsets", "Move groups without members."),
                    Option.flag("--delete-offsets", "Let a group forget topics."),
                    Option.values("--group", "GROUP", "The group. Repeatable."),
                    Option.flag("--all-groups", "All groups."),
                    Option.values("--topic", "T or T:0,1", "The topic, or partitions of it. Repeatable."),
                    Option.flag("--all-topics", "All topics that the group has committed."),
                    Option.flag("--members", "With --describe: the members."),
                    Option.flag("--offsets", "With --describe: offsets and lag, the default."),
                    Option.perhaps("--state", "STATES", "With --describe: the state. With --list: also the state."),
                    Option.perhaps("--type", "TYPES", "With --list: also the type."),
                    Option.flag("--verbose", "With --describe: more columns."),
                    Option.flag("--dry-run", "Only show what would change."),
                    Option.flag("--execute", "Change it."),
                    Option.flag("--export", "Print as CSV."),
                    Option.flag("--to-earliest", "To the beginning."),
                    Option.flag("--to-latest", "To the end."),
                    Option.flag("--to-current", "To where it stands."),
                    Option.value("--to-offset", "N", "To an offset."),
                    Option.value("--to-datetime", "TIME", "To a time such as 2026-11-21T10:00:00.000, in UTC."),
                    Option.value("--by-duration", "PnDTnHnMnS", "To so long ago."),
                    Option.value("--shift-by", "N", "So many records on, back if negative."),
                    Option.value("--from-file", "FILE", "To what --export printed."),
                    Option.flag("--validate-regex", "Without effect."),
                    Option.value("--timeout", "MS", "How long to wait for an answer.")
                            .orElse("5000"),
                    Flags.SERVER,
                    Flags.CONFIG);

    private final Call call;
    private final Connection connection;

    private KafkaConsumerGroups(Call call) {
        this.call = call;
        connection = Flags.connection(call, Math.max(1, call.number("--timeout", 5000) / 1000));
    }

    private void run() {
        String action = Flags.oneOf(call, "--list", "--describe", "--delete", "--reset-offsets", "--delete-offsets");
        try (Admin admin = connection.admin()) {
            switch (action) {
                case "--list" -> new GroupLines(call, connection, admin).list();
                case "--describe" -> new GroupLines(call, connection, admin).describe(groups(admin));
                case "--delete" -> delete(admin, groups(admin));
                case "--delete-offsets" -> deleteOffsets(admin);
                default -> new GroupMoves(call, connection, admin).reset(groups(admin));
            }
        }
    }

    private List<String> groups(Admin admin) {
        if (call.has("--all-groups")) {
            return all(connection, admin).stream()
                    .map(GroupListing::groupId)
                    .sorted()
                    .toList();
        }
        if (call.texts("--group").isEmpty()) {
            throw new UsageException("Missing required option: --group GROUP, or --all-groups");
        }
        return call.texts("--group");
    }

    static Collection<GroupListing> all(Connection connection, Admin admin) {
        return connection.await(
                admin.listGroups(ListGroupsOptions.forConsumerGroups()).all(), "The groups");
    }

    private void delete(Admin admin, List<String> groups) {
        Map<String, String> failed = new LinkedHashMap<>();
        Map<String, KafkaFuture<Void>> results =
                admin.deleteConsumerGroups(groups).deletedGroups();
        for (String group : groups) {
            String problem = problem(results.get(group));
            if (!problem.isEmpty()) {
                failed.put(group, problem);
            }
        }
        String done = groups.stream()
                .filter(group -> !failed.containsKey(group))
                .map(group -> "'" + group + "'")
                .collect(Collectors.joining(", "));
        if (failed.isEmpty()) {
            call.out().println("Deletion of requested consumer groups (" + done + ") was successful.");
            return;
        }
        call.out().println("\nError: Deletion of some consumer groups failed:");
        failed.forEach((group, problem) ->
                call.out().println("* Group '" + group + "' could not be deleted due to: " + problem));
        if (!done.isEmpty()) {
            call.out().println("\nThese consumer groups were deleted successfully: " + done);
        }
        throw new Failure("Not all groups were deleted: see above");
    }

    /// What went wrong, as Kafka's tool says it; empty if nothing did.
    private String problem(@Nullable KafkaFuture<?> future) {
        Throwable refusal = connection.refusal(future);
        return refusal == null ? "" : refusal.toString();
    }

    private void deleteOffsets(Admin admin) {
        List<String> groups = call.texts("--group");
        if (groups.size() != 1 || call.texts("--topic").isEmpty()) {
            throw new UsageException("--delete-offsets needs one --group and at least one --topic");
        }
        String group = groups.getFirst();
        Map<String, String> rows = new TreeMap<>();
        Set<TopicPartition> wanted = new GroupMoves(call, connection, admin).named(call.texts("--topic"), missing -> {
            rows.put(
                    row(missing, "-"),
                    "Error: org.apache.kafka.common.errors.UnknownTopicOrPartitionException: This server does not host"
                            + " this topic-partition.");
        });
        boolean failed = !rows.isEmpty();
        if (!wanted.isEmpty()) {
            DeleteConsumerGroupOffsetsResult result = admin.deleteConsumerGroupOffsets(group, wanted);
            String whole = problem(result.all());
            for (TopicPartition partition : wanted) {
                String problem = whole.isEmpty() ? "" : problem(result.partitionResult(partition));
                failed |= !problem.isEmpty();
                rows.put(
                        row(partition.topic(), String.valueOf(partition.partition())),
                        problem.isEmpty() ? "Successful" : "Error: " + problem);
            }
        }
        call.out()
                .println(
                        failed
                                ? "\nError: Encountered some partition-level errors, see the follow-up details."
                                : "Request succeeded for deleting offsets from group " + group + ".");
        call.out().println("\n" + row("TOPIC", "PARTITION") + " STATUS         ");
        rows.forEach((row, status) -> call.out().println(row + " " + "%-15s".formatted(status)));
        if (failed) {
            throw new Failure("Not all offsets were deleted: see above");
        }
    }

    private static String row(String topic, String partition) {
        return "%-15s %-10s".formatted(topic, partition);
    }
}
