package io.kurier.coordinator.group.classic;

import io.kurier.coordinator.group.classic.GroupEvent.Kind;
import io.kurier.coordinator.runtime.Ticket;
import java.util.List;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/// How members go: by LeaveGroup, alone or many at once (KIP-345, 800), or because nobody heard of them.
final class Leaving {
    private final Rebalance rebalance;

    Leaving(Rebalance rebalance) {
        this.rebalance = rebalance;
    }

    /// Removes those who may be removed; one answer each, in the same order.
    List<MemberResponse> leave(ClassicGroup group, List<MemberIdentity> leaving, Step step) {
        int before = group.members.size() + group.members.pending();
        List<MemberResponse> answers = leaving.stream()
                .map(identity -> new MemberResponse()
                        .setMemberId(identity.memberId())
                        .setGroupInstanceId(identity.groupInstanceId())
                        .setErrorCode(leaveOne(group, identity, step).code()))
                .toList();
        if (group.members.size() + group.members.pending() < before) {
            settle(group, "members left", step);
        }
        group.arm(step);
        return answers;
    }

    private static Errors leaveOne(ClassicGroup group, MemberIdentity identity, Step step) {
        String memberId = identity.memberId();
        if (memberId.isEmpty()) {
            Member known = group.members.findStatic(identity.groupInstanceId());
            if (known == null) {
                return Errors.UNKNOWN_MEMBER_ID;
            }
            remove(group, known, Kind.LEFT, reason(identity), step);
            return Errors.NONE;
        }
        if (identity.groupInstanceId() == null && group.members.removePending(memberId)) {
            return Errors.NONE;
        }
        Errors refusal = group.checkMember(memberId, identity.groupInstanceId());
        Member member = group.members.find(memberId);
        if (refusal == Errors.NONE && member != null) {
            remove(group, member, Kind.LEFT, reason(identity), step);
        }
        return refusal;
    }

    private static String reason(MemberIdentity identity) {
        return identity.reason() == null || identity.reason().isEmpty() ? "left" : identity.reason();
    }

    /// Removes all whose time is over.
    void expire(ClassicGroup group, Step step) {
        List<Member> silent = group.members.all().stream()
                .filter(member -> member.mayExpire() && member.deadlineMs <= step.nowMs())
                .toList();
        for (Member member : silent) {
            remove(group, member, Kind.EXPIRED, "no heartbeat for " + member.sessionTimeoutMs + " ms", step);
        }
        List<String> unused = group.members.expiredPending(step.nowMs());
        unused.forEach(group.members::removePending);
        if (!silent.isEmpty() || !unused.isEmpty()) {
            settle(group, silent.isEmpty() ? "members never joined" : "members were silent for too long", step);
        }
    }

    /// Answers what the member still waits for: if it is alive after all, it starts over.
    private static void remove(ClassicGroup group, Member member, Kind how, String detail, Step step) {
        Ticket<JoinGroupResponseData> join = member.awaitingJoin;
        if (join != null) {
            group.members.setAwaitingJoin(member, null);
            step.out().answer(join, JoinAnswers.error("", Errors.UNKNOWN_MEMBER_ID));
        }
        Ticket<SyncGroupResponseData> sync = member.awaitingSync;
        if (sync != null) {
            member.awaitingSync = null;
            step.out().answer(sync, new SyncGroupResponseData().setErrorCode(Errors.UNKNOWN_MEMBER_ID.code()));
        }
        group.members.remove(member);
        group.remember(step, how, member.id, detail);
    }

    private void settle(ClassicGroup group, String reason, Step step) {
        switch (group.state()) {
            case STABLE, COMPLETING_REBALANCE, PREPARING_REBALANCE -> rebalance.membershipChanged(group, reason, step);
            case EMPTY, DEAD -> {}
        }
    }
}
