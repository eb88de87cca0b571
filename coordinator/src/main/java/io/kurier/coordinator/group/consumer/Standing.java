package io.kurier.coordinator.group.consumer;

import io.kurier.coordinator.group.consumer.assignor.Place;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What one member may read now, and in which epoch it has come to that. It goes towards the group's target in steps,
/// so that no partition is read by two: first the member gives up what is not its any more, and says so; then it gets
/// what others have given up (KIP-848, reconciliation). Unchangeable.
///
/// @param epoch the newest target that it has reached, as far as what it had to give up
/// @param previousEpoch the one before; a request may still name it, when the answer with the newer one was lost
/// @param assigned what it may read, and in which epoch it got each
/// @param pendingRevocation what it must give up, and may still read
record Standing(
        int epoch,
        int previousEpoch,
        MemberState state,
        SortedMap<Place, Integer> assigned,
        SortedMap<Place, Integer> pendingRevocation) {
    private static final SortedMap<Place, Integer> NOTHING = Collections.unmodifiableSortedMap(new TreeMap<>());

    /// Of a member that has just come.
    static final Standing NEW = new Standing(0, -1, MemberState.STABLE, NOTHING, NOTHING);

    Standing {
        assigned = Collections.unmodifiableSortedMap(assigned);
        pendingRevocation = Collections.unmodifiableSortedMap(pendingRevocation);
    }

    /// The next step towards a target.
    ///
    /// @param targetEpoch of the target
    /// @param target what the member is to read in the end
    /// @param isFree true for a partition that no other member has, nor must give up yet
    /// @param owned what the member says that it reads; null if it does not say
    Standing towards(int targetEpoch, NavigableSet<Place> target, Predicate<Place> isFree, @Nullable Set<Place> owned) {
        if (state == MemberState.STABLE && epoch == targetEpoch) {
            return this;
        }
        if (state == MemberState.UNREVOKED_PARTITIONS && stillReads(pendingRevocation, owned)) {
            return this;
        }
        SortedMap<Place, Integer> kept = new TreeMap<>();
        SortedMap<Place, Integer> revoked = new TreeMap<>();
        assigned.forEach((place, since) -> (target.contains(place) ? kept : revoked).put(place, since));
        if (!revoked.isEmpty() && stillReads(revoked, owned)) {
            return new Standing(epoch, previousEpoch, MemberState.UNREVOKED_PARTITIONS, kept, revoked);
        }
        boolean all = true;
        for (Place place : target) {
            if (!kept.containsKey(place)) {
                if (isFree.test(place)) {
                    kept.put(place, targetEpoch);
                } else {
                    all = false;
                }
            }
        }
        return new Standing(
                targetEpoch,
                epoch == targetEpoch ? previousEpoch : epoch,
                all ? MemberState.STABLE : MemberState.UNRELEASED_PARTITIONS,
                kept,
                NOTHING);
    }

    private static boolean stillReads(SortedMap<Place, Integer> places, @Nullable Set<Place> owned) {
        return owned == null || places.keySet().stream().anyMatch(owned::contains);
    }

    /// True if a partition is the member's, to read or to give up.
    boolean has(Place place) {
        return assigned.containsKey(place) || pendingRevocation.containsKey(place);
    }

    /// Of a member that has left and is expected back: it reads nothing, and keeps what it had.
    Standing leftForNow() {
        return new Standing(ConsumerMember.LEFT_FOR_NOW, epoch, MemberState.STABLE, assigned, NOTHING);
    }

    /// Of the member that comes in the place of one that left for now.
    Standing takenOver() {
        return new Standing(0, 0, MemberState.STABLE, assigned, NOTHING);
    }
}
