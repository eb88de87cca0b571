package io.kurier.coordinator.group.streams.assignor;

import java.util.Comparator;

/// One task: a sub-topology over the partitions of one number of all its source topics.
public record TaskId(String subtopologyId, int partition) implements Comparable<TaskId> {
    private static final Comparator<TaskId> ORDER =
            Comparator.comparing(TaskId::subtopologyId).thenComparingInt(TaskId::partition);

    @Override
    public int compareTo(TaskId other) {
        return ORDER.compare(this, other);
    }
}
