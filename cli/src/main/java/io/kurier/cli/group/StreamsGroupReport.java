package io.kurier.cli.group;

import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.StreamsGroupDescription;
import org.apache.kafka.clients.admin.StreamsGroupMemberAssignment.TaskIds;
import org.apache.kafka.clients.admin.StreamsGroupMemberDescription;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;

/// What is told of a streams group: the lag of each partition that it has committed, and which tasks each member has.
final class StreamsGroupReport {
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private StreamsGroupReport() {}

    static GroupReport of(Connection connection, Admin admin, String name) {
        StreamsGroupDescription group = connection.await(
                admin.describeStreamsGroups(List.of(name)).describedGroups().get(name), "Group " + name);
        GroupOffsets offsets = new GroupOffsets(connection, admin);
        Map<TopicPartition, Long> committed = offsets.committed(name);
        Map<TopicPartition, Long> ends = offsets.ends(committed.keySet());
        TreeSet<TopicPartition> all = new TreeSet<>(ORDER);
        all.addAll(committed.keySet());
        Table partitions = new Table("topic", "partition", "committed", "end", "lag");
        long total = 0;
        for (TopicPartition partition : all) {
            Long at = committed.get(partition);
            Long end = ends.get(partition);
            Long lag = at == null || end == null ? null : Long.valueOf(Math.max(0, end - at));
            total += lag == null ? 0 : lag;
            partitions.row(partition.topic(), partition.partition(), at, end, lag);
        }
        GroupReport.Subject subject = new GroupReport.Subject(
                name,
                GroupType.STREAMS.toString(),
                group.groupState().toString(),
                group.coordinator(),
                group.members().size());
        return new GroupReport(subject, group.assignorName().orElse(""), total, partitions, members(group));
    }

    private static Table members(StreamsGroupDescription group) {
        Table table = new Table("member", "client", "host", "active", "standby");
        group.members().stream()
                .sorted(Comparator.comparing(StreamsGroupMemberDescription::memberId))
                .forEach(member -> table.row(
                        member.memberId(),
                        member.clientId(),
                        member.clientHost(),
                        tasks(member.assignment().activeTasks()),
                        tasks(member.assignment().standbyTasks())));
        return table;
    }

    /// `0_1` is partition 1 of subtopology 0.
    private static List<String> tasks(List<TaskIds> tasks) {
        return tasks.stream()
                .flatMap(of -> of.partitions().stream().sorted().map(partition -> of.subtopologyId() + "_" + partition))
                .toList();
    }
}
