package io.kurier.coordinator.group.streams;

import io.kurier.coordinator.group.streams.assignor.TaskId;
import io.kurier.coordinator.group.streams.assignor.Tasks;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What one member may run now, and in which epoch it has come to that. It goes towards the group's target in steps, so
/// that no task is active at two, nor twice in one state directory: first the member gives up what is not its any more,
/// and says so; then it gets what others have given up (KIP-1071, reconciliation). A task that it has already only
/// changes its role. Unchangeable.
///
/// @param epoch the newest target that it has reached, as far as what it had to give up
/// @param previousEpoch the one before; a request may still name it, when the answer with the newer one was lost
/// @param assigned what it may run
/// @param pendingRevocation what it must give up, and may still run
record Standing(int epoch, int previousEpoch, MemberState state, Running assigned, Running pendingRevocation) {
    /// Of a member that has just come.
    static final Standing NEW = new Standing(0, -1, MemberState.STABLE, Running.NOTHING, Running.NOTHING);

    /// Which tasks a member could get.
    ///
    /// @param active true for a task that nobody else runs, nor must give up yet, where that would be in the way of
    ///     an active one
    /// @param other the same for standby and warm-up tasks
    /// @param wanted true for a task that somebody is to have
    record Free(Predicate<TaskId> active, Predicate<TaskId> other, Predicate<TaskId> wanted) {}

    /// The next step towards a target.
    ///
    /// @param targetEpoch of the target
    /// @param target what the member is to run in the end
    /// @param owned what the member says that it runs; null if it does not say
    Standing towards(int targetEpoch, Tasks target, Free free, @Nullable Tasks owned) {
        if (state == MemberState.STABLE && epoch == targetEpoch) {
            return this;
        }
        if (state == MemberState.UNREVOKED_TASKS && stillRuns(pendingRevocation, owned)) {
            return this;
        }
        Running kept = assigned.keptFor(target);
        Running revoked = assigned.revokedFor(target);
        if (!revoked.isEmpty() && stillRuns(revoked, owned)) {
            return new Standing(epoch, previousEpoch, MemberState.UNREVOKED_TASKS, kept, revoked);
        }
        SortedMap<TaskId, Integer> active = new TreeMap<>(kept.active());
        for (TaskId task : target.active()) {
            if (!active.containsKey(task) && free.active().test(task)) {
                active.put(task, targetEpoch);
            }
        }
        NavigableSet<TaskId> standby = withFree(kept.standby(), target.standby(), free.other());
        NavigableSet<TaskId> warmup = withFree(kept.warmup(), target.warmup(), free.other());
        standby.removeAll(active.keySet());
        warmup.removeAll(active.keySet());
        Running next = new Running(active, standby, warmup);
        return new Standing(
                targetEpoch,
                epoch == targetEpoch ? previousEpoch : epoch,
                next.tasks().containsAll(target) ? MemberState.STABLE : MemberState.UNRELEASED_TASKS,
                next,
                Running.NOTHING);
    }

    /// True if the member was told to run what others are to have by now, and has not said yet that it does.
    ///
    /// @param said what it said last that it runs; null if that is not known
    boolean isToTakeFirst(Tasks target, Free free, @Nullable Tasks said) {
        Tasks taken = said == null ? Tasks.NONE : said;
        return epoch > 0 && !assigned.revokedFor(target).isAmong(taken, free.wanted());
    }

    private static NavigableSet<TaskId> withFree(
            NavigableSet<TaskId> kept, NavigableSet<TaskId> wanted, Predicate<TaskId> isFree) {
        NavigableSet<TaskId> all = new TreeSet<>(kept);
        wanted.stream()
                .filter(task -> !kept.contains(task) && isFree.test(task))
                .forEach(all::add);
        return all;
    }

    private static boolean stillRuns(Running tasks, @Nullable Tasks owned) {
        return owned == null || tasks.meets(owned);
    }

    /// The epoch since which a task is active at the member, to run or to give up; -1 if it is not.
    int activeSince(TaskId task) {
        Integer since = assigned.active().get(task);
        Integer sinceRevoked = pendingRevocation.active().get(task);
        return since != null ? since : sinceRevoked != null ? sinceRevoked : -1;
    }

    /// Of a member that has left and is expected back: it runs nothing, and keeps what it had.
    Standing leftForNow() {
        return new Standing(StreamsMember.LEFT_FOR_NOW, epoch, MemberState.STABLE, assigned, Running.NOTHING);
    }

    /// Of the member that comes in the place of one that left for now.
    Standing takenOver() {
        return new Standing(0, 0, MemberState.STABLE, assigned, Running.NOTHING);
    }
}
