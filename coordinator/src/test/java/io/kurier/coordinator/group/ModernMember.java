package io.kurier.coordinator.group;

import io.kurier.coordinator.Caller;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData.TopicPartitions;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// A member of the group `g` that speaks the new protocol, by hand. What it reads is what the last answer told it, as
/// soon as it says so in its next heartbeat.
final class ModernMember {
    private final GroupFixture groups;
    final String id;
    int epoch;
    List<String> topics = List.of("t");

    @Nullable
    String pattern;

    @Nullable
    String instanceId;

    @Nullable
    String assignor;

    int rebalanceTimeoutMs = 60_000;
    /// What it reads, as it says it.
    final Set<TopicPartition> reads = new HashSet<>();
    /// What it was told last.
    final Set<TopicPartition> told = new HashSet<>();
    ConsumerGroupHeartbeatResponseData last = new ConsumerGroupHeartbeatResponseData();

    ModernMember(GroupFixture groups, String id) {
        this.groups = groups;
        this.id = id;
    }

    /// Comes, and reads at once what it is told.
    ModernMember join() {
        epoch = 0;
        reads.clear();
        told.clear();
        heard(send(whole()));
        return this;
    }

    /// Says what it reads; takes over what it is told. Says everything if the coordinator has just begun. Answers the
    /// error.
    Errors beat() {
        ConsumerGroupHeartbeatRequestData request = small();
        if (!reads.equals(told)) {
            reads.clear();
            reads.addAll(told);
            request.setTopicPartitions(partitions(reads));
        }
        Errors error = heard(send(request));
        return error == Errors.COORDINATOR_LOAD_IN_PROGRESS ? heard(send(whole())) : error;
    }

    /// The same, with all that it could say.
    Errors beatWhole() {
        reads.clear();
        reads.addAll(told);
        return heard(send(whole()));
    }

    Errors leave(int withEpoch) {
        epoch = withEpoch;
        ConsumerGroupHeartbeatResponseData answer = send(small());
        reads.clear();
        told.clear();
        last = answer;
        return Errors.forCode(answer.errorCode());
    }

    ConsumerGroupHeartbeatRequestData small() {
        return new ConsumerGroupHeartbeatRequestData()
                .setGroupId(GroupFixture.GROUP)
                .setMemberId(id)
                .setMemberEpoch(epoch)
                .setInstanceId(instanceId);
    }

    ConsumerGroupHeartbeatRequestData whole() {
        return small().setRebalanceTimeoutMs(rebalanceTimeoutMs)
                .setSubscribedTopicNames(topics)
                .setSubscribedTopicRegex(pattern)
                .setServerAssignor(assignor)
                .setTopicPartitions(partitions(reads));
    }

    ConsumerGroupHeartbeatResponseData send(ConsumerGroupHeartbeatRequestData request) {
        return groups.now(groups.coordinator.consumerHeartbeat(new Caller((short) 1, id, "/127.0.0.1"), request));
    }

    Errors heard(ConsumerGroupHeartbeatResponseData answer) {
        last = answer;
        if (answer.errorCode() == 0) {
            epoch = answer.memberEpoch();
            if (answer.assignment() != null) {
                told.clear();
                answer.assignment()
                        .topicPartitions()
                        .forEach(topic -> topic.partitions()
                                .forEach(partition -> told.add(new TopicPartition(
                                        groups.nameOf(topic.topicId())
                                                .orElse(topic.topicId().toString()),
                                        partition))));
            }
        }
        return Errors.forCode(answer.errorCode());
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
        return Errors.forCode(
                groups.now(groups.coordinator.commitOffsets(new Caller((short) 9, id, "/127.0.0.1"), request))
                        .topics()
                        .getFirst()
                        .partitions()
                        .getFirst()
                        .errorCode());
    }

    private List<TopicPartitions> partitions(Collection<TopicPartition> of) {
        TreeMap<Uuid, List<Integer>> byTopic = new TreeMap<>();
        of.forEach(partition -> byTopic.computeIfAbsent(
                        groups.idOf(partition.topic()).orElse(Uuid.ZERO_UUID), topic -> new ArrayList<>())
                .add(partition.partition()));
        return byTopic.entrySet().stream()
                .map(topic -> new TopicPartitions().setTopicId(topic.getKey()).setPartitions(topic.getValue()))
                .toList();
    }
}
