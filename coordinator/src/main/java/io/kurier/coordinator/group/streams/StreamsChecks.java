package io.kurier.coordinator.group.streams;

import io.kurier.coordinator.group.Names;
import io.kurier.coordinator.group.records.GroupRecords;
import io.kurier.coordinator.group.streams.topology.Topologies;
import java.util.List;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.TaskIds;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// What can be said of a StreamsGroupHeartbeat by looking at it alone.
public final class StreamsChecks {
    private static final int MOST_TAGS = 100;
    /// Of all tags of a member together, so that it can be stored.
    private static final int MOST_TAG_CHARS = 100_000;

    private static final int MOST_TASKS = 100_000;

    private StreamsChecks() {}

    /// A refusal, with what to do.
    public static StreamsGroupHeartbeatResponseData refused(Errors error, String message) {
        return new StreamsGroupHeartbeatResponseData()
                .setErrorCode(error.code())
                .setErrorMessage(message)
                .setStatus(null);
    }

    /// The answer to a request that makes no sense; null if it does.
    public static @Nullable StreamsGroupHeartbeatResponseData check(StreamsGroupHeartbeatRequestData request) {
        if (request.groupId().isEmpty() || !Names.fit(request.groupId())) {
            return refused(Errors.INVALID_GROUP_ID, "A group id must have 1 to 10,000 characters.");
        }
        String complaint = complaint(request);
        if (complaint != null) {
            return refused(Errors.INVALID_REQUEST, complaint);
        }
        complaint = request.topology() == null ? null : Topologies.complaint(request.topology());
        return complaint == null ? null : refused(Errors.STREAMS_INVALID_TOPOLOGY, complaint);
    }

    /// The answer to a request whose topology cannot be stored; null if it can.
    ///
    /// @param mostBytes of one write to the log
    public static @Nullable StreamsGroupHeartbeatResponseData tooLarge(
            StreamsGroupHeartbeatRequestData request, int mostBytes) {
        if (request.topology() == null) {
            return null;
        }
        int bytes = GroupRecords.storedBytes(
                StreamsRecords.topology(request.groupId(), Topologies.of(request.topology()), 0));
        return bytes <= mostBytes
                ? null
                : refused(
                        Errors.STREAMS_INVALID_TOPOLOGY,
                        "The topology takes " + bytes + " bytes, of which " + mostBytes
                                + " can be stored: use fewer topics, or split the application.");
    }

    private static @Nullable String complaint(StreamsGroupHeartbeatRequestData request) {
        if (request.memberId().isEmpty()) {
            return "A member must make up an id for itself (MemberId is empty).";
        }
        if (!Names.fit(request.memberId())
                || !Names.fit(request.instanceId())
                || !Names.fit(request.rackId())
                || !Names.fit(request.processId())) {
            return "A member's id, instance id, rack and process id must have at most 10,000 characters.";
        }
        if (request.instanceId() != null && request.instanceId().isEmpty()) {
            return "An instance id must not be empty: leave it out.";
        }
        if (request.memberEpoch() < StreamsMember.LEFT_FOR_NOW) {
            return "A member's epoch is at least -2.";
        }
        if (request.memberEpoch() == StreamsMember.LEFT_FOR_NOW && request.instanceId() == null) {
            return "Only a member with an instance id can leave to come back (epoch -2).";
        }
        if (request.userEndpoint() != null && !Names.fit(request.userEndpoint().host())) {
            return "The host of a member's endpoint must have at most 10,000 characters.";
        }
        if (request.clientTags() != null
                && (request.clientTags().size() > MOST_TAGS
                        || request.clientTags().stream()
                                        .mapToLong(tag -> (long) tag.key().length()
                                                + tag.value().length())
                                        .sum()
                                > MOST_TAG_CHARS)) {
            return "A member has at most " + MOST_TAGS + " tags, of at most 100,000 characters in all.";
        }
        if (tooMany(request.activeTasks()) || tooMany(request.standbyTasks()) || tooMany(request.warmupTasks())) {
            return "A member has at most " + MOST_TASKS + " tasks.";
        }
        if ((request.taskOffsets() != null && request.taskOffsets().size() > MOST_TASKS)
                || (request.taskEndOffsets() != null && request.taskEndOffsets().size() > MOST_TASKS)) {
            return "A member tells the offsets of at most " + MOST_TASKS + " tasks.";
        }
        return request.memberEpoch() == 0 ? complaintOfJoin(request) : complaintOfOthers(request);
    }

    private static @Nullable String complaintOfJoin(StreamsGroupHeartbeatRequestData request) {
        if (request.rebalanceTimeoutMs() <= 0) {
            return "A member that joins must say its rebalance timeout.";
        }
        if (request.topology() == null) {
            return "A member that joins must say its topology.";
        }
        if (request.processId() == null || request.processId().isEmpty()) {
            return "A member that joins must say which process it belongs to.";
        }
        if (isNotEmpty(request.activeTasks())
                || isNotEmpty(request.standbyTasks())
                || isNotEmpty(request.warmupTasks())) {
            return "A member that joins must say that it has no tasks yet.";
        }
        return null;
    }

    private static @Nullable String complaintOfOthers(StreamsGroupHeartbeatRequestData request) {
        boolean all = request.activeTasks() != null && request.standbyTasks() != null && request.warmupTasks() != null;
        boolean none = request.activeTasks() == null && request.standbyTasks() == null && request.warmupTasks() == null;
        if (!all && !none) {
            return "A member tells all its tasks or none: active, standby and warm-up tasks belong together.";
        }
        return request.topology() == null ? null : "A member says its topology only when it joins (epoch 0).";
    }

    private static boolean isNotEmpty(@Nullable List<TaskIds> tasks) {
        return tasks != null && !tasks.isEmpty();
    }

    private static boolean tooMany(@Nullable List<TaskIds> tasks) {
        return tasks != null
                && tasks.stream().mapToLong(task -> task.partitions().size()).sum() > MOST_TASKS;
    }
}
