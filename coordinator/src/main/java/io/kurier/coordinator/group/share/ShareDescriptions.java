package io.kurier.coordinator.group.share;

import io.kurier.coordinator.TopicNames;
import java.util.List;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData.Assignment;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData.Member;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData.TopicPartitions;

/// Share groups as ShareGroupDescribe shows them.
public final class ShareDescriptions {
    private ShareDescriptions() {}

    /// The group with its members and what they read. Topics that are gone have no name and are left out.
    public static DescribedGroup describe(ShareGroup group, TopicNames topics) {
        return new DescribedGroup()
                .setGroupId(group.id)
                .setGroupState(group.state())
                .setGroupEpoch(group.epoch)
                .setAssignmentEpoch(group.targetEpoch)
                .setAssignorName(ShareAssignor.NAME)
                .setMembers(group.members().stream()
                        .map(member -> describe(member, topics))
                        .toList());
    }

    private static Member describe(ShareMember member, TopicNames topics) {
        Assignment assignment = new Assignment();
        ShareRecords.byTopic(member.assigned)
                .forEach((topicId, partitions) -> topics.nameOf(topicId)
                        .ifPresent(name -> assignment
                                .topicPartitions()
                                .add(new TopicPartitions()
                                        .setTopicId(topicId)
                                        .setTopicName(name)
                                        .setPartitions(partitions))));
        return new Member()
                .setMemberId(member.id)
                .setRackId(member.profile.rackId())
                .setMemberEpoch(member.epoch)
                .setClientId(member.profile.clientId())
                .setClientHost(member.profile.clientHost())
                .setSubscribedTopicNames(List.copyOf(member.profile.topics()))
                .setAssignment(assignment);
    }
}
