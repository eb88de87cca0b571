package io.kurier.cli.group;

import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.clients.admin.ShareMemberDescription;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// What is told of a share group: the offset below which all is done, and how many records are not, of each partition.
final class ShareGroupReport {
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private ShareGroupReport() {}

    static GroupReport of(Connection connection, Admin admin, String name) {
        ShareGroupDescription group = connection.await(
                admin.describeShareGroups(List.of(name)).describedGroups().get(name), "Group " + name);
        Map<TopicPartition, @Nullable SharePartitionOffsetInfo> offsets = new TreeMap<>(ORDER);
        offsets.putAll(connection.await(
                admin.listShareGroupOffsets(Map.of(name, new ListShareGroupOffsetsSpec()))
                        .partitionsToOffsetInfo(name),
                "Group " + name));
        Table partitions = new Table("topic", "partition", "start", "lag");
        long total = 0;
        for (Map.Entry<TopicPartition, @Nullable SharePartitionOffsetInfo> each : offsets.entrySet()) {
            SharePartitionOffsetInfo info = each.getValue();
            Long lag = info == null ? null : info.lag().orElse(null);
            total += lag == null ? 0 : lag;
            partitions.row(
                    each.getKey().topic(),
                    each.getKey().partition(),
                    info == null ? null : Long.valueOf(info.startOffset()),
                    lag);
        }
        GroupReport.Subject subject = new GroupReport.Subject(
                name,
                GroupType.SHARE.toString(),
                group.groupState().toString(),
                group.coordinator(),
                group.members().size());
        return new GroupReport(subject, "", total, partitions, members(group));
    }

    private static Table members(ShareGroupDescription group) {
        Table table = new Table("member", "client", "host", "partitions");
        group.members().stream()
                .sorted(Comparator.comparing(ShareMemberDescription::consumerId))
                .forEach(member -> table.row(
                        member.consumerId(),
                        member.clientId(),
                        member.host(),
                        member.assignment().topicPartitions().stream()
                                .sorted(ORDER)
                                .map(TopicPartition::toString)
                                .toList()));
        return table;
    }
}
