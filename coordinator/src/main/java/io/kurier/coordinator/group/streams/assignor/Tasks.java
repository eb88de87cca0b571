package io.kurier.coordinator.group.streams.assignor;

import java.util.Collections;
import java.util.NavigableSet;
import java.util.TreeSet;

/// Tasks of one member by role. Unchangeable.
///
/// @param active those that it processes
/// @param standby those whose state it keeps up to date, to take over
/// @param warmup those whose state it restores, to become active in the end
public record Tasks(NavigableSet<TaskId> active, NavigableSet<TaskId> standby, NavigableSet<TaskId> warmup) {
    /// No tasks at all.
    public static final Tasks NONE = new Tasks(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());

    public Tasks {
        active = Collections.unmodifiableNavigableSet(active);
        standby = Collections.unmodifiableNavigableSet(standby);
        warmup = Collections.unmodifiableNavigableSet(warmup);
    }

    /// True if there is none.
    public boolean isEmpty() {
        return active.isEmpty() && standby.isEmpty() && warmup.isEmpty();
    }

    /// True if the task is among them, in whatever role.
    public boolean contains(TaskId task) {
        return active.contains(task) || standby.contains(task) || warmup.contains(task);
    }

    /// True if each of the others is among these, in the same role.
    public boolean containsAll(Tasks others) {
        return active.containsAll(others.active)
                && standby.containsAll(others.standby)
                && warmup.containsAll(others.warmup);
    }
}
