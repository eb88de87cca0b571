package io.kurier.coordinator.group.streams;

import io.kurier.coordinator.group.streams.assignor.TaskId;
import io.kurier.coordinator.group.streams.assignor.Tasks;
import io.kurier.protocol.records.NewRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.coordinator.group.generated.CoordinatorRecordType;
import org.apache.kafka.coordinator.group.generated.StreamsGroupCurrentMemberAssignmentKey;
import org.apache.kafka.coordinator.group.generated.StreamsGroupCurrentMemberAssignmentValue;
import org.apache.kafka.coordinator.group.generated.StreamsGroupMemberMetadataKey;
import org.apache.kafka.coordinator.group.generated.StreamsGroupMemberMetadataValue;
import org.apache.kafka.coordinator.group.generated.StreamsGroupMetadataKey;
import org.apache.kafka.coordinator.group.generated.StreamsGroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTargetAssignmentMemberKey;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTargetAssignmentMemberValue;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTargetAssignmentMetadataKey;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTargetAssignmentMetadataValue;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyKey;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue;
import org.jspecify.annotations.Nullable;

/// Makes the records of streams groups in Apache Kafka's layouts (docs/formats/consumer-offsets.md). What a key says
/// holds until the next record of it; one without a value takes it back.
final class StreamsRecords {
    private static final short VERSION = 0;
    private static final int NO_TOPOLOGY = -1;

    private StreamsRecords() {}

    static NewRecord group(StreamsGroup group, long wallMs) {
        return record(
                CoordinatorRecordType.STREAMS_GROUP_METADATA,
                new StreamsGroupMetadataKey().setGroupId(group.id),
                new StreamsGroupMetadataValue()
                        .setEpoch(group.epoch)
                        .setMetadataHash(group.metadataHash)
                        .setValidatedTopologyEpoch(
                                group.topology != null && group.plan != null && group.plan.isReady()
                                        ? group.topology.epoch()
                                        : NO_TOPOLOGY),
                wallMs);
    }

    static NewRecord topology(String groupId, StreamsGroupTopologyValue topology, long wallMs) {
        return record(
                CoordinatorRecordType.STREAMS_GROUP_TOPOLOGY,
                new StreamsGroupTopologyKey().setGroupId(groupId),
                topology,
                wallMs);
    }

    /// Takes all back that is stored of a group without members.
    static List<NewRecord> noGroup(String groupId, long wallMs) {
        return List.of(
                record(
                        CoordinatorRecordType.STREAMS_GROUP_TARGET_ASSIGNMENT_METADATA,
                        new StreamsGroupTargetAssignmentMetadataKey().setGroupId(groupId),
                        null,
                        wallMs),
                record(
                        CoordinatorRecordType.STREAMS_GROUP_TOPOLOGY,
                        new StreamsGroupTopologyKey().setGroupId(groupId),
                        null,
                        wallMs),
                record(
                        CoordinatorRecordType.STREAMS_GROUP_METADATA,
                        new StreamsGroupMetadataKey().setGroupId(groupId),
                        null,
                        wallMs));
    }

    static NewRecord member(String groupId, StreamsMember member, long wallMs) {
        Profile profile = member.profile;
        Profile.Endpoint endpoint = profile.process().endpoint();
        return record(
                CoordinatorRecordType.STREAMS_GROUP_MEMBER_METADATA,
                new StreamsGroupMemberMetadataKey().setGroupId(groupId).setMemberId(member.id),
                new StreamsGroupMemberMetadataValue()
                        .setInstanceId(profile.origin().instanceId())
                        .setRackId(profile.origin().rackId())
                        .setClientId(profile.origin().clientId())
                        .setClientHost(profile.origin().clientHost())
                        .setRebalanceTimeoutMs(profile.rebalanceTimeoutMs())
                        .setTopologyEpoch(profile.topologyEpoch())
                        .setProcessId(profile.process().id())
                        .setUserEndpoint(
                                endpoint == null
                                        ? null
                                        : new StreamsGroupMemberMetadataValue.Endpoint()
                                                .setHost(endpoint.host())
                                                .setPort(endpoint.port()))
                        .setClientTags(profile.process().tags().entrySet().stream()
                                .map(tag -> new StreamsGroupMemberMetadataValue.KeyValue()
                                        .setKey(tag.getKey())
                                        .setValue(tag.getValue()))
                                .toList()),
                wallMs);
    }

    /// Takes all back that is stored of a member.
    static List<NewRecord> noMember(String groupId, String memberId, long wallMs) {
        return List.of(
                record(
                        CoordinatorRecordType.STREAMS_GROUP_CURRENT_MEMBER_ASSIGNMENT,
                        new StreamsGroupCurrentMemberAssignmentKey()
                                .setGroupId(groupId)
                                .setMemberId(memberId),
                        null,
                        wallMs),
                record(
                        CoordinatorRecordType.STREAMS_GROUP_TARGET_ASSIGNMENT_MEMBER,
                        new StreamsGroupTargetAssignmentMemberKey()
                                .setGroupId(groupId)
                                .setMemberId(memberId),
                        null,
                        wallMs),
                record(
                        CoordinatorRecordType.STREAMS_GROUP_MEMBER_METADATA,
                        new StreamsGroupMemberMetadataKey().setGroupId(groupId).setMemberId(memberId),
                        null,
                        wallMs));
    }

    static NewRecord targetEpoch(String groupId, int epoch, long wallMs) {
        return record(
                CoordinatorRecordType.STREAMS_GROUP_TARGET_ASSIGNMENT_METADATA,
                new StreamsGroupTargetAssignmentMetadataKey().setGroupId(groupId),
                new StreamsGroupTargetAssignmentMetadataValue()
                        .setAssignmentEpoch(epoch)
                        .setAssignmentTimestamp(wallMs),
                wallMs);
    }

    static NewRecord target(String groupId, String memberId, Tasks tasks, long wallMs) {
        return record(
                CoordinatorRecordType.STREAMS_GROUP_TARGET_ASSIGNMENT_MEMBER,
                new StreamsGroupTargetAssignmentMemberKey().setGroupId(groupId).setMemberId(memberId),
                new StreamsGroupTargetAssignmentMemberValue()
                        .setActiveTasks(targetTasks(tasks.active()))
                        .setStandbyTasks(targetTasks(tasks.standby()))
                        .setWarmupTasks(targetTasks(tasks.warmup())),
                wallMs);
    }

    private static List<StreamsGroupTargetAssignmentMemberValue.TaskIds> targetTasks(Collection<TaskId> tasks) {
        List<StreamsGroupTargetAssignmentMemberValue.TaskIds> stored = new ArrayList<>();
        bySubtopology(tasks)
                .forEach((subtopology, partitions) -> stored.add(new StreamsGroupTargetAssignmentMemberValue.TaskIds()
                        .setSubtopologyId(subtopology)
                        .setPartitions(partitions)));
        return stored;
    }

    static NewRecord standing(String groupId, StreamsMember member, long wallMs) {
        Standing standing = member.standing;
        return record(
                CoordinatorRecordType.STREAMS_GROUP_CURRENT_MEMBER_ASSIGNMENT,
                new StreamsGroupCurrentMemberAssignmentKey().setGroupId(groupId).setMemberId(member.id),
                new StreamsGroupCurrentMemberAssignmentValue()
                        .setMemberEpoch(standing.epoch())
                        .setPreviousMemberEpoch(standing.previousEpoch())
                        .setState(standing.state().id())
                        .setActiveTasks(active(standing.assigned().active()))
                        .setStandbyTasks(others(standing.assigned().standby()))
                        .setWarmupTasks(others(standing.assigned().warmup()))
                        .setActiveTasksPendingRevocation(
                                active(standing.pendingRevocation().active()))
                        .setStandbyTasksPendingRevocation(
                                others(standing.pendingRevocation().standby()))
                        .setWarmupTasksPendingRevocation(
                                others(standing.pendingRevocation().warmup())),
                wallMs);
    }

    private static List<StreamsGroupCurrentMemberAssignmentValue.TaskIds> active(SortedMap<TaskId, Integer> tasks) {
        List<StreamsGroupCurrentMemberAssignmentValue.TaskIds> stored = others(tasks.keySet());
        stored.forEach(task -> task.setAssignmentEpochs(task.partitions().stream()
                .map(partition -> tasks.get(new TaskId(task.subtopologyId(), partition)))
                .toList()));
        return stored;
    }

    private static List<StreamsGroupCurrentMemberAssignmentValue.TaskIds> others(Collection<TaskId> tasks) {
        List<StreamsGroupCurrentMemberAssignmentValue.TaskIds> stored = new ArrayList<>();
        bySubtopology(tasks)
                .forEach((subtopology, partitions) -> stored.add(new StreamsGroupCurrentMemberAssignmentValue.TaskIds()
                        .setSubtopologyId(subtopology)
                        .setPartitions(partitions)));
        return stored;
    }

    /// Partitions by sub-topology, in order.
    static SortedMap<String, List<Integer>> bySubtopology(Collection<TaskId> tasks) {
        SortedMap<String, List<Integer>> parts = new TreeMap<>();
        for (TaskId task : tasks) {
            parts.computeIfAbsent(task.subtopologyId(), id -> new ArrayList<>()).add(task.partition());
        }
        parts.values().forEach(partitions -> partitions.sort(null));
        return parts;
    }

    private static NewRecord record(
            CoordinatorRecordType type, ApiMessage key, @Nullable ApiMessage value, long wallMs) {
        ByteBuffer stored = value == null ? null : MessageUtil.toVersionPrefixedByteBuffer(VERSION, value);
        return new NewRecord(wallMs, MessageUtil.toVersionPrefixedByteBuffer(type.id(), key), stored);
    }
}
