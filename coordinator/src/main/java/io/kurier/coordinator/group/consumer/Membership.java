package io.kurier.coordinator.group.consumer;

import io.kurier.coordinator.group.GroupConfigs;
import io.kurier.coordinator.group.classic.GroupEvent;
import io.kurier.coordinator.group.classic.GroupEvent.Kind;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.runtime.Effects;
import io.kurier.coordinator.runtime.Moment;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// How members of a consumer group come, go on and go, whichever protocol they speak; every step is stored.
final class Membership {
    private final ConsumerSettings settings;
    private final GroupConfigs configs;

    Membership(ConsumerSettings settings, GroupConfigs configs) {
        this.settings = settings;
        this.configs = configs;
    }

    /// True if the group takes one more member.
    boolean hasRoom(ConsumerGroup group) {
        return group.size() < settings.maxSize();
    }

    int heartbeatIntervalMs(ConsumerGroup group) {
        return configs.integer(group.id, "consumer.heartbeat.interval.ms", settings.heartbeatIntervalMs());
    }

    /// A member that nobody knew, and that has still to [tell][#tell] what it wants: with that it is stored.
    static ConsumerMember arrive(ConsumerGroup group, String memberId, Profile profile, Moment now) {
        ConsumerMember member = new ConsumerMember(memberId, profile);
        group.put(member);
        group.remember(
                now.wallMs(),
                Kind.JOINED,
                memberId,
                GroupEvent.from(profile.origin().clientId(), profile.origin().clientHost()));
        return member;
    }

    /// A member that takes over what its predecessor under the same instance id had.
    static ConsumerMember replace(
            ConsumerGroup group, ConsumerMember before, String memberId, Moment now, Effects out) {
        ConsumerMember member = new ConsumerMember(memberId, before.profile);
        Standing standing = before.standing;
        var target = group.targetOf(before.id);
        group.remove(before);
        ConsumerRecords.noMember(group.id, before.id, now.wallMs()).forEach(out::write);
        group.put(member);
        group.setTarget(member.id, target);
        group.stand(member, standing.takenOver());
        out.write(ConsumerRecords.member(group.id, member, now.wallMs()));
        out.write(ConsumerRecords.target(group.id, member.id, target, now.wallMs()));
        out.write(ConsumerRecords.standing(group.id, member, now.wallMs()));
        group.remember(now.wallMs(), Kind.REPLACED, member.id, "takes over from " + before.id);
        return member;
    }

    static void remove(ConsumerGroup group, ConsumerMember member, Kind kind, String why, Moment now, Effects out) {
        group.remove(member);
        ConsumerRecords.noMember(group.id, member.id, now.wallMs()).forEach(out::write);
        group.remember(now.wallMs(), kind, member.id, why);
    }

    /// Takes over what a member says of itself; true if it wants something else than before.
    static boolean tell(ConsumerGroup group, ConsumerMember member, Profile told, Moment now, Effects out) {
        Profile before = member.profile;
        if (told.equals(before)) {
            return false;
        }
        member.profile = told;
        group.put(member);
        out.write(ConsumerRecords.member(group.id, member, now.wallMs()));
        return !told.wishes().equals(before.wishes());
    }

    /// Lets a member go as far towards the group's target as it may now.
    ///
    /// @param owned what it says that it reads; null if it does not say
    static void reconcile(
            ConsumerGroup group, ConsumerMember member, @Nullable Set<Place> owned, Moment now, Effects out) {
        if (owned != null) {
            member.untaken.removeAll(owned);
            member.isUnheard = false;
        }
        boolean tookFirst = member.takesFirst;
        member.takesFirst = takesFirst(group, member);
        if (member.takesFirst) {
            if (!tookFirst && member.revocationDeadlineMs == ConsumerMember.NEVER) {
                member.revocationDeadlineMs = now.nowMs() + member.profile.rebalanceTimeoutMs();
            }
            return;
        }
        Standing before = member.standing;
        Standing next = next(group, member, owned);
        if (!next.equals(before)) {
            group.stand(member, next);
            member.knowsItsEpoch &= next.epoch() == before.epoch();
            out.write(ConsumerRecords.standing(group.id, member, now.wallMs()));
            tells(member, before.assigned().keySet(), owned);
        }
        if (tookFirst || !next.pendingRevocation().equals(before.pendingRevocation())) {
            watchRevocation(member, now);
        }
    }

    /// What a restored member has taken it has to say.
    static void restored(ConsumerMember member) {
        if (!member.isClassic()) {
            member.isUnheard = true;
            member.untaken.addAll(member.standing.assigned().keySet());
        }
    }

    /// True if a member that does not say what it reads is to be asked for it, once: one that does not say it then has
    /// taken all that it was told.
    boolean asksForAll(ConsumerGroup group, ConsumerMember member, Moment now, Effects out) {
        if (!member.isUnheard) {
            return false;
        }
        boolean asks = !member.isAsked;
        if (asks) {
            heardOf(group, member, now, out);
        } else {
            member.isUnheard = false;
            member.untaken.clear();
        }
        member.isAsked = true;
        return asks;
    }

    /// True for a member of the new protocol that has not taken what others are to read by now. A client reports what
    /// it has while it goes on to take what it was told since: that report does not mean that it never will.
    private static boolean takesFirst(ConsumerGroup group, ConsumerMember member) {
        return member.untaken.stream()
                .anyMatch(place -> !group.targetOf(member.id).contains(place) && group.isInATarget(place));
    }

    private static void tells(ConsumerMember member, Set<Place> before, @Nullable Set<Place> owned) {
        Set<Place> assigned = member.standing.assigned().keySet();
        member.untaken.retainAll(assigned);
        if (!member.isClassic()) {
            assigned.stream()
                    .filter(place -> !before.contains(place) && (owned == null || !owned.contains(place)))
                    .forEach(member.untaken::add);
        }
    }

    /// Where a member would stand if it reported now.
    static Standing next(ConsumerGroup group, ConsumerMember member, @Nullable Set<Place> owned) {
        return member.standing.towards(
                group.targetEpoch, group.targetOf(member.id), place -> group.isFreeFor(member, place), owned);
    }

    static void watchRevocation(ConsumerMember member, Moment now) {
        member.revocationDeadlineMs = member.standing.state() == MemberState.UNREVOKED_PARTITIONS
                ? now.nowMs() + member.profile.rebalanceTimeoutMs()
                : ConsumerMember.NEVER;
    }

    /// Puts the end of a member's session off.
    void heardOf(ConsumerGroup group, ConsumerMember member, Moment now, Effects out) {
        Profile.Classic classic = member.profile.classic();
        int sessionMs = classic == null
                ? configs.integer(group.id, "consumer.session.timeout.ms", settings.sessionTimeoutMs())
                : classic.sessionTimeoutMs();
        member.sessionDeadlineMs = now.nowMs() + sessionMs;
        arm(group, member.deadlineMs(), out);
    }

    static void arm(ConsumerGroup group, long deadlineMs, Effects out) {
        if (group.arms(deadlineMs)) {
            out.wakeAt(ConsumerProtocol.wakeKey(group.id), deadlineMs);
        }
    }
}
