package io.kurier.coordinator.group.streams.assignor;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/// What a task assignor has to go by. Unchangeable.
///
/// @param members by id
/// @param tasks by sub-topology how many, and whether they have state
/// @param current what each member was to run up to now; members that are gone or new are left out
/// @param standbyReplicas of each task with state
/// @param rackTags the tags that replicas of a task are spread over, the most important one first
public record TaskQuestion(
        SortedMap<String, Runner> members,
        SortedMap<String, Part> tasks,
        Map<String, Tasks> current,
        int standbyReplicas,
        List<String> rackTags) {
    /// A member: one thread of a process.
    ///
    /// @param tags of its process
    public record Runner(String processId, Map<String, String> tags) {}

    /// A sub-topology's tasks.
    ///
    /// @param count they are numbered from 0
    public record Part(int count, boolean stateful) {}

    /// What a member was to run up to now.
    Tasks currentOf(String member) {
        return current.getOrDefault(member, Tasks.NONE);
    }

    /// True if there is such a task.
    boolean exists(TaskId task) {
        Part part = tasks.get(task.subtopologyId());
        return part != null && task.partition() < part.count();
    }

    boolean isStateful(TaskId task) {
        Part part = tasks.get(task.subtopologyId());
        return part != null && part.stateful();
    }
}
