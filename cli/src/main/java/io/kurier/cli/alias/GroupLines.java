package io.kurier.cli.alias;

import io.kurier.cli.group.GroupOffsets;
import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Connection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// What `kafka-consumer-groups --list` and `--describe` print.
final class GroupLines {
    private static final String NONE = "-";
    private static final int LEAST_WIDTH = 15;
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private final Call call;
    private final Connection connection;
    private final Admin admin;

    GroupLines(Call call, Connection connection, Admin admin) {
        this.call = call;
        this.connection = connection;
        this.admin = admin;
    }

    void list() {
        List<GroupListing> groups = KafkaConsumerGroups.all(connection, admin).stream()
                .filter(group -> isWanted(
                        "--state", group.groupState().map(Object::toString).orElse(NONE)))
                .filter(group ->
                        isWanted("--type", group.type().map(Object::toString).orElse(NONE)))
                .sorted(Comparator.comparing(GroupListing::groupId))
                .toList();
        boolean states = call.has("--state");
        boolean types = call.has("--type");
        if (!states && !types) {
            groups.forEach(group -> call.out().println(group.groupId()));
            return;
        }
        String form = "%-" + (width(groups, GroupListing::groupId) + 10) + "s " + (types ? "%-20s" : "%s")
                + (states && types ? " " : "") + (states ? "%-20s" : "%s");
        call.out().println(form.formatted("GROUP", types ? "TYPE" : "", states ? "STATE" : ""));
        groups.forEach(group -> call.out()
                .println(form.formatted(
                        group.groupId(),
                        types ? group.type().map(Object::toString).orElse(NONE) : "",
                        states ? group.groupState().map(Object::toString).orElse(NONE) : "")));
    }

    private boolean isWanted(String flag, String value) {
        List<String> wanted = call.texts(flag);
        return wanted.isEmpty()
                || Stream.of(wanted.getLast().split(",", -1))
                        .anyMatch(one -> one.strip().toLowerCase(Locale.ROOT).equals(value.toLowerCase(Locale.ROOT)));
    }

    private static <T> int width(Collection<T> rows, Function<T, String> cell) {
        return Math.max(
                LEAST_WIDTH,
                rows.stream().mapToInt(row -> cell.apply(row).length()).max().orElse(0));
    }

    void describe(List<String> groups) {
        GroupOffsets offsets = new GroupOffsets(connection, admin);
        List<ConsumerGroupDescription> found = new ArrayList<>();
        for (String name : groups) {
            found.add(connection.await(
                    admin.describeConsumerGroups(List.of(name))
                            .describedGroups()
                            .get(name),
                    "Group " + name));
        }
        if (call.has("--state")) {
            found.forEach(this::sayState);
            states(found);
            return;
        }
        for (ConsumerGroupDescription group : found) {
            sayState(group);
            if (call.has("--members")) {
                members(group);
            } else {
                offsets(group, offsets);
            }
        }
    }

    private void sayState(ConsumerGroupDescription group) {
        GroupState state = group.groupState();
        String name = "'" + group.groupId() + "'";
        if (state == GroupState.EMPTY) {
            call.err().println("\nConsumer group " + name + " has no active members.");
        } else if (state == GroupState.DEAD) {
            call.err().println("\nConsumer group " + name + " does not exist.");
        } else if (state != GroupState.STABLE) {
            call.err().println("\nWarning: Consumer group " + name + " is rebalancing.");
        }
    }

    private void states(List<ConsumerGroupDescription> groups) {
        Function<ConsumerGroupDescription, String> coordinator = group -> {
            Node node = group.coordinator();
            return node == null ? NONE : node.host() + ":" + node.port() + "  (" + node.idString() + ")";
        };
        String form = "%-" + width(groups, ConsumerGroupDescription::groupId) + "s %-"
                + Math.max(25, width(groups, coordinator)) + "s %-20s %-20s %s";
        call.out().println();
        call.out().println(form.formatted("GROUP", "COORDINATOR (ID)", "ASSIGNMENT-STRATEGY", "STATE", "#MEMBERS"));
        groups.forEach(group -> call.out()
                .println(form.formatted(
                        group.groupId(),
                        coordinator.apply(group),
                        group.partitionAssignor().isEmpty() ? NONE : group.partitionAssignor(),
                        group.groupState(),
                        group.members().size())));
    }

    private void members(ConsumerGroupDescription group) {
        List<MemberDescription> members = group.members().stream()
                .sorted(Comparator.comparing(MemberDescription::consumerId))
                .toList();
        boolean verbose = call.has("--verbose");
        String form = "%-" + Math.max(LEAST_WIDTH, group.groupId().length()) + "s %-"
                + width(members, MemberDescription::consumerId) + "s %-" + width(members, MemberDescription::host)
                + "s %-" + width(members, MemberDescription::clientId) + "s %-15s "
                + (verbose ? "%-15s %-20s %-15s %-20s" : "");
        call.out().println();
        call.out()
                .println(form.formatted(
                        "GROUP",
                        "CONSUMER-ID",
                        "HOST",
                        "CLIENT-ID",
                        "#PARTITIONS",
                        "CURRENT-EPOCH",
                        "CURRENT-ASSIGNMENT",
                        "TARGET-EPOCH",
                        "TARGET-ASSIGNMENT"));
        for (MemberDescription member : members) {
            call.out()
                    .println(form.formatted(
                            group.groupId(),
                            member.consumerId(),
                            member.host(),
                            member.clientId(),
                            member.assignment().topicPartitions().size(),
                            member.memberEpoch().map(String::valueOf).orElse(NONE),
                            assignment(member.assignment().topicPartitions()),
                            group.targetAssignmentEpoch().map(String::valueOf).orElse(NONE),
                            member.targetAssignment()
                                    .map(target -> assignment(target.topicPartitions()))
                                    .orElse(NONE)));
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

    /// One line of `--describe`: the cells behind the group's name.
    private record Row(TopicPartition partition, String epoch, String committed, String end, String lag, Owner owner) {}

    /// Who reads a partition.
    private record Owner(String consumer, String host, String client) {}

    private void offsets(ConsumerGroupDescription group, GroupOffsets offsets) {
        List<Row> rows = rows(group, offsets);
        if (rows.isEmpty()) {
            return;
        }
        boolean verbose = call.has("--verbose");
        String form = "%-" + Math.max(LEAST_WIDTH, group.groupId().length()) + "s %-"
                + width(rows, row -> row.partition().topic()) + "s %-10s " + (verbose ? "%-15s " : "%s")
                + "%-15s %-15s %-15s %-" + width(rows, row -> row.owner().consumer()) + "s %-"
                + width(rows, row -> row.owner().host()) + "s %s";
        call.out().println();
        call.out()
                .println(form.formatted(
                        "GROUP",
                        "TOPIC",
                        "PARTITION",
                        verbose ? "LEADER-EPOCH" : "",
                        "CURRENT-OFFSET",
                        "LOG-END-OFFSET",
                        "LAG",
                        "CONSUMER-ID",
                        "HOST",
                        "CLIENT-ID"));
        for (Row row : rows) {
            call.out()
                    .println(form.formatted(
                            group.groupId(),
                            row.partition().topic(),
                            row.partition().partition(),
                            verbose ? row.epoch() : "",
                            row.committed(),
                            row.end(),
                            row.lag(),
                            row.owner().consumer(),
                            row.owner().host(),
                            row.owner().client()));
        }
    }

    private List<Row> rows(ConsumerGroupDescription group, GroupOffsets offsets) {
        Map<TopicPartition, Owner> owners = new HashMap<>();
        group.members()
                .forEach(member -> member.assignment()
                        .topicPartitions()
                        .forEach(partition -> owners.put(
                                partition, new Owner(member.consumerId(), member.host(), member.clientId()))));
        Map<TopicPartition, @Nullable OffsetAndMetadata> committed = connection.await(
                admin.listConsumerGroupOffsets(group.groupId()).partitionsToOffsetAndMetadata(),
                "Group " + group.groupId());
        TreeSet<TopicPartition> all = new TreeSet<>(ORDER);
        all.addAll(committed.keySet());
        all.addAll(owners.keySet());
        Map<TopicPartition, Long> ends = offsets.ends(all);
        List<Row> rows = new ArrayList<>();
        for (TopicPartition partition : all) {
            OffsetAndMetadata at = committed.get(partition);
            Long end = ends.get(partition);
            rows.add(new Row(
                    partition,
                    at == null ? NONE : at.leaderEpoch().map(String::valueOf).orElse(NONE),
                    at == null ? NONE : String.valueOf(at.offset()),
                    end == null ? NONE : String.valueOf(end),
                    at == null || end == null ? NONE : String.valueOf(end - at.offset()),
                    owners.getOrDefault(partition, new Owner(NONE, NONE, NONE))));
        }
        return rows;
    }
}
