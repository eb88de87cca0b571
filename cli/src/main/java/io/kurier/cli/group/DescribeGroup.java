package io.kurier.cli.group;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.Table;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;

/// `kurier group describe`: state, members, and the lag of every partition that the group has committed or is assigned;
/// of share groups and streams groups what they have in place of it.
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
        List<GroupReport> reports;
        try (Admin admin = connection.admin()) {
            Map<String, GroupType> types = new HashMap<>();
            connection
                    .await(admin.listGroups().all(), "The groups")
                    .forEach(group -> group.type().ifPresent(type -> types.put(group.groupId(), type)));
            reports = groups.stream()
                    .map(name -> report(admin, name, types.getOrDefault(name, GroupType.UNKNOWN)))
                    .toList();
        }
        call.output()
                .answer(
                        reports.stream().map(report -> report.text(members)).collect(Collectors.joining("\n")),
                        reports.stream().map(GroupReport::value).toList());
    }

    private GroupReport report(Admin admin, String name, GroupType type) {
        return switch (type) {
            case SHARE -> ShareGroupReport.of(connection, admin, name);
            case STREAMS -> StreamsGroupReport.of(connection, admin, name);
            case CLASSIC, CONSUMER, UNKNOWN -> consumers(admin, name);
        };
    }

    private GroupReport consumers(Admin admin, String name) {
        ConsumerGroupDescription group = connection.await(
                admin.describeConsumerGroups(List.of(name)).describedGroups().get(name), "Group " + name);
        Lags lags = lags(group, new GroupOffsets(connection, admin));
        GroupReport.Subject subject = new GroupReport.Subject(
                group.groupId(),
                group.type().toString(),
                group.groupState().toString(),
                group.coordinator(),
                group.members().size());
        return new GroupReport(subject, group.partitionAssignor(), lags.total(), lags.table(), members(group));
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
}
