package io.kurier.coordinator.group.classic;

import static io.kurier.coordinator.group.classic.ClassicGroup.NEVER;

import io.kurier.coordinator.group.GroupSettings;
import io.kurier.coordinator.group.classic.GroupEvent.Kind;
import io.kurier.coordinator.runtime.Ticket;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/// From one generation to the next: waits for the members to join, forms the generation, hands it out.
///
/// Empty or Stable or CompletingRebalance -> PreparingRebalance -> CompletingRebalance (or Empty).
final class Rebalance {
    private final GroupSettings settings;

    Rebalance(GroupSettings settings) {
        this.settings = settings;
    }

    /// Membership has changed: starts a rebalance, or looks whether the one under way can end.
    void membershipChanged(ClassicGroup group, String reason, Step step) {
        if (group.state() == GroupState.PREPARING_REBALANCE) {
            maybeComplete(group, step);
        } else {
            prepare(group, reason, step);
        }
    }

    private void prepare(ClassicGroup group, String reason, Step step) {
        if (group.state() == GroupState.COMPLETING_REBALANCE) {
            refuseSyncs(group, Errors.REBALANCE_IN_PROGRESS, step);
        }
        group.members.forgetSyncs();
        group.syncDeadlineMs = NEVER;
        group.firstRebalance = group.state() == GroupState.EMPTY;
        group.transitionTo(GroupState.PREPARING_REBALANCE, step);
        group.remember(step, Kind.REBALANCE, "", reason);
        if (group.firstRebalance) {
            int delayMs = settings.initialRebalanceDelayMs();
            group.newcomers = false;
            group.joinDeadlineMs = step.nowMs() + delayMs;
            group.firstRebalanceRemainingMs = Math.max(group.members.longestRebalanceTimeoutMs() - delayMs, 0);
        } else if (group.members.allJoined()) {
            complete(group, step);
        } else {
            group.joinDeadlineMs = step.nowMs() + group.members.longestRebalanceTimeoutMs();
        }
    }

    private static void maybeComplete(ClassicGroup group, Step step) {
        if (!group.firstRebalance && group.members.allJoined()) {
            complete(group, step);
        }
    }

    /// The time to join is over.
    void joinDeadlineReached(ClassicGroup group, Step step) {
        if (group.firstRebalance && group.newcomers && group.firstRebalanceRemainingMs > 0) {
            long delayMs = Math.min(settings.initialRebalanceDelayMs(), group.firstRebalanceRemainingMs);
            group.newcomers = false;
            group.firstRebalanceRemainingMs -= delayMs;
            group.joinDeadlineMs = step.nowMs() + delayMs;
        } else {
            complete(group, step);
        }
    }

    private static void complete(ClassicGroup group, Step step) {
        group.joinDeadlineMs = NEVER;
        dropLateMembers(group, step);
        if (group.members.isEmpty()) {
            formEmptyGeneration(group, step);
        } else if (electLeader(group)) {
            formGeneration(group, step);
        } else {
            group.joinDeadlineMs = step.nowMs() + group.members.longestRebalanceTimeoutMs();
        }
    }

    /// Members that did not rejoin in time are gone, except static ones: those are only gone when their session is.
    private static void dropLateMembers(ClassicGroup group, Step step) {
        for (Member late : group.members.notJoined()) {
            if (!late.isStatic()) {
                group.members.remove(late);
                group.remember(step, Kind.EXPIRED, late.id, "did not rejoin in time");
            }
        }
    }

    /// Sees to it that the leader is somebody who is there to lead. False if nobody is.
    private static boolean electLeader(ClassicGroup group) {
        String leaderId = group.members.leaderId();
        Member leader = leaderId == null ? null : group.members.find(leaderId);
        if (leader != null && leader.awaitingJoin != null) {
            return true;
        }
        for (Member member : group.members.all()) {
            if (member.awaitingJoin != null) {
                group.members.lead(member.id);
                return true;
            }
        }
        return false;
    }

    private static void formEmptyGeneration(ClassicGroup group, Step step) {
        group.generation = next(group.generation);
        group.protocol = null;
        group.firstRebalance = false;
        group.transitionTo(GroupState.EMPTY, step);
        group.remember(step, Kind.EMPTY, "", "no members left");
        group.store(group.toRecord(step), step);
    }

    private static void formGeneration(ClassicGroup group, Step step) {
        group.generation = next(group.generation);
        group.protocol = group.members.selectProtocol();
        group.firstRebalance = false;
        group.transitionTo(GroupState.COMPLETING_REBALANCE, step);
        group.remember(step, Kind.GENERATION, "", group.members.size() + " members, " + group.protocol);
        group.members.expectSyncs();
        group.syncDeadlineMs = step.nowMs() + group.members.longestRebalanceTimeoutMs();
        for (Member member : group.members.all()) {
            Ticket<JoinGroupResponseData> ticket = member.awaitingJoin;
            if (ticket != null) {
                group.members.setAwaitingJoin(member, null);
                member.isNew = false;
                group.heardOf(member, step);
                step.out().answer(ticket, JoinAnswers.generation(group, member));
            }
        }
    }

    private static int next(int generation) {
        return generation == Integer.MAX_VALUE ? 1 : generation + 1;
    }

    /// Members that never fetched their assignment block nobody any longer.
    void syncDeadlineReached(ClassicGroup group, Step step) {
        group.syncDeadlineMs = NEVER;
        if (group.members.allSynced()) {
            return;
        }
        for (Member late : group.members.notSynced()) {
            group.members.remove(late);
            group.remember(step, Kind.EXPIRED, late.id, "did not sync in time");
        }
        membershipChanged(group, "members did not sync in time", step);
    }

    /// Tells all who wait for their assignment that there will be none in this generation.
    static void refuseSyncs(ClassicGroup group, Errors error, Step step) {
        for (Member member : group.members.all()) {
            member.assignment = new byte[0];
            Ticket<SyncGroupResponseData> ticket = member.awaitingSync;
            if (ticket != null) {
                member.awaitingSync = null;
                group.heardOf(member, step);
                step.out().answer(ticket, new SyncGroupResponseData().setErrorCode(error.code()));
            }
        }
    }
}
