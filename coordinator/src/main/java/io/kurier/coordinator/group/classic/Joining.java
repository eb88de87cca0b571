package io.kurier.coordinator.group.classic;

import io.kurier.coordinator.group.GroupSettings;
import io.kurier.coordinator.group.classic.GroupEvent.Kind;
import io.kurier.coordinator.runtime.Ticket;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// JoinGroup: new members, members that come back, static members that replace themselves (KIP-62, 345, 394, 814).
final class Joining {
    /// Ids that were given out and are not used yet; each lives no longer than its session timeout.
    private static final int MAX_PENDING_MEMBERS = 20_000;
    /// Of a member id, which is stored as a string of at most 32,767 bytes.
    private static final int MAX_PREFIX_CHARS = 1_000;

    private final GroupSettings settings;
    private final Rebalance rebalance;
    private final RandomGenerator random;

    Joining(GroupSettings settings, Rebalance rebalance, RandomGenerator random) {
        this.settings = settings;
        this.rebalance = rebalance;
        this.random = random;
    }

    void join(ClassicGroup group, JoinRequest request, Ticket<JoinGroupResponseData> ticket, Step step) {
        Errors refusal = admit(group, request, step);
        if (refusal != Errors.NONE) {
            String memberId = refusal == Errors.GROUP_MAX_SIZE_REACHED ? "" : request.memberId();
            step.out().answer(ticket, JoinAnswers.error(memberId, refusal));
        } else if (request.isNew()) {
            joinNew(group, request, ticket, step);
        } else if (group.members.isPending(request.memberId())) {
            add(group, request.memberId(), request, ticket, step);
        } else {
            rejoin(group, request, ticket, step);
        }
        group.arm(step);
    }

    private Errors admit(ClassicGroup group, JoinRequest request, Step step) {
        if (!hasRoom(group, request)) {
            turnAway(group, request.memberId(), step);
            return Errors.GROUP_MAX_SIZE_REACHED;
        }
        if (!fits(group, request)) {
            return Errors.INCONSISTENT_GROUP_PROTOCOL;
        }
        if (request.isNew()) {
            return group.members.pending() < MAX_PENDING_MEMBERS ? Errors.NONE : Errors.GROUP_MAX_SIZE_REACHED;
        }
        if (group.members.isPending(request.memberId())) {
            return request.instanceId() == null ? Errors.NONE : Errors.UNKNOWN_MEMBER_ID;
        }
        return group.checkMember(request.memberId(), request.instanceId());
    }

    /// While members are joining only those that have joined count: in a group that has grown over its limit, the
    /// first ones stay.
    private boolean hasRoom(ClassicGroup group, JoinRequest request) {
        Member known = group.members.find(request.memberId());
        if (known == null) {
            known = group.members.findStatic(request.instanceId());
        }
        if (group.state() == GroupState.PREPARING_REBALANCE) {
            return (known != null && known.awaitingJoin != null)
                    || group.members.awaitingJoin() < settings.maxGroupSize();
        }
        return known != null || group.members.size() < settings.maxGroupSize();
    }

    private void turnAway(ClassicGroup group, String memberId, Step step) {
        group.members.removePending(memberId);
        Member member = group.members.find(memberId);
        if (member != null) {
            group.members.remove(member);
            group.remember(step, Kind.LEFT, memberId, "the group is full");
        }
        if (group.state() == GroupState.PREPARING_REBALANCE) {
            rebalance.membershipChanged(group, "the group is full", step);
        }
    }

    private static boolean fits(ClassicGroup group, JoinRequest request) {
        if (request.protocolType().isEmpty() || request.protocols().isEmpty()) {
            return false;
        }
        if (group.members.isEmpty()) {
            return true;
        }
        return request.protocolType().equals(group.protocolType)
                && group.members.supportAny(request.protocols().keySet());
    }

    private void joinNew(ClassicGroup group, JoinRequest request, Ticket<JoinGroupResponseData> ticket, Step step) {
        String prefix = request.instanceId() == null ? request.clientId() : request.instanceId();
        String memberId = shortened(prefix) + "-" + new UUID(random.nextLong(), random.nextLong());
        Member before = group.members.findStatic(request.instanceId());
        if (before != null) {
            replace(group, before, new Member(memberId, request), request.maySkipAssignment(), ticket, step);
        } else if (request.instanceId() == null && request.needsKnownId()) {
            group.expectPending(memberId, request.sessionTimeoutMs(), step);
            step.out().answer(ticket, JoinAnswers.error(memberId, Errors.MEMBER_ID_REQUIRED));
        } else {
            add(group, memberId, request, ticket, step);
        }
    }

    private static String shortened(String name) {
        return name.length() <= MAX_PREFIX_CHARS ? name : name.substring(0, MAX_PREFIX_CHARS);
    }

    private void add(
            ClassicGroup group, String memberId, JoinRequest request, Ticket<JoinGroupResponseData> ticket, Step step) {
        if (group.members.isEmpty()) {
            group.protocolType = request.protocolType();
        }
        Member member = new Member(memberId, request);
        member.isNew = true;
        member.awaitingJoin = ticket;
        group.members.add(member);
        group.newcomers |= group.state() == GroupState.PREPARING_REBALANCE && group.firstRebalance;
        group.expect(member, settings.newMemberJoinTimeoutMs(), step);
        String from = GroupEvent.from(request.clientId(), request.clientHost());
        group.remember(step, Kind.JOINED, memberId, reason(request, from));
        rebalance.membershipChanged(group, "a new member joined", step);
    }

    private void rejoin(ClassicGroup group, JoinRequest request, Ticket<JoinGroupResponseData> ticket, Step step) {
        Member member = group.members.find(request.memberId());
        if (member == null) {
            throw new IllegalStateException("admitted without being a member");
        }
        boolean unchanged = member.offers(request.protocols());
        switch (group.state()) {
            case PREPARING_REBALANCE -> update(group, member, request, ticket, step);
            case COMPLETING_REBALANCE -> {
                if (unchanged) {
                    answerAgain(group, member, ticket, step);
                } else {
                    update(group, member, request, ticket, step);
                }
            }
            case STABLE -> {
                if (unchanged && !group.members.isLeader(member)) {
                    answerAgain(group, member, ticket, step);
                } else {
                    update(group, member, request, ticket, step);
                }
            }
            case EMPTY, DEAD ->
                step.out().answer(ticket, JoinAnswers.error(request.memberId(), Errors.UNKNOWN_MEMBER_ID));
        }
    }

    /// It has missed the answer: the generation stands.
    private static void answerAgain(
            ClassicGroup group, Member member, Ticket<JoinGroupResponseData> ticket, Step step) {
        group.heardOf(member, step);
        step.out().answer(ticket, JoinAnswers.generation(group, member));
    }

    private void update(
            ClassicGroup group, Member member, JoinRequest request, Ticket<JoinGroupResponseData> ticket, Step step) {
        group.members.setProtocols(member, request.protocols());
        member.sessionTimeoutMs = request.sessionTimeoutMs();
        member.rebalanceTimeoutMs = request.rebalanceTimeoutMs();
        release(member, Errors.REBALANCE_IN_PROGRESS, step);
        group.members.setAwaitingJoin(member, ticket);
        group.remember(step, Kind.REJOINED, member.id, reason(request, "rejoined"));
        rebalance.membershipChanged(group, "a member rejoined", step);
    }

    /// A static member is back under a new id: the old one is fenced. If the protocol stays the same, so does the
    /// generation, and only the id is stored anew.
    private void replace(
            ClassicGroup group,
            Member old,
            Member fresh,
            boolean maySkipAssignment,
            Ticket<JoinGroupResponseData> ticket,
            Step step) {
        String leaderBefore = group.members.leaderId();
        boolean wasNew = old.isNew;
        release(old, Errors.FENCED_INSTANCE_ID, step);
        group.members.setAwaitingJoin(old, null);
        fresh.assignment = old.assignment;
        group.members.replace(old, fresh);
        group.heardOf(fresh, step);
        group.remember(step, Kind.REPLACED, fresh.id, "takes the place of " + old.id);
        if (group.state() == GroupState.STABLE && sameProtocol(group)) {
            group.store(group.toRecord(step), step);
            step.out().answer(ticket, skipped(group, fresh, maySkipAssignment, leaderBefore));
            return;
        }
        if (wasNew) {
            fresh.isNew = true;
            group.expect(fresh, settings.newMemberJoinTimeoutMs(), step);
        }
        group.members.setAwaitingJoin(fresh, ticket);
        rebalance.membershipChanged(group, "a static member came back", step);
    }

    private static boolean sameProtocol(ClassicGroup group) {
        return group.protocol != null && group.protocol.equals(group.members.selectProtocol());
    }

    /// Clients that know `SkipAssignment` may lead without assigning; others are told the old leader's name, so that
    /// they do not take themselves for the leader.
    private static JoinGroupResponseData skipped(
            ClassicGroup group, Member fresh, boolean maySkipAssignment, @Nullable String leaderBefore) {
        if (maySkipAssignment) {
            return JoinAnswers.generation(group, fresh).setSkipAssignment(group.members.isLeader(fresh));
        }
        return JoinAnswers.follower(group, fresh, leaderBefore == null ? "" : leaderBefore);
    }

    /// Answers whatever the member's former self still waits for.
    static void release(Member member, Errors error, Step step) {
        Ticket<JoinGroupResponseData> join = member.awaitingJoin;
        if (join != null) {
            step.out().answer(join, JoinAnswers.error(member.id, error));
        }
        Ticket<SyncGroupResponseData> sync = member.awaitingSync;
        if (sync != null) {
            member.awaitingSync = null;
            step.out().answer(sync, new SyncGroupResponseData().setErrorCode(error.code()));
        }
    }

    private static String reason(JoinRequest request, String otherwise) {
        return request.reason() == null || request.reason().isEmpty() ? otherwise : request.reason();
    }
}
