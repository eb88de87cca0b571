package io.kurier.coordinator.group.consumer;

import io.kurier.coordinator.TopicNames;
import io.kurier.coordinator.group.consumer.assignor.Place;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.Assignment;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.Member;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.TopicPartitions;

/// Consumer groups as ConsumerGroupDescribe shows them.
public final class ConsumerDescriptions {
    /// Kafka's number for members that speak the new protocol.
    private static final byte NEW_PROTOCOL = 1;

    private static final byte CLASSIC_PROTOCOL = 0;

    private final Targets targets;

    /// @param targets know who assigns
    ConsumerDescriptions(Targets targets) {
        this.targets = targets;
    }

    /// The group with its members, what they have, and what they are to have. Topics that are gone have no name and
    /// are left out.
    public DescribedGroup describe(ConsumerGroup group, TopicNames topics) {
        return new DescribedGroup()
                .setGroupId(group.id)
                .setGroupState(group.state())
                .setGroupEpoch(group.epoch)
                .setAssignmentEpoch(group.targetEpoch)
                .setAssignorName(targets.assignor(group).name())
                .setMembers(group.members().stream()
                        .map(member -> describe(group, member, topics))
                        .toList());
    }

    private static Member describe(ConsumerGroup group, ConsumerMember member, TopicNames topics) {
        Profile.Origin origin = member.profile.origin();
        Profile.Wishes wishes = member.profile.wishes();
        return new Member()
                .setMemberId(member.id)
                .setInstanceId(origin.instanceId())
                .setRackId(origin.rackId())
                .setMemberEpoch(member.standing.epoch())
                .setClientId(origin.clientId())
                .setClientHost(origin.clientHost())
                .setSubscribedTopicNames(List.copyOf(wishes.topics()))
                .setSubscribedTopicRegex(wishes.pattern() == null ? "" : wishes.pattern())
                .setAssignment(assignment(member.standing.assigned().keySet(), topics))
                .setTargetAssignment(assignment(group.targetOf(member.id), topics))
                .setMemberType(member.isClassic() ? CLASSIC_PROTOCOL : NEW_PROTOCOL);
    }

    private static Assignment assignment(Collection<Place> places, TopicNames topics) {
        Assignment assignment = new Assignment();
        ConsumerRecords.byTopic(places)
                .forEach((topicId, partitions) -> topics.nameOf(topicId)
                        .ifPresent(name -> assignment
                                .topicPartitions()
                                .add(new TopicPartitions()
                                        .setTopicId(topicId)
                                        .setTopicName(name)
                                        .setPartitions(partitions))));
        return assignment;
    }
}
