package io.kurier.coordinator.group.streams;

import io.kurier.coordinator.group.streams.assignor.Tasks;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import org.jspecify.annotations.Nullable;

/// Takes a member as far towards the group's target as it may go now (KIP-1071).
final class Reconciliation {
    private Reconciliation() {}

    /// The next step. A member that is still to take what it was told gives up nothing before it has: a client reports
    /// what it has while it goes on to take what it was told since, and that does not mean that it never will.
    ///
    /// @param owned what the member says that it runs; null if it does not say
    static void step(StreamsGroup group, StreamsMember member, @Nullable Tasks owned, Moment now, Effects out) {
        Standing before = member.standing;
        Tasks target = group.targetOf(member.id);
        Standing.Free free = group.freeFor(member);
        boolean tookFirst = member.takesFirst;
        member.takesFirst = before.isToTakeFirst(target, free, member.said);
        if (member.takesFirst) {
            if (member.revocationDeadlineMs == StreamsMember.NEVER) {
                member.revocationDeadlineMs = now.nowMs() + member.profile.rebalanceTimeoutMs();
            }
            return;
        }
        Standing next = before.towards(group.targetEpoch, target, free, owned);
        if (!next.equals(before)) {
            group.stand(member, next);
            out.write(StreamsRecords.standing(group.id, member, now.wallMs()));
        }
        if (tookFirst || !next.pendingRevocation().equals(before.pendingRevocation())) {
            watchRevocation(member, now);
        }
    }

    /// A member that has to give something up is out unless it does so within its rebalance timeout from now.
    static void watchRevocation(StreamsMember member, Moment now) {
        member.revocationDeadlineMs = member.standing.state() == MemberState.UNREVOKED_TASKS
                ? now.nowMs() + member.profile.rebalanceTimeoutMs()
                : StreamsMember.NEVER;
    }
}
