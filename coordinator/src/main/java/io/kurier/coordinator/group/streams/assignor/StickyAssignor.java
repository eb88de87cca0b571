package io.kurier.coordinator.group.streams.assignor;

import io.kurier.coordinator.group.streams.assignor.TaskQuestion.Part;
import io.kurier.coordinator.group.streams.assignor.TaskQuestion.Runner;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/// Gives all members as many active tasks, or one more, so that processes have them by their threads. Tasks stay where
/// they are, or go to where their state is; standby replicas go to other processes than the active task, and where
/// there are rack tags to others of those. Pure: the same question has the same answer.
public final class StickyAssignor {
    /// What groups ask for it by.
    public static final String NAME = "sticky";

    private final TaskQuestion question;
    private final SortedMap<String, Load> loads = new TreeMap<>();
    private final Map<TaskId, Load> owners = new HashMap<>();
    private int membersThatMayHaveOneMore;
    private int each;

    private StickyAssignor(TaskQuestion question) {
        this.question = question;
    }

    /// For each member of the question its tasks, perhaps none.
    public static SortedMap<String, Tasks> assign(TaskQuestion question) {
        StickyAssignor work = new StickyAssignor(question);
        if (!question.members().isEmpty()) {
            work.assignActive();
            work.assignStandby();
        }
        SortedMap<String, Tasks> answer = new TreeMap<>();
        work.loads.forEach((member, load) -> answer.put(member, load.tasks()));
        return answer;
    }

    // ---- active tasks

    private void assignActive() {
        question.members().forEach((member, runner) -> loads.put(member, new Load(member, runner)));
        int total = question.tasks().values().stream().mapToInt(Part::count).sum();
        each = total / loads.size();
        membersThatMayHaveOneMore = total % loads.size();
        List<Load> mostFirst = loads.values().stream()
                .sorted(Comparator.comparingInt((Load load) ->
                                question.currentOf(load.member).active().size())
                        .reversed())
                .toList();
        mostFirst.forEach(this::keep);
        List<TaskId> open =
                allTasks().stream().filter(task -> !owners.containsKey(task)).toList();
        List<TaskId> homeless =
                open.stream().filter(task -> !giveToItsState(task)).toList();
        homeless.forEach(this::giveToWhoHasLeast);
    }

    private List<TaskId> allTasks() {
        List<TaskId> all = new ArrayList<>();
        question.tasks().forEach((subtopology, part) -> {
            for (int partition = 0; partition < part.count(); partition++) {
                all.add(new TaskId(subtopology, partition));
            }
        });
        return all;
    }

    /// A member keeps what it had, as far as its share allows: of each sub-topology its share first, and rather what
    /// has state.
    private void keep(Load load) {
        List<TaskId> had = question.currentOf(load.member).active().stream()
                .filter(task -> question.exists(task) && !owners.containsKey(task))
                .sorted(Comparator.comparing((TaskId task) -> !question.isStateful(task)))
                .toList();
        for (TaskId task : had) {
            if (hasRoom(load) && load.activeOf(task.subtopologyId()) < shareOf(task.subtopologyId())) {
                give(task, load);
            }
        }
        for (TaskId task : had) {
            if (hasRoom(load) && !owners.containsKey(task)) {
                give(task, load);
            }
        }
    }

    private int shareOf(String subtopologyId) {
        return Math.ceilDiv(
                Objects.requireNonNull(question.tasks().get(subtopologyId)).count(), loads.size());
    }

    /// To a member of a process that kept the task's state, if one has room: it was active there in another thread, or
    /// on standby.
    private boolean giveToItsState(TaskId task) {
        if (!question.isStateful(task)) {
            return false;
        }
        Set<String> processes = new HashSet<>();
        Set<String> members = new HashSet<>();
        question.current().forEach((member, tasks) -> {
            Runner runner = question.members().get(member);
            if (runner != null
                    && (tasks.active().contains(task)
                            || tasks.standby().contains(task)
                            || tasks.warmup().contains(task))) {
                processes.add(runner.processId());
                members.add(member);
            }
        });
        Optional<Load> to = loads.values().stream()
                .filter(load -> processes.contains(load.runner.processId()) && hasRoom(load))
                .min(Comparator.comparing((Load load) -> !members.contains(load.member))
                        .thenComparing(Load.LEAST_ACTIVE));
        to.ifPresent(load -> give(task, load));
        return to.isPresent();
    }

    /// To whoever has least, of several to whoever has fewest of the same sub-topology.
    private void giveToWhoHasLeast(TaskId task) {
        give(
                task,
                loads.values().stream()
                        .min(Comparator.comparingInt((Load load) -> load.active.size())
                                .thenComparingLong(load -> load.activeOf(task.subtopologyId()))
                                .thenComparing(load -> load.member))
                        .orElseThrow());
    }

    private boolean hasRoom(Load load) {
        return load.active.size() < each || load.active.size() == each && membersThatMayHaveOneMore > 0;
    }

    private void give(TaskId task, Load load) {
        load.active.add(task);
        owners.put(task, load);
        if (load.active.size() == each + 1) {
            membersThatMayHaveOneMore--;
        }
    }

    // ---- standby tasks

    private void assignStandby() {
        if (question.standbyReplicas() <= 0) {
            return;
        }
        List<TaskId> stateful = allTasks().stream().filter(question::isStateful).toList();
        int share = Math.ceilDiv(stateful.size() * question.standbyReplicas(), loads.size());
        for (TaskId task : stateful) {
            Load owner = Objects.requireNonNull(owners.get(task));
            List<Runner> holders = new ArrayList<>(List.of(owner.runner));
            for (int replica = 0; replica < question.standbyReplicas(); replica++) {
                Optional<Load> to = loads.values().stream()
                        .filter(load -> holders.stream()
                                .noneMatch(holder -> holder.processId().equals(load.runner.processId())))
                        .min(Comparator.comparingInt((Load load) -> sharedTags(load.runner, holders))
                                .thenComparing(load -> load.standby.size() >= share
                                        || !question.currentOf(load.member)
                                                .standby()
                                                .contains(task))
                                .thenComparing(Load.LEAST));
                if (to.isEmpty()) {
                    break;
                }
                to.get().standby.add(task);
                holders.add(to.get().runner);
            }
        }
    }

    /// How many of the tags a process shares with those that have the task.
    private int sharedTags(Runner runner, List<Runner> holders) {
        int shared = 0;
        for (String tag : question.rackTags()) {
            for (Runner holder : holders) {
                if (Objects.equals(runner.tags().get(tag), holder.tags().get(tag))) {
                    shared++;
                }
            }
        }
        return shared;
    }

    private static final class Load {
        static final Comparator<Load> LEAST_ACTIVE =
                Comparator.comparingInt((Load load) -> load.active.size()).thenComparing(load -> load.member);
        static final Comparator<Load> LEAST = Comparator.comparingInt(
                        (Load load) -> load.active.size() + load.standby.size())
                .thenComparing(load -> load.member);

        final String member;
        final Runner runner;
        final TreeSet<TaskId> active = new TreeSet<>();
        final TreeSet<TaskId> standby = new TreeSet<>();

        Load(String member, Runner runner) {
            this.member = member;
            this.runner = runner;
        }

        long activeOf(String subtopologyId) {
            return active.stream()
                    .filter(task -> task.subtopologyId().equals(subtopologyId))
                    .count();
        }

        Tasks tasks() {
            return new Tasks(active, standby, new TreeSet<>());
        }
    }
}
