package io.kurier.coordinator.group.classic;

import io.kurier.coordinator.group.GroupSettings;
import io.kurier.coordinator.runtime.Ticket;
import java.util.List;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Everything that can happen to a classic group, as a pure state machine: what comes in is a request or a timer with
/// its time, what comes out is in the step's effects.
public final class ClassicProtocol {
    private final GroupSettings settings;
    private final Rebalance rebalance;
    private final Joining joining;
    private final Syncing syncing;
    private final Leaving leaving;
    private final HandingOver handingOver;

    /// @param random for member ids
    public ClassicProtocol(GroupSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.rebalance = new Rebalance(settings);
        this.joining = new Joining(settings, rebalance, random);
        this.syncing = new Syncing(settings, rebalance);
        this.leaving = new Leaving(rebalance);
        this.handingOver = new HandingOver(rebalance);
    }

    /// JoinGroup. Answered at once with an error or the standing generation, else when the next generation is formed.
    public void join(ClassicGroup group, JoinRequest request, Ticket<JoinGroupResponseData> ticket, Step step) {
        joining.join(group, request, ticket, step);
    }

    /// SyncGroup. Answered when the leader's assignment is stored.
    public void sync(
            ClassicGroup group, SyncGroupRequestData request, Ticket<SyncGroupResponseData> ticket, Step step) {
        syncing.sync(group, request, ticket, step);
    }

    /// Heartbeat: the error to answer. Costs two look-ups.
    public Errors heartbeat(ClassicGroup group, HeartbeatRequestData request, Step step) {
        Errors refusal = checkGeneration(group, request.memberId(), request.groupInstanceId(), request.generationId());
        Member member = group.members.find(request.memberId());
        if (refusal != Errors.NONE || member == null) {
            return refusal;
        }
        group.heardOf(member, step);
        group.arm(step);
        return group.state() == GroupState.PREPARING_REBALANCE ? Errors.REBALANCE_IN_PROGRESS : Errors.NONE;
    }

    /// LeaveGroup: one answer for each, in the same order.
    public List<MemberResponse> leave(ClassicGroup group, List<MemberIdentity> members, Step step) {
        return leaving.leave(group, members, step);
    }

    /// Gives a group's members to a consumer group; whoever waits for an answer is told to rejoin. The group is done.
    public List<HandedMember> handOver(ClassicGroup group, Step step) {
        return HandingOver.handOver(group, step);
    }

    /// A group of members that come from a consumer group; they are told to rejoin.
    ///
    /// @param generation the epoch of its newest members
    public ClassicGroup takeOver(
            String groupId, int generation, List<HandedMember> members, GroupHistory history, Step step) {
        return handingOver.takeOver(groupId, generation, members, history, step);
    }

    /// May these offsets be committed? NONE, or why not. Members prove that they are in the current generation;
    /// without a member (generation -1) only groups without members take offsets.
    public Errors checkCommit(
            ClassicGroup group, String memberId, @Nullable String instanceId, int generation, Step step) {
        if (generation < 0 && group.state() == GroupState.EMPTY) {
            return Errors.NONE;
        }
        if (generation < 0 && memberId.isEmpty() && instanceId == null) {
            return Errors.UNKNOWN_MEMBER_ID;
        }
        Errors refusal = checkGeneration(group, memberId, instanceId, generation);
        Member member = group.members.find(memberId);
        if (refusal != Errors.NONE || member == null) {
            return refusal;
        }
        if (group.state() == GroupState.COMPLETING_REBALANCE) {
            return Errors.REBALANCE_IN_PROGRESS;
        }
        group.heardOf(member, step);
        group.arm(step);
        return Errors.NONE;
    }

    private static Errors checkGeneration(
            ClassicGroup group, String memberId, @Nullable String instanceId, int generation) {
        Errors refusal = group.checkMember(memberId, instanceId);
        if (refusal != Errors.NONE) {
            return refusal;
        }
        return generation == group.generation ? Errors.NONE : Errors.ILLEGAL_GENERATION;
    }

    /// The group's timer is due.
    public void wake(ClassicGroup group, Step step) {
        if (group.joinDeadlineMs <= step.nowMs()) {
            rebalance.joinDeadlineReached(group, step);
        }
        if (group.syncDeadlineMs <= step.nowMs()) {
            rebalance.syncDeadlineReached(group, step);
        }
        leaving.expire(group, step);
        group.disarm();
        group.arm(step);
    }

    /// The group was restored from the log: its members have a whole session to be heard of.
    public void resume(ClassicGroup group, Step step) {
        group.members.all().forEach(member -> group.heardOf(member, step));
        if (group.members.size() > settings.maxGroupSize()) {
            rebalance.membershipChanged(group, "the group is larger than group.max.size", step);
        }
        group.arm(step);
    }
}
