package io.kurier.cli.alias;

import io.kurier.cli.group.GroupOffsets;
import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.UsageException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DeleteShareGroupOffsetsResult;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/// `kafka-share-groups`: share groups with Kafka's flags.
final class KafkaShareGroups {
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    static final Command COMMAND = Command.kafka(
                    "kafka-share-groups",
                    "List, describe, move and delete share groups.",
                    call -> new KafkaShareGroups(call).run())
            .with(
                    Option.flag("--list", "List groups."),
                    Option.flag("--describe", "Show groups: start offsets and lag unless told otherwise."),
                    Option.flag("--delete", "Delete groups without members."),
                    Option.flag("--reset-offsets", "Move a group without members."),
                    Option.flag("--delete-offsets", "Let a group without members forget topics."),
                    Option.values("--group", "GROUP", "The group. Repeatable."),
                    Option.flag("--all-groups", "All share groups."),
                    Option.values("--topic", "T or T:0,1", "The topic, or partitions of it. Repeatable."),
                    Option.flag("--all-topics", "All topics that the group reads."),
                    Option.flag("--members", "With --describe: the members."),
                    Option.flag("--offsets", "With --describe: start offsets and lag, the default."),
                    Option.perhaps("--state", "STATES", "With --describe: the state. With --list: also the state."),
                    Option.flag("--verbose", "With --describe: more columns."),
                    Option.flag("--dry-run", "Only show what would change."),
                    Option.flag("--execute", "Change it."),
                    Option.flag("--to-earliest", "To the beginning."),
                    Option.flag("--to-latest", "To the end."),
                    Option.value("--to-datetime", "TIME", "To a time such as 2026-11-21T10:00:00.000, in UTC."),
                    Option.value("--timeout", "MS", "How long to wait for an answer.")
                            .orElse("30000"),
                    Flags.SERVER,
                    Flags.CONFIG);

    private final Call call;
    private final Connection connection;

    private KafkaShareGroups(Call call) {
        this.call = call;
        connection = Flags.connection(call, Math.max(1, call.number("--timeout", 30_000) / 1000));
    }

    private void run() {
        String action = Flags.oneOf(call, "--list", "--describe", "--delete", "--reset-offsets", "--delete-offsets");
        try (Admin admin = connection.admin()) {
            switch (action) {
                case "--list" -> new ShareGroupLines(call, connection, admin).list(all(admin));
                case "--describe" -> new ShareGroupLines(call, connection, admin).describe(groups(admin));
                case "--delete" -> delete(admin, groups(admin));
                case "--delete-offsets" -> deleteOffsets(admin);
                default -> reset(admin);
            }
        }
    }

    private List<GroupListing> all(Admin admin) {
        return connection
                .await(admin.listGroups(ListGroupsOptions.forShareGroups()).all(), "The groups")
                .stream()
                .sorted(Comparator.comparing(GroupListing::groupId))
                .toList();
    }

    private List<String> groups(Admin admin) {
        if (call.has("--all-groups")) {
            return all(admin).stream().map(GroupListing::groupId).toList();
        }
        if (call.texts("--group").isEmpty()) {
            throw new UsageException("Missing required option: --group GROUP, or --all-groups");
        }
        return call.texts("--group");
    }

    private String oneGroup(String action) {
        if (call.texts("--group").size() != 1) {
            throw new UsageException(action + " needs one --group");
        }
        return call.texts("--group").getFirst();
    }

    private void delete(Admin admin, List<String> groups) {
        Set<String> known = all(admin).stream().map(GroupListing::groupId).collect(Collectors.toSet());
        Map<String, String> failed = new LinkedHashMap<>();
        for (String group : groups) {
            String problem = known.contains(group)
                    ? problem(admin.deleteShareGroups(List.of(group)).all())
                    : "Group '" + group + "' is not a share group.";
            if (!problem.isEmpty()) {
                failed.put(group, problem);
            }
        }
        String done = groups.stream()
                .filter(group -> !failed.containsKey(group))
                .map(group -> "'" + group + "'")
                .collect(Collectors.joining(", "));
        if (failed.isEmpty()) {
            call.out().println("Deletion of requested share groups (" + done + ") was successful.");
            return;
        }
        call.out().println("\nError: Deletion of some share groups failed:");
        failed.forEach((group, problem) ->
                call.out().println("* Group '" + group + "' could not be deleted due to: " + problem));
        if (!done.isEmpty()) {
            call.out().println("\nThese share groups were deleted successfully: " + done);
        }
        throw new Failure("Not all groups were deleted: see above");
    }

    /// What went wrong; empty if nothing did.
    private String problem(KafkaFuture<?> future) {
        Throwable refusal = connection.refusal(future);
        return refusal == null ? "" : refusal.toString();
    }

    private void deleteOffsets(Admin admin) {
        String group = oneGroup("--delete-offsets");
        if (call.texts("--topic").isEmpty()) {
            throw new UsageException("--delete-offsets needs at least one --topic");
        }
        DeleteShareGroupOffsetsResult result =
                admin.deleteShareGroupOffsets(group, new HashSet<>(call.texts("--topic")));
        Map<String, String> rows = new TreeMap<>();
        for (String topic : call.texts("--topic")) {
            Throwable refusal = connection.refusal(result.topicResult(topic));
            rows.put(topic, refusal == null ? "Successful" : "Error: " + refusal.getMessage());
        }
        String form = "%-15s %-15s";
        call.out().println("\n" + form.formatted("TOPIC", "STATUS"));
        rows.forEach((topic, status) -> call.out().println(form.formatted(topic, status)));
        if (rows.values().stream().anyMatch(status -> status.startsWith("Error"))) {
            throw new Failure("Not all offsets were deleted: see above");
        }
    }

    // ---- moving

    private void reset(Admin admin) {
        String group = oneGroup("--reset-offsets");
        String place = Flags.oneOf(call, "--to-earliest", "--to-latest", "--to-datetime");
        if (call.has("--execute") == call.has("--dry-run")) {
            throw new UsageException("Option [reset-offsets] takes the option: [execute] or [dry-run]");
        }
        if (call.has("--all-topics") == call.has("--topic")) {
            throw new UsageException("Option [reset-offsets] takes one of these options: [all-topics], [topic]");
        }
        GroupState state = connection
                .await(
                        admin.describeShareGroups(List.of(group))
                                .describedGroups()
                                .get(group),
                        "Group " + group)
                .groupState();
        if (state != GroupState.EMPTY && state != GroupState.DEAD) {
            throw new Failure("Share group '" + group + "' is not empty.");
        }
        Map<TopicPartition, Long> to = to(admin, place, partitions(admin, group));
        if (call.has("--execute")) {
            connection.await(admin.alterShareGroupOffsets(group, to).all(), "Group " + group);
        }
        new ShareGroupLines(call, connection, admin).moved(group, to);
    }

    private Set<TopicPartition> partitions(Admin admin, String group) {
        Set<TopicPartition> partitions = new TreeSet<>(ORDER);
        partitions.addAll(
                call.has("--all-topics")
                        ? ShareGroupLines.offsets(connection, admin, group).keySet()
                        : new GroupMoves(call, connection, admin).named(call.texts("--topic"), missing -> {
                            throw new Failure("Topic " + missing + " does not exist");
                        }));
        return partitions;
    }

    private Map<TopicPartition, Long> to(Admin admin, String place, Set<TopicPartition> partitions) {
        GroupOffsets offsets = new GroupOffsets(connection, admin);
        Map<TopicPartition, Long> ends = offsets.ends(partitions);
        Map<TopicPartition, Long> found = switch (place) {
            case "--to-earliest" -> offsets.at(partitions, OffsetSpec.earliest());
            case "--to-datetime" -> offsets.at(partitions, OffsetSpec.forTimestamp(GroupMoves.time(call.need(place))));
            default -> ends;
        };
        Map<TopicPartition, Long> to = new TreeMap<>(ORDER);
        List<TopicPartition> gone = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            Long end = ends.get(partition);
            if (end == null) {
                gone.add(partition);
            } else {
                long at = found.getOrDefault(partition, -1L);
                to.put(partition, at < 0 ? end : at);
            }
        }
        if (!gone.isEmpty()) {
            throw new Failure("There is no partition " + gone.getFirst());
        }
        return to;
    }
}
