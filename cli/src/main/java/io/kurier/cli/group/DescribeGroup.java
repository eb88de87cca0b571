package io.kurier.cli.group;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// `kurier group describe`: state, members, and the lag of every partition that the group has committed or is assigned.
final class DescribeGroup {
    static final Command COMMAND = Command.connected(
                    "describe",
                    "State and members of a group, and how far it lags in each partition.",
                    call -> new DescribeGroup(call).run())
            .withOperands("GROUP...", 1)
            .with(Option.flag("--members", "Show the members with what each is assigned."));

    private final Call call;
    private final Connection connection;
    private final List<String> groups;
    private final boolean members;

    private DescribeGroup(Call call) {
        this.call = call;
        connection = call.connection();
        groups = call.operands();
        members = call.has("--members");
    }

    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private void run() {
        StringBuilder text = new StringBuilder();
        List<Map<String, @Nullable Object>> values = new ArrayList<>();
        try (Admin admin = connection.admin()) {
            GroupOffsets offsets = new GroupOffsets(connection, admin);
            for (String name : groups) {
                ConsumerGroupDescription group = connection.await(
                        admin.describeConsumerGroups(List.of(name))
                                .describedGroups()
                                .get(name),
                        "Group " + name);
                Lags lags = lags(group, offsets);
                Table memberTable = members(group);
                text.append(text.isEmpty() ? "" : "\n").append(heading(group, lags.total()));
                text.append(members ? memberTable.text() : lags.table().text());
                values.add(value(group, lags, memberTable));
            }
        }
        call.output().answer(text.toString(), values);
    }

    /// The partitions with their lags, and the sum.
    private record Lags(Table table, long total) {}

    private Lags lags(ConsumerGroupDescription group, GroupOffsets offsets) {
        Map<TopicPartition, MemberDescription> owners = new HashMap<>();
        group.members()
                .forEach(member ->
                        member.assignment().topicPartitions().forEach(partition -> owners.put(partition, member)));
        Map<TopicPartition, Long> committed = offsets.committed(group.groupId());
        TreeSet<TopicPartition> all = new TreeSet<>(ORDER);
        all.addAll(committed.keySet());
        all.addAll(owners.keySet());
        Map<TopicPartition, Long> ends = offsets.ends(all);
        Table table = new Table("topic", "partition", "committed", "end", "lag", "member", "client", "host");
        long total = 0;
        for (TopicPartition partition : all) {
            Long at = committed.get(partition);
            Long end = ends.get(partition);
            Long lag = at == null || end == null ? null : Long.valueOf(Math.max(0, end - at));
            total += lag == null ? 0 : lag;
            MemberDescription owner = owners.get(partition);
            table.row(
                    partition.topic(),
                    partition.partition(),
                    at,
                    end,
                    lag,
                    owner == null ? null : owner.consumerId(),
                    owner == null ? null : owner.clientId(),
                    owner == null ? null : owner.host());
        }
        return new Lags(table, total);
    }

    private static Table members(ConsumerGroupDescription group) {
        Table table = new Table("member", "instance", "client", "host", "partitions");
        group.members().stream()
                .sorted(Comparator.comparing(MemberDescription::consumerId))
                .forEach(member -> table.row(
                        member.consumerId(),
                        member.groupInstanceId().orElse(null),
                        member.clientId(),
                        member.host(),
                        member.assignment().topicPartitions().stream()
                                .sorted(ORDER)
                                .map(TopicPartition::toString)
                                .toList()));
        return table;
    }

    private static String heading(ConsumerGroupDescription group, long totalLag) {
        int members = group.members().size();
        return "Group %s: %s, %d %s%s, lag %d in all, coordinator %s%n"
                .formatted(
                        group.groupId(),
                        group.groupState(),
                        members,
                        members == 1 ? "member" : "members",
                        group.partitionAssignor().isEmpty() ? "" : ", assignor " + group.partitionAssignor(),
                        totalLag,
                        group.coordinator() == null
                                ? "unknown"
                                : group.coordinator().idString());
    }

    private static Map<String, @Nullable Object> value(ConsumerGroupDescription group, Lags lags, Table members) {
        Map<String, @Nullable Object> value = new LinkedHashMap<>();
        value.put("group", group.groupId());
        value.put("state", group.groupState().toString());
        value.put("type", group.type().toString());
        value.put("assignor", group.partitionAssignor());
        value.put(
                "coordinator",
                group.coordinator() == null ? null : group.coordinator().id());
        value.put("lag", lags.total());
        value.put("partitions", lags.table().objects());
        value.put("members", members.objects());
        return value;
    }
}
