package io.kurier.coordinator.group;

import io.kurier.coordinator.Caller;
import io.kurier.coordinator.TopicNames;
import io.kurier.coordinator.group.share.ShareChecks;
import io.kurier.coordinator.group.share.ShareDescriptions;
import io.kurier.coordinator.group.share.ShareGroup;
import io.kurier.coordinator.group.share.ShareProtocol;
import io.kurier.coordinator.group.share.ShareStates.Begun;
import io.kurier.coordinator.group.share.StateChanges;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import io.kurier.coordinator.runtime.Ticket;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.ShareGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;

/// What happens to a shard's share groups: finds the group that an event is for (KIP-932).
final class ShareEvents {
    private static final String WAKE = ShareProtocol.wakeKey("");

    private final GroupRegistry groups;
    private final ShareProtocol protocol;
    private final TopicNames topics;

    ShareEvents(GroupRegistry groups, ShareProtocol protocol, TopicNames topics) {
        this.groups = groups;
        this.protocol = protocol;
        this.topics = topics;
    }

    /// ShareGroupHeartbeat. A name that no group has becomes a share group's by its first member.
    void heartbeat(
            Caller caller,
            ShareGroupHeartbeatRequestData request,
            Ticket<ShareGroupHeartbeatResponseData> ticket,
            Moment now,
            Effects out) {
        Group group = groups.find(request.groupId());
        if (group != null && group.share == null) {
            out.answer(
                    ticket,
                    ShareChecks.refused(
                            Errors.GROUP_ID_NOT_FOUND,
                            "Group " + request.groupId() + " is not a share group: use another group id."));
        } else if (group == null && request.memberEpoch() != 0) {
            out.answer(
                    ticket,
                    ShareChecks.refused(
                            Errors.UNKNOWN_MEMBER_ID, "The group has no member " + request.memberId() + "."));
        } else if (group == null && groups.isFull()) {
            out.answer(ticket, ShareChecks.refused(Errors.POLICY_VIOLATION, "There are too many groups."));
        } else {
            Group joined = group == null ? groups.findOrCreate(request.groupId()) : group;
            ShareGroup share = joined.becomeShare();
            out.answer(
                    ticket,
                    request.memberEpoch() < 0
                            ? protocol.leave(share, request, now, out)
                            : protocol.heartbeat(share, caller, request, now, out));
            groups.dropIfNothing(joined);
        }
    }

    /// ShareGroupDescribe of one group.
    void describe(String groupId, Ticket<DescribedGroup> ticket, Effects out) {
        Group group = groups.find(groupId);
        if (group == null || group.share == null) {
            out.answer(
                    ticket,
                    new DescribedGroup()
                            .setGroupId(groupId)
                            .setErrorCode(Errors.GROUP_ID_NOT_FOUND.code())
                            .setErrorMessage(
                                    group == null
                                            ? "Group " + groupId + " not found."
                                            : "Group " + groupId + " is not a share group."));
        } else {
            out.answer(ticket, ShareDescriptions.describe(group.share, topics));
        }
    }

    /// The share coordinators have answered which states have begun.
    void begun(String groupId, Begun begun, Ticket<Errors> ticket, Moment now, Effects out) {
        Group group = groups.find(groupId);
        if (group != null && group.share != null) {
            protocol.begun(group.share, begun, now, out);
        }
        out.answerAtOnce(ticket, Errors.NONE);
    }

    /// What an administrator does with the states of a group that is there, and is a share group.
    ///
    /// @param otherwise the answer if it is not
    <A> void change(String groupId, Function<ShareGroup, A> change, A otherwise, Ticket<A> ticket, Effects out) {
        Group group = groups.find(groupId);
        out.answer(ticket, group == null || group.share == null ? otherwise : change.apply(group.share));
    }

    /// How.
    StateChanges changes() {
        return protocol.changes();
    }

    /// Topics of these names are gone.
    void topicsDeleted(Set<String> deleted, Moment now, Effects out) {
        for (Group group : groups.all()) {
            if (group.share != null) {
                protocol.changes().topicsDeleted(group.share, deleted, now, out);
            }
        }
    }

    /// All records were replayed.
    void resume(Group group, Moment now, Effects out) {
        if (group.share != null) {
            protocol.resume(group.share, now, out);
        }
    }

    /// A timer is due; false if it is not one of a share group.
    boolean wake(String key, Moment now, Effects out) {
        if (!key.startsWith(WAKE)) {
            return false;
        }
        Group group = groups.find(key.substring(WAKE.length()));
        if (group != null && group.share != null) {
            protocol.wake(group.share, now, out);
        }
        return true;
    }
}
