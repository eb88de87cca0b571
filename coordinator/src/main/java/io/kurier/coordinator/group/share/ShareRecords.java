package io.kurier.coordinator.group.share;

import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.protocol.records.NewRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.coordinator.group.generated.CoordinatorRecordType;
import org.apache.kafka.coordinator.group.generated.ShareGroupCurrentMemberAssignmentKey;
import org.apache.kafka.coordinator.group.generated.ShareGroupCurrentMemberAssignmentValue;
import org.apache.kafka.coordinator.group.generated.ShareGroupCurrentMemberAssignmentValue.TopicPartitions;
import org.apache.kafka.coordinator.group.generated.ShareGroupMemberMetadataKey;
import org.apache.kafka.coordinator.group.generated.ShareGroupMemberMetadataValue;
import org.apache.kafka.coordinator.group.generated.ShareGroupMetadataKey;
import org.apache.kafka.coordinator.group.generated.ShareGroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.ShareGroupStatePartitionMetadataKey;
import org.apache.kafka.coordinator.group.generated.ShareGroupTargetAssignmentMemberKey;
import org.apache.kafka.coordinator.group.generated.ShareGroupTargetAssignmentMemberValue;
import org.apache.kafka.coordinator.group.generated.ShareGroupTargetAssignmentMemberValue.TopicPartition;
import org.apache.kafka.coordinator.group.generated.ShareGroupTargetAssignmentMetadataKey;
import org.apache.kafka.coordinator.group.generated.ShareGroupTargetAssignmentMetadataValue;
import org.jspecify.annotations.Nullable;

/// Makes and reads the records of share groups in Apache Kafka's layouts (docs/formats/consumer-offsets.md). What a key
/// says holds until the next record of it; one without a value takes it back.
final class ShareRecords {
    private static final short VERSION = 0;
    /// Kafka's number for a member that is where it is to be. Members of share groups always are.
    private static final byte STABLE = 0;

    private ShareRecords() {}

    static NewRecord group(ShareGroup group, long wallMs) {
        return record(
                CoordinatorRecordType.SHARE_GROUP_METADATA,
                new ShareGroupMetadataKey().setGroupId(group.id),
                new ShareGroupMetadataValue().setEpoch(group.epoch),
                wallMs);
    }

    /// Takes all back that is stored of a group without members.
    static List<NewRecord> noGroup(String groupId, long wallMs) {
        return List.of(
                record(
                        CoordinatorRecordType.SHARE_GROUP_STATE_PARTITION_METADATA,
                        new ShareGroupStatePartitionMetadataKey().setGroupId(groupId),
                        null,
                        wallMs),
                record(
                        CoordinatorRecordType.SHARE_GROUP_TARGET_ASSIGNMENT_METADATA,
                        new ShareGroupTargetAssignmentMetadataKey().setGroupId(groupId),
                        null,
                        wallMs),
                record(
                        CoordinatorRecordType.SHARE_GROUP_METADATA,
                        new ShareGroupMetadataKey().setGroupId(groupId),
                        null,
                        wallMs));
    }

    static NewRecord member(String groupId, ShareMember member, long wallMs) {
        return record(
                CoordinatorRecordType.SHARE_GROUP_MEMBER_METADATA,
                new ShareGroupMemberMetadataKey().setGroupId(groupId).setMemberId(member.id),
                new ShareGroupMemberMetadataValue()
                        .setRackId(member.profile.rackId())
                        .setClientId(member.profile.clientId())
                        .setClientHost(member.profile.clientHost())
                        .setSubscribedTopicNames(List.copyOf(member.profile.topics())),
                wallMs);
    }

    /// Takes all back that is stored of a member.
    static List<NewRecord> noMember(String groupId, String memberId, long wallMs) {
        return List.of(
                record(
                        CoordinatorRecordType.SHARE_GROUP_CURRENT_MEMBER_ASSIGNMENT,
                        new ShareGroupCurrentMemberAssignmentKey()
                                .setGroupId(groupId)
                                .setMemberId(memberId),
                        null,
                        wallMs),
                record(
                        CoordinatorRecordType.SHARE_GROUP_TARGET_ASSIGNMENT_MEMBER,
                        new ShareGroupTargetAssignmentMemberKey()
                                .setGroupId(groupId)
                                .setMemberId(memberId),
                        null,
                        wallMs),
                record(
                        CoordinatorRecordType.SHARE_GROUP_MEMBER_METADATA,
                        new ShareGroupMemberMetadataKey().setGroupId(groupId).setMemberId(memberId),
                        null,
                        wallMs));
    }

    static NewRecord targetEpoch(String groupId, int epoch, long wallMs) {
        return record(
                CoordinatorRecordType.SHARE_GROUP_TARGET_ASSIGNMENT_METADATA,
                new ShareGroupTargetAssignmentMetadataKey().setGroupId(groupId),
                new ShareGroupTargetAssignmentMetadataValue()
                        .setAssignmentEpoch(epoch)
                        .setAssignmentTimestamp(wallMs),
                wallMs);
    }

    static NewRecord target(String groupId, String memberId, NavigableSet<Place> places, long wallMs) {
        List<TopicPartition> topics = new ArrayList<>();
        byTopic(places)
                .forEach((topicId, partitions) ->
                        topics.add(new TopicPartition().setTopicId(topicId).setPartitions(partitions)));
        return record(
                CoordinatorRecordType.SHARE_GROUP_TARGET_ASSIGNMENT_MEMBER,
                new ShareGroupTargetAssignmentMemberKey().setGroupId(groupId).setMemberId(memberId),
                new ShareGroupTargetAssignmentMemberValue().setTopicPartitions(topics),
                wallMs);
    }

    static NewRecord standing(String groupId, ShareMember member, long wallMs) {
        List<TopicPartitions> topics = new ArrayList<>();
        byTopic(member.assigned)
                .forEach((topicId, partitions) ->
                        topics.add(new TopicPartitions().setTopicId(topicId).setPartitions(partitions)));
        return record(
                CoordinatorRecordType.SHARE_GROUP_CURRENT_MEMBER_ASSIGNMENT,
                new ShareGroupCurrentMemberAssignmentKey().setGroupId(groupId).setMemberId(member.id),
                new ShareGroupCurrentMemberAssignmentValue()
                        .setMemberEpoch(member.epoch)
                        .setPreviousMemberEpoch(member.previousEpoch)
                        .setState(STABLE)
                        .setAssignedPartitions(topics),
                wallMs);
    }

    static NewRecord states(ShareGroup group, long wallMs) {
        return record(
                CoordinatorRecordType.SHARE_GROUP_STATE_PARTITION_METADATA,
                new ShareGroupStatePartitionMetadataKey().setGroupId(group.id),
                group.states.stored(),
                wallMs);
    }

    static NavigableSet<Place> places(ShareGroupTargetAssignmentMemberValue value) {
        NavigableSet<Place> places = new TreeSet<>();
        value.topicPartitions()
                .forEach(topic ->
                        topic.partitions().forEach(partition -> places.add(new Place(topic.topicId(), partition))));
        return places;
    }

    static NavigableSet<Place> places(ShareGroupCurrentMemberAssignmentValue value) {
        NavigableSet<Place> places = new TreeSet<>();
        value.assignedPartitions()
                .forEach(topic ->
                        topic.partitions().forEach(partition -> places.add(new Place(topic.topicId(), partition))));
        return places;
    }

    /// Partitions by topic, in order.
    static SortedMap<Uuid, List<Integer>> byTopic(Collection<Place> places) {
        SortedMap<Uuid, List<Integer>> topics = new TreeMap<>();
        for (Place place : new TreeSet<>(places)) {
            topics.computeIfAbsent(place.topicId(), topicId -> new ArrayList<>())
                    .add(place.partition());
        }
        return topics;
    }

    private static NewRecord record(
            CoordinatorRecordType type, ApiMessage key, @Nullable ApiMessage value, long wallMs) {
        ByteBuffer stored = value == null ? null : MessageUtil.toVersionPrefixedByteBuffer(VERSION, value);
        return new NewRecord(wallMs, MessageUtil.toVersionPrefixedByteBuffer(type.id(), key), stored);
    }
}
