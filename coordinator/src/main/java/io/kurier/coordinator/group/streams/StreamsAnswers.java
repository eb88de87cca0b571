package io.kurier.coordinator.group.streams;

import io.kurier.coordinator.group.streams.assignor.TaskId;
import io.kurier.coordinator.group.streams.assignor.Tasks;
import io.kurier.coordinator.group.streams.topology.Plan;
import io.kurier.coordinator.group.streams.topology.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData.Endpoint;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData.EndpointToPartitions;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData.Status;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData.TaskIds;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData.TopicPartition;
import org.jspecify.annotations.Nullable;

/// StreamsGroupHeartbeat's words for tasks, statuses and endpoints.
final class StreamsAnswers {
    private StreamsAnswers() {}

    /// What a member says that it runs; null if it does not say.
    static @Nullable Tasks owned(StreamsGroupHeartbeatRequestData request) {
        if (request.activeTasks() == null || request.standbyTasks() == null || request.warmupTasks() == null) {
            return null;
        }
        return new Tasks(owned(request.activeTasks()), owned(request.standbyTasks()), owned(request.warmupTasks()));
    }

    private static NavigableSet<TaskId> owned(List<StreamsGroupHeartbeatRequestData.TaskIds> said) {
        NavigableSet<TaskId> tasks = new TreeSet<>();
        said.forEach(task ->
                task.partitions().forEach(partition -> tasks.add(new TaskId(task.subtopologyId(), partition))));
        return tasks;
    }

    /// Tells a member what it may run.
    static void tasks(StreamsGroupHeartbeatResponseData answer, Running running) {
        answer.setActiveTasks(tasks(running.active().keySet()))
                .setStandbyTasks(tasks(running.standby()))
                .setWarmupTasks(tasks(running.warmup()));
    }

    private static List<TaskIds> tasks(Collection<TaskId> tasks) {
        return StreamsRecords.bySubtopology(tasks).entrySet().stream()
                .map(part -> new TaskIds().setSubtopologyId(part.getKey()).setPartitions(part.getValue()))
                .toList();
    }

    static Status status(Problem problem) {
        return new Status().setStatusCode(problem.kind().code()).setStatusDetail(problem.detail());
    }

    /// Where the state of which partitions can be asked for: for each member with an endpoint.
    static List<EndpointToPartitions> endpoints(StreamsGroup group) {
        List<EndpointToPartitions> all = new ArrayList<>();
        Plan plan = group.plan;
        for (StreamsMember member : group.members()) {
            Profile.Endpoint endpoint = member.profile.process().endpoint();
            if (endpoint != null && plan != null) {
                Running running = member.standing.assigned();
                NavigableSet<TaskId> standby = new TreeSet<>(running.standby());
                standby.addAll(running.warmup());
                all.add(new EndpointToPartitions()
                        .setUserEndpoint(new Endpoint().setHost(endpoint.host()).setPort(endpoint.port()))
                        .setActivePartitions(partitions(running.active().keySet(), plan))
                        .setStandbyPartitions(partitions(standby, plan)));
            }
        }
        return all;
    }

    private static List<TopicPartition> partitions(Collection<TaskId> tasks, Plan plan) {
        SortedMap<String, List<Integer>> topics = new TreeMap<>();
        for (TaskId task : tasks) {
            Plan.Part part = plan.parts().get(task.subtopologyId());
            if (part != null) {
                part.sourcesOf(task.partition())
                        .forEach(topic -> topics.computeIfAbsent(topic, name -> new ArrayList<>())
                                .add(task.partition()));
            }
        }
        return topics.entrySet().stream()
                .map(topic -> new TopicPartition().setTopic(topic.getKey()).setPartitions(topic.getValue()))
                .toList();
    }
}
