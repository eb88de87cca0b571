package io.kurier.coordinator.group.classic;

import static io.kurier.coordinator.group.classic.ClassicGroup.NEVER;

import io.kurier.coordinator.group.GroupSettings;
import io.kurier.coordinator.group.classic.GroupEvent.Kind;
import io.kurier.coordinator.group.records.GroupRecords;
import io.kurier.coordinator.runtime.Ticket;
import io.kurier.protocol.records.NewRecord;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// SyncGroup: the leader brings the assignments, everybody takes theirs (KIP-62, 559).
final class Syncing {
    private final GroupSettings settings;
    private final Rebalance rebalance;

    Syncing(GroupSettings settings, Rebalance rebalance) {
        this.settings = settings;
        this.rebalance = rebalance;
    }

    void sync(ClassicGroup group, SyncGroupRequestData request, Ticket<SyncGroupResponseData> ticket, Step step) {
        Errors refusal = check(group, request);
        Member member = group.members.find(request.memberId());
        if (refusal != Errors.NONE || member == null) {
            step.out().answer(ticket, error(refusal == Errors.NONE ? Errors.UNKNOWN_MEMBER_ID : refusal));
        } else {
            switch (group.state()) {
                case EMPTY, DEAD -> step.out().answer(ticket, error(Errors.UNKNOWN_MEMBER_ID));
                case PREPARING_REBALANCE -> step.out().answer(ticket, error(Errors.REBALANCE_IN_PROGRESS));
                case COMPLETING_REBALANCE -> await(group, member, request, ticket, step);
                case STABLE -> {
                    hasSynced(group, member);
                    group.heardOf(member, step);
                    step.out().answer(ticket, assignment(group, member));
                }
            }
        }
        group.arm(step);
    }

    private static Errors check(ClassicGroup group, SyncGroupRequestData request) {
        Errors refusal = group.checkMember(request.memberId(), request.groupInstanceId());
        if (refusal != Errors.NONE) {
            return refusal;
        }
        if (request.generationId() != group.generation) {
            return Errors.ILLEGAL_GENERATION;
        }
        boolean differs =
                differs(request.protocolType(), group.protocolType) || differs(request.protocolName(), group.protocol);
        return differs ? Errors.INCONSISTENT_GROUP_PROTOCOL : Errors.NONE;
    }

    private static boolean differs(@Nullable String claimed, @Nullable String known) {
        return claimed != null && known != null && !claimed.equals(known);
    }

    private void await(
            ClassicGroup group,
            Member member,
            SyncGroupRequestData request,
            Ticket<SyncGroupResponseData> ticket,
            Step step) {
        if (member.awaitingSync != null) {
            step.out().answer(member.awaitingSync, error(Errors.REBALANCE_IN_PROGRESS));
        }
        member.awaitingSync = ticket;
        hasSynced(group, member);
        if (group.members.isLeader(member)) {
            assign(group, request, step);
        }
    }

    private static void hasSynced(ClassicGroup group, Member member) {
        group.members.synced(member);
        if (group.members.allSynced()) {
            group.syncDeadlineMs = NEVER;
        }
    }

    /// The leader has spoken: the assignments are stored, and handed out when that is done. Members that it forgot
    /// get nothing.
    private void assign(ClassicGroup group, SyncGroupRequestData request, Step step) {
        Map<String, byte[]> assignments = new HashMap<>();
        for (SyncGroupRequestAssignment assignment : request.assignments()) {
            assignments.put(assignment.memberId(), assignment.assignment());
        }
        for (Member member : group.members.all()) {
            member.assignment = assignments.getOrDefault(member.id, new byte[0]);
        }
        group.transitionTo(GroupState.STABLE, step);
        NewRecord record = group.toRecord(step);
        if (GroupRecords.storedBytes(record) > settings.maxBatchBytes()) {
            Rebalance.refuseSyncs(group, Errors.UNKNOWN_SERVER_ERROR, step);
            rebalance.membershipChanged(group, "the assignment is too large to be stored", step);
            return;
        }
        group.remember(step, Kind.STABLE, request.memberId(), "assignment by the leader");
        group.store(record, step);
        for (Member member : group.members.all()) {
            Ticket<SyncGroupResponseData> waiting = member.awaitingSync;
            if (waiting != null) {
                member.awaitingSync = null;
                group.heardOf(member, step);
                step.out().answer(waiting, assignment(group, member));
            }
        }
    }

    private static SyncGroupResponseData assignment(ClassicGroup group, Member member) {
        return new SyncGroupResponseData()
                .setProtocolType(group.protocolType)
                .setProtocolName(group.protocol)
                .setAssignment(member.assignment);
    }

    private static SyncGroupResponseData error(Errors error) {
        return new SyncGroupResponseData().setErrorCode(error.code());
    }
}
