package io.kurier.cli.group;

import io.kurier.cli.shell.Connection;
import io.kurier.cli.shell.Failure;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// Where a group stands and where partitions begin and end.
public final class GroupOffsets {
    private final Connection connection;
    private final Admin admin;

    /// Asks through this client.
    public GroupOffsets(Connection connection, Admin admin) {
        this.connection = connection;
        this.admin = admin;
    }

    /// The committed offsets of a group.
    public Map<TopicPartition, Long> committed(String group) {
        Map<TopicPartition, Long> committed = new HashMap<>();
        connection
                .await(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(), "Group " + group)
                .forEach((partition, offset) -> {
                    if (offset != null) {
                        committed.put(partition, offset.offset());
                    }
                });
        return committed;
    }

    /// The end of each partition; a partition whose topic is gone has none.
    public Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
        return at(partitions, OffsetSpec.latest());
    }

    /// The offset of each partition at a place; none where the topic is gone. For a time after the last record it is
    /// -1.
    public Map<TopicPartition, Long> at(Collection<TopicPartition> partitions, OffsetSpec place) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        if (partitions.isEmpty()) {
            return offsets;
        }
        ListOffsetsResult result =
                admin.listOffsets(partitions.stream().collect(Collectors.toMap(one -> one, one -> place)));
        for (TopicPartition partition : partitions) {
            try {
                offsets.put(
                        partition,
                        connection
                                .await(result.partitionResult(partition), "Partition " + partition)
                                .offset());
            } catch (Failure e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e;
                }
            }
        }
        return offsets;
    }
}
