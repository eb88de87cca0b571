package io.kurier.cli.alias;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Connection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.admin.ShareMemberDescription;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// What `kafka-share-groups` prints.
final class ShareGroupLines {
    private static final String NONE = "-";
    private static final int LEAST_WIDTH = 15;
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private final Call call;
    private final Connection connection;
    private final Admin admin;

    ShareGroupLines(Call call, Connection connection, Admin admin) {
        this.call = call;
        this.connection = connection;
        this.admin = admin;
    }

    void list(List<GroupListing> groups) {
        if (!call.has("--state")) {
            groups.forEach(group -> call.out().println(group.groupId()));
            return;
        }
        List<GroupListing> wanted =
                groups.stream().filter(group -> isWanted(state(group))).toList();
        String form = "%-" + width(wanted, GroupListing::groupId) + "s %s";
        call.out().println(form.formatted("GROUP", "STATE"));
        wanted.forEach(group -> call.out().println(form.formatted(group.groupId(), state(group))));
    }

    private static String state(GroupListing group) {
        return group.groupState().map(Object::toString).orElse(NONE);
    }

    private boolean isWanted(String state) {
        List<String> wanted = call.texts("--state");
        return wanted.isEmpty()
                || Stream.of(wanted.getLast().split(",", -1))
                        .anyMatch(one -> one.strip().toLowerCase(Locale.ROOT).equals(state.toLowerCase(Locale.ROOT)));
    }

    private static <T> int width(Collection<T> rows, Function<T, String> cell) {
        return Math.max(
                LEAST_WIDTH,
                rows.stream().mapToInt(row -> cell.apply(row).length()).max().orElse(0));
    }

    void describe(List<String> groups) {
        List<ShareGroupDescription> found = new ArrayList<>();
        for (String name : groups) {
            found.add(connection.await(
                    admin.describeShareGroups(List.of(name)).describedGroups().get(name), "Group " + name));
        }
        if (call.has("--state")) {
            found.forEach(this::sayEmpty);
            states(found);
            return;
        }
        for (ShareGroupDescription group : found) {
            if (call.has("--members")) {
                sayEmpty(group);
                members(group);
            } else {
                offsets(group.groupId());
            }
        }
    }

    private void sayEmpty(ShareGroupDescription group) {
        if (group.groupState() == GroupState.EMPTY) {
            call.err().println("\nShare group '" + group.groupId() + "' has no active members.");
        }
    }

    private void states(List<ShareGroupDescription> groups) {
        Function<ShareGroupDescription, String> coordinator = group -> {
            Node node = group.coordinator();
            return node == null ? NONE : node.host() + ":" + node.port() + "  (" + node.idString() + ")";
        };
        boolean verbose = call.has("--verbose");
        String form = "%-" + width(groups, ShareGroupDescription::groupId) + "s %-"
                + Math.max(25, width(groups, coordinator)) + "s %-15s " + (verbose ? "%-12s %-17s " : "%s%s") + "%s";
        call.out().println();
        call.out()
                .println(form.formatted(
                        "GROUP",
                        "COORDINATOR (ID)",
                        "STATE",
                        verbose ? "GROUP-EPOCH" : "",
                        verbose ? "ASSIGNMENT-EPOCH" : "",
                        "#MEMBERS"));
        groups.forEach(group -> call.out()
                .println(form.formatted(
                        group.groupId(),
                        coordinator.apply(group),
                        group.groupState(),
                        verbose ? group.groupEpoch() : "",
                        verbose ? group.targetAssignmentEpoch() : "",
                        group.members().size())));
    }

    private void members(ShareGroupDescription group) {
        List<ShareMemberDescription> members = group.members().stream()
                .sorted(Comparator.comparing(ShareMemberDescription::consumerId))
                .toList();
        if (members.isEmpty()) {
            return;
        }
        boolean verbose = call.has("--verbose");
        String form = "%-" + Math.max(LEAST_WIDTH, group.groupId().length()) + "s %-"
                + width(members, ShareMemberDescription::consumerId) + "s %-"
                + width(members, ShareMemberDescription::host) + "s %-"
                + width(members, ShareMemberDescription::clientId) + "s %-12s " + (verbose ? "%-13s " : "%s") + "%s";
        call.out().println();
        call.out()
                .println(form.formatted(
                        "GROUP",
                        "CONSUMER-ID",
                        "HOST",
                        "CLIENT-ID",
                        "#PARTITIONS",
                        verbose ? "MEMBER-EPOCH" : "",
                        "ASSIGNMENT"));
        for (ShareMemberDescription member : members) {
            call.out()
                    .println(form.formatted(
                            group.groupId(),
                            member.consumerId(),
                            member.host(),
                            member.clientId(),
                            member.assignment().topicPartitions().size(),
                            verbose ? member.memberEpoch() : "",
                            assignment(member.assignment().topicPartitions())));
        }
    }

    /// `words:0,1;others:2`.
    private static String assignment(Collection<TopicPartition> partitions) {
        Map<String, TreeSet<Integer>> byTopic = new TreeMap<>();
        partitions.forEach(partition -> byTopic.computeIfAbsent(partition.topic(), topic -> new TreeSet<>())
                .add(partition.partition()));
        return byTopic.isEmpty()
                ? NONE
                : byTopic.entrySet().stream()
                        .map(topic -> topic.getKey() + ":"
                                + topic.getValue().stream().map(String::valueOf).collect(Collectors.joining(",")))
                        .collect(Collectors.joining(";"));
    }

    /// Where a group is in all partitions that it reads or has read.
    static Map<TopicPartition, @Nullable SharePartitionOffsetInfo> offsets(
            Connection connection, Admin admin, String group) {
        Map<TopicPartition, @Nullable SharePartitionOffsetInfo> offsets = new TreeMap<>(ORDER);
        offsets.putAll(connection.await(
                admin.listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                        .partitionsToOffsetInfo(group),
                "Group " + group));
        return offsets;
    }

    private void offsets(String group) {
        Map<TopicPartition, @Nullable SharePartitionOffsetInfo> offsets = offsets(connection, admin, group);
        if (offsets.isEmpty()) {
            return;
        }
        boolean verbose = call.has("--verbose");
        String form = "%-" + Math.max(LEAST_WIDTH, group.length()) + "s %-"
                + width(offsets.keySet(), TopicPartition::topic) + "s %-10s " + (verbose ? "%-13s " : "%s")
                + "%-13s %s";
        call.out().println();
        call.out()
                .println(form.formatted(
                        "GROUP", "TOPIC", "PARTITION", verbose ? "LEADER-EPOCH" : "", "START-OFFSET", "LAG"));
        offsets.forEach((partition, info) -> call.out()
                .println(form.formatted(
                        group,
                        partition.topic(),
                        partition.partition(),
                        verbose ? epoch(info) : "",
                        info == null ? NONE : String.valueOf(info.startOffset()),
                        info == null ? NONE : info.lag().map(String::valueOf).orElse(NONE))));
    }

    private static String epoch(@Nullable SharePartitionOffsetInfo info) {
        return info == null ? NONE : info.leaderEpoch().map(String::valueOf).orElse(NONE);
    }

    /// Where a group stands now, or would stand.
    void moved(String group, Map<TopicPartition, Long> to) {
        String form = "%-" + Math.max(LEAST_WIDTH, group.length()) + "s %-" + width(to.keySet(), TopicPartition::topic)
                + "s %-10s %s";
        call.out().println();
        call.out().println(form.formatted("GROUP", "TOPIC", "PARTITION", "NEW-OFFSET"));
        to.forEach((partition, offset) ->
                call.out().println(form.formatted(group, partition.topic(), partition.partition(), offset)));
    }
}
