package io.kurier.coordinator.group;

import io.kurier.coordinator.Caller;
import io.kurier.coordinator.TopicMetadata;
import io.kurier.coordinator.group.records.GroupRecord;
import io.kurier.coordinator.group.streams.StreamsChecks;
import io.kurier.coordinator.group.streams.StreamsDescriptions;
import io.kurier.coordinator.group.streams.StreamsGroup;
import io.kurier.coordinator.group.streams.StreamsOutcome;
import io.kurier.coordinator.group.streams.StreamsProtocol;
import io.kurier.coordinator.group.streams.StreamsReplay;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import io.kurier.coordinator.runtime.Ticket;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// What happens to the streams groups of a shard: finds the group that an event is for (KIP-1071).
final class StreamsEvents {
    /// What keys of their timers begin with.
    static final String WAKE = StreamsProtocol.wakeKey("");

    private final GroupRegistry groups;
    private final StreamsProtocol protocol;
    private final int maxBatchBytes;

    StreamsEvents(GroupRegistry groups, GroupSettings settings, GroupConfigs configs, TopicMetadata topics) {
        this.groups = groups;
        this.protocol = new StreamsProtocol(settings.streams(), configs, topics);
        this.maxBatchBytes = settings.maxBatchBytes();
    }

    /// StreamsGroupHeartbeat. A group of another kind without members becomes a streams group by its first member.
    void heartbeat(
            Caller caller,
            StreamsGroupHeartbeatRequestData request,
            Ticket<StreamsOutcome> ticket,
            Moment now,
            Effects out) {
        Group group = groups.find(request.groupId());
        boolean joins = request.memberEpoch() == 0;
        StreamsGroupHeartbeatResponseData tooLarge = StreamsChecks.tooLarge(request, maxBatchBytes);
        if (tooLarge != null) {
            out.answer(ticket, new StreamsOutcome(tooLarge, List.of()));
        } else if (group != null && group.streams == null && !group.isIdle()) {
            refuse(
                    ticket,
                    Errors.GROUP_ID_NOT_FOUND,
                    "Group " + request.groupId() + " has members of another kind: stop them first, or use another"
                            + " application id.",
                    out);
        } else if (group == null && joins && groups.isFull()) {
            refuse(ticket, Errors.POLICY_VIOLATION, "There are too many groups.", out);
        } else if (joins) {
            Group joined = group == null ? groups.findOrCreate(request.groupId()) : group;
            StreamsGroup streams = joined.becomeStreams(now, out);
            out.answer(ticket, protocol.heartbeat(streams, caller, request, now, out));
            groups.dropIfNothing(joined);
        } else if (group == null || group.streams == null) {
            refuse(ticket, Errors.UNKNOWN_MEMBER_ID, "The group has no member " + request.memberId() + ".", out);
        } else {
            out.answer(
                    ticket,
                    request.memberEpoch() < 0
                            ? new StreamsOutcome(protocol.leave(group.streams, request, now, out), List.of())
                            : protocol.heartbeat(group.streams, caller, request, now, out));
        }
    }

    /// Why members of other kinds cannot join a streams group.
    static String inTheWay(Group group) {
        return "Group " + group.id + " has members of a Kafka Streams application: stop them first, or use another"
                + " group id.";
    }

    private static void refuse(Ticket<StreamsOutcome> ticket, Errors error, String message, Effects out) {
        out.answer(ticket, new StreamsOutcome(StreamsChecks.refused(error, message), List.of()));
    }

    /// The internal topics that a member's heartbeat found missing were made, or could not be.
    ///
    /// @param failures for each topic that could not be made, why
    void again(
            Caller caller,
            StreamsGroupHeartbeatRequestData request,
            Map<String, String> failures,
            Ticket<StreamsGroupHeartbeatResponseData> ticket,
            Moment now,
            Effects out) {
        Group group = groups.find(request.groupId());
        out.answer(
                ticket,
                group == null || group.streams == null
                        ? StreamsChecks.refused(
                                Errors.UNKNOWN_MEMBER_ID, "The group has no member " + request.memberId() + ".")
                        : protocol.again(group.streams, request.memberId(), caller.version(), failures, now, out));
    }

    /// StreamsGroupDescribe of one group.
    void describe(String groupId, Ticket<DescribedGroup> ticket, Effects out) {
        Group group = groups.find(groupId);
        out.answer(
                ticket,
                group != null && group.streams != null
                        ? StreamsDescriptions.describe(group.streams)
                        : new DescribedGroup()
                                .setGroupId(groupId)
                                .setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())
                                .setErrorMessage(
                                        group == null
                                                ? "Group " + groupId + " not found."
                                                : "Group " + groupId + " is not a streams group."));
    }

    /// Takes over a stored part of a group.
    void replay(GroupRecord.Streams part) {
        Group group = groups.findOrCreate(part.groupId());
        StreamsGroup streams = group.streams == null ? new StreamsGroup(part.groupId(), group.history) : group.streams;
        StreamsReplay.replay(streams, part.key(), part.value());
        group.streams = streams.isBlank() ? null : streams;
        groups.dropIfNothing(group);
    }

    /// The shard is loaded.
    void resume(@Nullable StreamsGroup group, Moment now, Effects out) {
        if (group != null) {
            protocol.resume(group, now, out);
        }
    }

    /// A group's timer is due.
    void wake(String key, Moment now, Effects out) {
        Group group = groups.find(key.substring(WAKE.length()));
        if (group != null && group.streams != null) {
            protocol.wake(group.streams, now, out);
        }
    }
}
