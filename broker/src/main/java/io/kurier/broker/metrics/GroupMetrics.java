package io.kurier.broker.metrics;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.Partitions;
import io.kurier.coordinator.Caller;
import io.kurier.coordinator.group.GroupCoordinator;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.ApiKeys;

/// How far consumer groups are behind, as their coordinator and the partitions on this node know it. Asks the
/// coordinator what a client would ask, and waits two seconds for it. Shows the lag of two hundred groups and two
/// thousand partitions.
public final class GroupMetrics implements MetricSource {
    private static final int MAX_GROUPS = 200;
    private static final int MAX_SERIES = 2_000;
    private static final Caller LISTING = new Caller(ApiKeys.LIST_GROUPS.latestVersion(), "", "/127.0.0.1");
    /// Version 8 speaks of several groups, and of topics by name.
    private static final Caller FETCHING = new Caller((short) 8, "", "/127.0.0.1");

    private final GroupCoordinator groups;
    private final Partitions partitions;

    public GroupMetrics(GroupCoordinator groups, Partitions partitions) {
        this.groups = groups;
        this.partitions = partitions;
    }

    @Override
    public void collect(MetricSink sink) {
        ListGroupsResponseData listed = Waits.answer(groups.listGroups(LISTING, new ListGroupsRequestData()));
        if (listed == null || listed.errorCode() != 0) {
            return;
        }
        sink.single(
                "kurier_groups",
                MetricType.GAUGE,
                "Groups that this node coordinates.",
                listed.groups().size());
        List<ListedGroup> first = listed.groups().stream().limit(MAX_GROUPS).toList();
        if (first.isEmpty()) {
            return;
        }
        OffsetFetchRequestData request = new OffsetFetchRequestData().setGroups(new ArrayList<>());
        for (ListedGroup group : first) {
            request.groups()
                    .add(new OffsetFetchRequestGroup()
                            .setGroupId(group.groupId())
                            .setTopics(null));
        }
        OffsetFetchResponseData offsets = Waits.answer(groups.fetchOffsets(FETCHING, request));
        if (offsets != null) {
            sink.family(
                    "kurier_group_lag",
                    MetricType.GAUGE,
                    "Committed records of a partition behind the offset that a group has committed.");
            lags(sink, offsets);
        }
    }

    private void lags(MetricSink sink, OffsetFetchResponseData offsets) {
        int left = MAX_SERIES;
        for (OffsetFetchResponseGroup group : offsets.groups()) {
            for (OffsetFetchResponseTopics topic : group.topics()) {
                for (OffsetFetchResponsePartitions committed : topic.partitions()) {
                    Partition partition =
                            partitions.ready(new TopicPartition(topic.name(), committed.partitionIndex()));
                    if (partition == null || committed.committedOffset() < 0) {
                        continue;
                    }
                    if (--left < 0) {
                        return;
                    }
                    sink.sample(
                            "",
                            Labels.of(
                                    "group",
                                    group.groupId(),
                                    "topic",
                                    topic.name(),
                                    "partition",
                                    String.valueOf(committed.partitionIndex())),
                            Math.max(0, partition.highWatermark() - committed.committedOffset()));
                }
            }
        }
    }
}
