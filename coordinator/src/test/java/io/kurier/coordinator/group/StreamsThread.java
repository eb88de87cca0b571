package io.kurier.coordinator.group;

import io.kurier.coordinator.Caller;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Endpoint;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.KeyValue;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.TaskIds;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Topology;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatResponseData.Status;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// A thread of a Kafka Streams application, a member of the group `g`, by hand. It runs what the last answer told it,
/// as soon as it says so in its next heartbeat. Tasks are written `sub-topology_partition`.
final class StreamsThread {
    private final StreamsFixture streams;
    final String id;
    final String process;
    Topology topology;
    int epoch;
    int endpointEpoch = -1;
    int rebalanceTimeoutMs = 60_000;

    @Nullable
    String instanceId;

    @Nullable
    Endpoint endpoint;

    Map<String, String> tags = Map.of();
    boolean shutdown;
    /// What it was told last, and what it says that it runs.
    Roles told = Roles.none();

    Roles runs = Roles.none();
    StreamsGroupHeartbeatResponseData last = new StreamsGroupHeartbeatResponseData();

    record Roles(SortedSet<String> active, SortedSet<String> standby, SortedSet<String> warmup) {
        static Roles none() {
            return new Roles(new TreeSet<>(), new TreeSet<>(), new TreeSet<>());
        }
    }

    StreamsThread(StreamsFixture streams, String process, String id) {
        this.streams = streams;
        this.process = process;
        this.id = id;
        this.topology = streams.topology;
    }

    /// Comes, and runs at once what it is told.
    StreamsThread join() {
        epoch = 0;
        runs = Roles.none();
        told = Roles.none();
        heard(send(whole().setTopology(topology)));
        return this;
    }

    /// Says what it runs; takes over what it is told. Says everything if the coordinator has just begun. Answers the
    /// error.
    Errors beat() {
        StreamsGroupHeartbeatRequestData request = small();
        if (!runs.equals(told)) {
            runs = told;
            say(request);
        }
        Errors error = heard(send(request));
        return error == Errors.COORDINATOR_LOAD_IN_PROGRESS ? heard(send(whole())) : error;
    }

    Errors leave(int withEpoch) {
        epoch = withEpoch;
        last = send(small());
        runs = Roles.none();
        told = Roles.none();
        return Errors.forCode(last.errorCode());
    }

    StreamsGroupHeartbeatRequestData small() {
        return new StreamsGroupHeartbeatRequestData()
                .setGroupId(GroupFixture.GROUP)
                .setMemberId(id)
                .setMemberEpoch(epoch)
                .setEndpointInformationEpoch(endpointEpoch)
                .setInstanceId(instanceId)
                .setShutdownApplication(shutdown);
    }

    StreamsGroupHeartbeatRequestData whole() {
        StreamsGroupHeartbeatRequestData request = small().setRebalanceTimeoutMs(rebalanceTimeoutMs)
                .setProcessId(process)
                .setUserEndpoint(endpoint)
                .setClientTags(tags.entrySet().stream()
                        .map(tag -> new KeyValue().setKey(tag.getKey()).setValue(tag.getValue()))
                        .toList());
        say(request);
        return request;
    }

    private void say(StreamsGroupHeartbeatRequestData request) {
        request.setActiveTasks(ids(runs.active))
                .setStandbyTasks(ids(runs.standby))
                .setWarmupTasks(ids(runs.warmup));
    }

    StreamsGroupHeartbeatResponseData send(StreamsGroupHeartbeatRequestData request) {
        return streams.groups.now(streams.streams.heartbeat(new Caller((short) 1, id, "/127.0.0.1"), request));
    }

    Errors heard(StreamsGroupHeartbeatResponseData answer) {
        last = answer;
        if (answer.errorCode() == 0) {
            epoch = answer.memberEpoch();
            endpointEpoch = answer.endpointInformationEpoch();
            if (answer.activeTasks() != null) {
                told = new Roles(
                        names(answer.activeTasks()), names(answer.standbyTasks()), names(answer.warmupTasks()));
            }
        }
        return Errors.forCode(answer.errorCode());
    }

    /// The codes of the answer's statuses.
    List<Integer> statuses() {
        return last.status() == null
                ? List.of()
                : last.status().stream()
                        .map(Status::statusCode)
                        .map(Byte::intValue)
                        .toList();
    }

    Errors commit(int withEpoch, TopicPartition partition) {
        OffsetCommitRequestData request = new OffsetCommitRequestData()
                .setGroupId(GroupFixture.GROUP)
                .setMemberId(id)
                .setGenerationIdOrMemberEpoch(withEpoch)
                .setTopics(List.of(new OffsetCommitRequestTopic()
                        .setName(partition.topic())
                        .setPartitions(List.of(new OffsetCommitRequestPartition()
                                .setPartitionIndex(partition.partition())
                                .setCommittedOffset(7)))));
        return Errors.forCode(streams.groups
                .now(streams.groups.coordinator.commitOffsets(new Caller((short) 9, id, "/127.0.0.1"), request))
                .topics()
                .getFirst()
                .partitions()
                .getFirst()
                .errorCode());
    }

    private static List<TaskIds> ids(SortedSet<String> tasks) {
        SortedMap<String, List<Integer>> parts = new TreeMap<>();
        for (String task : tasks) {
            String[] of = task.split("_", 2);
            parts.computeIfAbsent(of[0], part -> new ArrayList<>()).add(Integer.parseInt(of[1]));
        }
        return parts.entrySet().stream()
                .map(part -> new TaskIds().setSubtopologyId(part.getKey()).setPartitions(part.getValue()))
                .toList();
    }

    private static SortedSet<String> names(List<StreamsGroupHeartbeatResponseData.TaskIds> tasks) {
        SortedSet<String> names = new TreeSet<>();
        tasks.forEach(
                task -> task.partitions().forEach(partition -> names.add(task.subtopologyId() + "_" + partition)));
        return names;
    }
}
