package io.kurier.coordinator.group.streams;

import io.kurier.coordinator.group.streams.assignor.TaskId;
import io.kurier.coordinator.group.streams.assignor.Tasks;
import java.util.List;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.protocol.ApiMessage;
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

/// Takes a group's stored records over, one by one, as they were written.
public final class StreamsReplay {
    private StreamsReplay() {}

    /// Takes one over.
    ///
    /// @param value null: what the key said before is taken back
    /// @throws IllegalArgumentException if the key is of no kind that belongs to a streams group
    public static void replay(StreamsGroup group, ApiMessage key, @Nullable ApiMessage value) {
        switch (key) {
            case StreamsGroupMetadataKey _ -> group(group, (StreamsGroupMetadataValue) value);
            case StreamsGroupTopologyKey _ -> {
                group.topology = (StreamsGroupTopologyValue) value;
                group.plan = null;
            }
            case StreamsGroupMemberMetadataKey of ->
                member(group, of.memberId(), (StreamsGroupMemberMetadataValue) value);
            case StreamsGroupTargetAssignmentMetadataKey _ ->
                group.targetEpoch =
                        value == null ? 0 : ((StreamsGroupTargetAssignmentMetadataValue) value).assignmentEpoch();
            case StreamsGroupTargetAssignmentMemberKey of ->
                target(group, of.memberId(), (StreamsGroupTargetAssignmentMemberValue) value);
            case StreamsGroupCurrentMemberAssignmentKey of ->
                standing(group, of.memberId(), (StreamsGroupCurrentMemberAssignmentValue) value);
            default -> throw new IllegalArgumentException("a record of a streams group has the key " + key);
        }
    }

    private static void group(StreamsGroup group, @Nullable StreamsGroupMetadataValue value) {
        group.isStored = value != null;
        group.epoch = value == null ? 0 : value.epoch();
        group.metadataHash = value == null ? 0 : value.metadataHash();
    }

    private static void member(StreamsGroup group, String memberId, @Nullable StreamsGroupMemberMetadataValue value) {
        StreamsMember member = group.find(memberId);
        if (value == null) {
            if (member != null) {
                group.remove(member);
            }
            return;
        }
        SortedMap<String, String> tags = new TreeMap<>();
        value.clientTags().forEach(tag -> tags.put(tag.key(), tag.value()));
        Profile profile = new Profile(
                new Profile.Origin(value.instanceId(), value.rackId(), value.clientId(), value.clientHost()),
                new Profile.ClientProcess(
                        value.processId(),
                        value.userEndpoint() == null
                                ? null
                                : new Profile.Endpoint(
                                        value.userEndpoint().host(),
                                        value.userEndpoint().port()),
                        tags),
                value.topologyEpoch(),
                value.rebalanceTimeoutMs());
        StreamsMember known = member == null ? new StreamsMember(memberId, profile) : member;
        known.profile = profile;
        group.put(known);
    }

    private static void target(
            StreamsGroup group, String memberId, @Nullable StreamsGroupTargetAssignmentMemberValue value) {
        if (value == null) {
            group.removeTarget(memberId);
        } else {
            group.setTarget(
                    memberId,
                    new Tasks(
                            targetTasks(value.activeTasks()),
                            targetTasks(value.standbyTasks()),
                            targetTasks(value.warmupTasks())));
        }
    }

    private static NavigableSet<TaskId> targetTasks(List<StreamsGroupTargetAssignmentMemberValue.TaskIds> stored) {
        NavigableSet<TaskId> tasks = new TreeSet<>();
        stored.forEach(task ->
                task.partitions().forEach(partition -> tasks.add(new TaskId(task.subtopologyId(), partition))));
        return tasks;
    }

    private static void standing(
            StreamsGroup group, String memberId, @Nullable StreamsGroupCurrentMemberAssignmentValue value) {
        StreamsMember member = group.find(memberId);
        if (member != null) {
            group.stand(member, value == null ? Standing.NEW : standing(value));
        }
    }

    /// A member's standing as it was stored. Tasks that came without epochs, from older programs, count as got in the
    /// member's.
    private static Standing standing(StreamsGroupCurrentMemberAssignmentValue value) {
        int epoch = value.memberEpoch();
        return new Standing(
                epoch,
                value.previousMemberEpoch(),
                MemberState.of(value.state()),
                new Running(
                        active(value.activeTasks(), epoch), others(value.standbyTasks()), others(value.warmupTasks())),
                new Running(
                        active(value.activeTasksPendingRevocation(), epoch),
                        others(value.standbyTasksPendingRevocation()),
                        others(value.warmupTasksPendingRevocation())));
    }

    private static SortedMap<TaskId, Integer> active(
            List<StreamsGroupCurrentMemberAssignmentValue.TaskIds> stored, int memberEpoch) {
        SortedMap<TaskId, Integer> tasks = new TreeMap<>();
        for (StreamsGroupCurrentMemberAssignmentValue.TaskIds task : stored) {
            List<Integer> epochs = task.assignmentEpochs();
            for (int i = 0; i < task.partitions().size(); i++) {
                int epoch = epochs == null || i >= epochs.size() ? memberEpoch : epochs.get(i);
                tasks.put(new TaskId(task.subtopologyId(), task.partitions().get(i)), epoch);
            }
        }
        return tasks;
    }

    private static NavigableSet<TaskId> others(List<StreamsGroupCurrentMemberAssignmentValue.TaskIds> stored) {
        return new TreeSet<>(active(stored, 0).keySet());
    }
}
