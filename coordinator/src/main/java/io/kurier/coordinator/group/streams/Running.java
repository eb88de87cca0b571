package io.kurier.coordinator.group.streams;

import io.kurier.coordinator.group.streams.assignor.TaskId;
import io.kurier.coordinator.group.streams.assignor.Tasks;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Tasks that a member has, by role. Unchangeable.
///
/// @param active those that it may process, and in which epoch it got each
record Running(SortedMap<TaskId, Integer> active, NavigableSet<TaskId> standby, NavigableSet<TaskId> warmup) {
    static final Running NOTHING = new Running(new TreeMap<>(), new TreeSet<>(), new TreeSet<>());

    Running {
        active = Collections.unmodifiableSortedMap(active);
        standby = Collections.unmodifiableNavigableSet(standby);
        warmup = Collections.unmodifiableNavigableSet(warmup);
    }

    /// What a member keeps on its way to what is wanted. Whoever has a task's state does not give it up to get it in
    /// another role (KAFKA-20665): standby and warm-up tasks become each other at once, and stay until the member gets
    /// the active task; an active task becomes one of those while it is given up.
    Running keptFor(Tasks wanted) {
        SortedMap<TaskId, Integer> sameActive = new TreeMap<>(active);
        sameActive.keySet().retainAll(wanted.active());
        return new Running(
                sameActive,
                others(standby, warmup, wanted.standby(), wanted.active()),
                others(warmup, standby, wanted.warmup(), wanted.active()));
    }

    private NavigableSet<TaskId> others(
            NavigableSet<TaskId> had, NavigableSet<TaskId> alike, NavigableSet<TaskId> wanted, Set<TaskId> promoted) {
        NavigableSet<TaskId> kept = new TreeSet<>(wanted);
        kept.removeIf(task -> !had.contains(task) && !alike.contains(task) && !active.containsKey(task));
        had.stream()
                .filter(task -> promoted.contains(task) && !active.containsKey(task))
                .forEach(kept::add);
        return kept;
    }

    /// What a member has to give up on its way to what is wanted, before it gets anything new.
    Running revokedFor(Tasks wanted) {
        SortedMap<TaskId, Integer> otherActive = new TreeMap<>(active);
        otherActive.keySet().removeAll(wanted.active());
        NavigableSet<TaskId> otherStandby = new TreeSet<>(standby);
        otherStandby.removeIf(wanted::contains);
        NavigableSet<TaskId> otherWarmup = new TreeSet<>(warmup);
        otherWarmup.removeIf(wanted::contains);
        return new Running(otherActive, otherStandby, otherWarmup);
    }

    /// True if a member that says that it runs these has taken all of this, but for what nobody wants.
    boolean isAmong(Tasks owned, Predicate<TaskId> wanted) {
        return active.keySet().stream().allMatch(task -> owned.active().contains(task) || !wanted.test(task))
                && Stream.concat(standby.stream(), warmup.stream())
                        .allMatch(task -> owned.contains(task) || !wanted.test(task));
    }

    /// True if all that a member says that it runs is among these, or was, in another role that need not be given up.
    boolean couldHaveBeen(Tasks owned) {
        return active.keySet().containsAll(owned.active())
                && owned.standby().stream().allMatch(this::has)
                && owned.warmup().stream().allMatch(this::has);
    }

    private boolean has(TaskId task) {
        return active.containsKey(task) || standby.contains(task) || warmup.contains(task);
    }

    /// True if some of them are among those that a member says that it runs.
    boolean meets(Tasks owned) {
        return active.keySet().stream().anyMatch(owned.active()::contains)
                || standby.stream().anyMatch(owned.standby()::contains)
                || warmup.stream().anyMatch(owned.warmup()::contains);
    }

    boolean isEmpty() {
        return active.isEmpty() && standby.isEmpty() && warmup.isEmpty();
    }

    Tasks tasks() {
        return new Tasks(new TreeSet<>(active.keySet()), standby, warmup);
    }

    /// Each task in each role.
    void forEach(Consumer<TaskId> ofActive, Consumer<TaskId> ofOthers) {
        active.keySet().forEach(ofActive);
        standby.forEach(ofOthers);
        warmup.forEach(ofOthers);
    }
}
