package io.kurier.cli.group;

import io.kurier.cli.shell.Call;
import io.kurier.cli.shell.Command;
import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import io.kurier.cli.shell.Option;
import io.kurier.cli.shell.StartPoint;
import io.kurier.cli.shell.Table;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// `kurier group reset-offsets`: moves a group that has no members.
final class ResetOffsets {
    static final Command COMMAND = Command.connected(
                    "reset-offsets",
                    "Move a group without members to another place in its topics.",
                    call -> new ResetOffsets(call).run())
            .withOperands("GROUP", 1, 1)
            .with(
                    Option.values(
                            "-t --topic",
                            "TOPIC[:N,N]",
                            "In this topic, or only in these partitions of it. Repeatable. Default: all that it committed"),
                    Option.value(
                            "--to",
                            "PLACE",
                            "beginning, end, an offset, -N (N before the end), or a time such as 2026-11-21T10:00 or"
                                    + " @MILLISECONDS."),
                    Option.value("--by", "N", "So many records on from where it stands, back if negative."),
                    Option.flag("--dry-run", "Only show what would change."));

    private final Call call;
    private final Connection connection;
    private final String group;
    private final List<String> topics;
    private final @Nullable String to;
    private final @Nullable Long by;
    private final boolean dryRun;

    private ResetOffsets(Call call) {
        this.call = call;
        connection = call.connection();
        group = call.operands().getFirst();
        topics = call.texts("--topic");
        to = call.text("--to");
        by = call.large("--by");
        dryRun = call.has("--dry-run");
    }

    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    private void run() {
        if ((to == null) == (by == null)) {
            throw new Failure("Say where to: either --to or --by");
        }
        Table table = new Table("topic", "partition", "from", "to");
        try (Admin admin = connection.admin()) {
            GroupOffsets offsets = new GroupOffsets(connection, admin);
            Map<TopicPartition, Long> committed = offsets.committed(group);
            TreeSet<TopicPartition> partitions = new TreeSet<>(ORDER);
            partitions.addAll(topics.isEmpty() ? committed.keySet() : named(admin));
            if (partitions.isEmpty()) {
                throw new Failure("Group " + group + " has committed nothing: name a topic with --topic");
            }
            Map<TopicPartition, Long> wanted = places(offsets, partitions, committed);
            Map<TopicPartition, OffsetAndMetadata> changes = new HashMap<>();
            for (TopicPartition partition : partitions) {
                Long offset = wanted.get(partition);
                if (offset != null) {
                    changes.put(partition, new OffsetAndMetadata(offset));
                    table.row(partition.topic(), partition.partition(), committed.get(partition), offset);
                }
            }
            if (!dryRun && !changes.isEmpty()) {
                connection.await(admin.alterConsumerGroupOffsets(group, changes).all(), "Group " + group);
            }
        }
        call.output().table(table, "Nothing to change: the topics are gone");
    }

    private Map<TopicPartition, Long> places(
            GroupOffsets offsets, Collection<TopicPartition> partitions, Map<TopicPartition, Long> committed) {
        Map<TopicPartition, Long> begins = offsets.at(partitions, OffsetSpec.earliest());
        Map<TopicPartition, Long> ends = offsets.ends(partitions);
        Map<TopicPartition, Long> times = Map.of();
        StartPoint place = to == null ? null : StartPoint.parse(to);
        if (place instanceof StartPoint.Time(long timestampMs)) {
            times = offsets.at(partitions, OffsetSpec.forTimestamp(timestampMs));
        }
        Map<TopicPartition, Long> places = new HashMap<>();
        for (TopicPartition partition : ends.keySet()) {
            long begin = begins.getOrDefault(partition, 0L);
            long end = ends.getOrDefault(partition, begin);
            long offset = place == null
                    ? committed.getOrDefault(partition, begin) + (by == null ? 0 : by)
                    : place.in(begin, end, times.getOrDefault(partition, -1L));
            places.put(partition, Math.clamp(offset, begin, end));
        }
        return places;
    }

    private List<TopicPartition> named(Admin admin) {
        List<TopicPartition> named = new ArrayList<>();
        for (String word : topics) {
            int colon = word.indexOf(':');
            String topic = colon < 0 ? word : word.substring(0, colon);
            List<Integer> all = connection.partitions(admin, topic).stream()
                    .map(TopicPartition::partition)
                    .toList();
            for (int partition : colon < 0 ? all : numbers(word.substring(colon + 1))) {
                if (!all.contains(partition)) {
                    throw new Failure("Topic " + topic + " has no partition " + partition);
                }
                named.add(new TopicPartition(topic, partition));
            }
        }
        return named;
    }

    private static List<Integer> numbers(String text) {
        List<Integer> numbers = new ArrayList<>();
        for (String number : text.split(",", -1)) {
            try {
                numbers.add(Integer.valueOf(number.strip()));
            } catch (NumberFormatException e) {
                throw new Failure("'" + number + "' is no partition number", e);
            }
        }
        return numbers;
    }
}
