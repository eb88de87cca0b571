package io.kurier.coordinator.group.streams;

import io.kurier.coordinator.group.streams.assignor.StickyAssignor;
import io.kurier.coordinator.group.streams.assignor.TaskId;
import io.kurier.coordinator.group.streams.assignor.Tasks;
import io.kurier.coordinator.group.streams.topology.InternalTopic;
import io.kurier.coordinator.group.streams.topology.Plan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData.Assignment;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData.Endpoint;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData.KeyValue;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData.Member;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData.Subtopology;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData.TaskIds;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData.TaskOffset;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData.TopicInfo;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData.Topology;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.coordinator.group.generated.StreamsGroupTopologyValue;
import org.jspecify.annotations.Nullable;

/// Streams groups as StreamsGroupDescribe shows them.
public final class StreamsDescriptions {
    private StreamsDescriptions() {}

    /// The group with its topology, its members, what they run, and what they are to run.
    public static DescribedGroup describe(StreamsGroup group) {
        return new DescribedGroup()
                .setGroupId(group.id)
                .setGroupState(group.state())
                .setGroupEpoch(group.epoch)
                .setAssignmentEpoch(group.targetEpoch)
                .setAssignorName(StickyAssignor.NAME)
                .setTopology(topology(group))
                .setMembers(group.members().stream()
                        .map(member -> describe(group, member))
                        .toList());
    }

    private static @Nullable Topology topology(StreamsGroup group) {
        StreamsGroupTopologyValue topology = group.topology;
        if (topology == null) {
            return null;
        }
        Plan plan = group.plan;
        return new Topology()
                .setEpoch(topology.epoch())
                .setSubtopologies(
                        plan == null || plan.problem().isPresent()
                                ? null
                                : topology.subtopologies().stream()
                                        .map(part -> subtopology(part, plan))
                                        .toList());
    }

    private static Subtopology subtopology(StreamsGroupTopologyValue.Subtopology of, Plan plan) {
        Subtopology shown = new Subtopology()
                .setSubtopologyId(of.subtopologyId())
                .setRepartitionSinkTopics(of.repartitionSinkTopics());
        Plan.Part part = plan.parts().get(of.subtopologyId());
        if (part != null) {
            List<String> sources = new ArrayList<>(part.sources().keySet());
            part.repartitionSources().forEach(topic -> sources.remove(topic.name()));
            shown.setSourceTopics(sources)
                    .setRepartitionSourceTopics(topics(part.repartitionSources()))
                    .setStateChangelogTopics(topics(part.changelogs()));
        }
        return shown;
    }

    private static List<TopicInfo> topics(List<InternalTopic> topics) {
        return topics.stream()
                .map(topic -> new TopicInfo()
                        .setName(topic.name())
                        .setPartitions(topic.partitions())
                        .setReplicationFactor((short) Math.max(0, topic.replicationFactor()))
                        .setTopicConfigs(topic.configs().entrySet().stream()
                                .map(config ->
                                        new KeyValue().setKey(config.getKey()).setValue(config.getValue()))
                                .toList()))
                .toList();
    }

    private static Member describe(StreamsGroup group, StreamsMember member) {
        Profile.Origin origin = member.profile.origin();
        Profile.ClientProcess process = member.profile.process();
        return new Member()
                .setMemberId(member.id)
                .setMemberEpoch(member.standing.epoch())
                .setInstanceId(origin.instanceId())
                .setRackId(origin.rackId())
                .setClientId(origin.clientId())
                .setClientHost(origin.clientHost())
                .setTopologyEpoch(member.profile.topologyEpoch())
                .setProcessId(process.id())
                .setUserEndpoint(
                        process.endpoint() == null
                                ? null
                                : new Endpoint()
                                        .setHost(process.endpoint().host())
                                        .setPort(process.endpoint().port()))
                .setClientTags(process.tags().entrySet().stream()
                        .map(tag -> new KeyValue().setKey(tag.getKey()).setValue(tag.getValue()))
                        .toList())
                .setTaskOffsets(offsets(member.offsets))
                .setTaskEndOffsets(offsets(member.endOffsets))
                .setAssignment(assignment(member.standing.assigned().tasks()))
                .setTargetAssignment(assignment(group.targetOf(member.id)));
    }

    private static List<TaskOffset> offsets(List<StreamsGroupHeartbeatRequestData.TaskOffset> said) {
        return said.stream()
                .map(task -> new TaskOffset()
                        .setSubtopologyId(task.subtopologyId())
                        .setPartition(task.partition())
                        .setOffset(task.offset()))
                .toList();
    }

    private static Assignment assignment(Tasks tasks) {
        return new Assignment()
                .setActiveTasks(tasks(tasks.active()))
                .setStandbyTasks(tasks(tasks.standby()))
                .setWarmupTasks(tasks(tasks.warmup()));
    }

    private static List<TaskIds> tasks(Collection<TaskId> tasks) {
        return StreamsRecords.bySubtopology(tasks).entrySet().stream()
                .map(part -> new TaskIds().setSubtopologyId(part.getKey()).setPartitions(part.getValue()))
                .toList();
    }
}
