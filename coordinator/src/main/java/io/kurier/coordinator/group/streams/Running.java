package io.kurier.coordinator.group.streams;

import io.kurier.coordinator.group.streams.assignor.TaskId;
import io.kurier.coordinator.group.streams.assignor.Tasks;
import java.util.Collections;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

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

    /// Those that are wanted in the same role, or those that are not.
    Running where(Tasks wanted, boolean among) {
        SortedMap<TaskId, Integer> someActive = new TreeMap<>(active);
        someActive.keySet().removeIf(task -> wanted.active().contains(task) != among);
        NavigableSet<TaskId> someStandby = new TreeSet<>(standby);
        someStandby.removeIf(task -> wanted.standby().contains(task) != among);
        NavigableSet<TaskId> someWarmup = new TreeSet<>(warmup);
        someWarmup.removeIf(task -> wanted.warmup().contains(task) != among);
        return new Running(someActive, someStandby, someWarmup);
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
