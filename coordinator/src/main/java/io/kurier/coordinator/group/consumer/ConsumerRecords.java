package io.kurier.coordinator.group.consumer;

import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.protocol.records.NewRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupCurrentMemberAssignmentKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupCurrentMemberAssignmentValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupCurrentMemberAssignmentValue.TopicPartitions;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMemberMetadataKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMemberMetadataValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMemberMetadataValue.ClassicMemberMetadata;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMemberMetadataValue.ClassicProtocol;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMetadataKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupRegularExpressionKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupRegularExpressionValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupTargetAssignmentMemberKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupTargetAssignmentMemberValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupTargetAssignmentMetadataKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupTargetAssignmentMetadataValue;
import org.apache.kafka.coordinator.group.generated.CoordinatorRecordType;
import org.jspecify.annotations.Nullable;

/// Makes the records of consumer groups in Apache Kafka's layouts (docs/formats/consumer-offsets.md). What a key says
/// holds until the next record of it; one without a value takes it back.
final class ConsumerRecords {
    private static final short VERSION = 0;

    private ConsumerRecords() {}

    static NewRecord group(ConsumerGroup group, long wallMs) {
        return record(
                CoordinatorRecordType.CONSUMER_GROUP_METADATA,
                new ConsumerGroupMetadataKey().setGroupId(group.id),
                new ConsumerGroupMetadataValue().setEpoch(group.epoch).setMetadataHash(group.topicsHash),
                wallMs);
    }

    static NewRecord noGroup(String groupId, long wallMs) {
        return record(
                CoordinatorRecordType.CONSUMER_GROUP_METADATA,
                new ConsumerGroupMetadataKey().setGroupId(groupId),
                null,
                wallMs);
    }

    static NewRecord member(String groupId, ConsumerMember member, long wallMs) {
        Profile profile = member.profile;
        return record(
                CoordinatorRecordType.CONSUMER_GROUP_MEMBER_METADATA,
                new ConsumerGroupMemberMetadataKey().setGroupId(groupId).setMemberId(member.id),
                new ConsumerGroupMemberMetadataValue()
                        .setInstanceId(profile.origin().instanceId())
                        .setRackId(profile.origin().rackId())
                        .setClientId(profile.origin().clientId())
                        .setClientHost(profile.origin().clientHost())
                        .setSubscribedTopicNames(List.copyOf(profile.wishes().topics()))
                        .setSubscribedTopicRegex(profile.wishes().pattern())
                        .setRebalanceTimeoutMs(profile.rebalanceTimeoutMs())
                        .setServerAssignor(profile.wishes().assignor())
                        .setClassicMemberMetadata(classic(profile.classic())),
                wallMs);
    }

    private static @Nullable ClassicMemberMetadata classic(Profile.@Nullable Classic classic) {
        return classic == null
                ? null
                : new ClassicMemberMetadata()
                        .setSessionTimeoutMs(classic.sessionTimeoutMs())
                        .setSupportedProtocols(classic.offers().stream()
                                .map(offer -> new ClassicProtocol()
                                        .setName(offer.name())
                                        .setMetadata(Utils.toArray(offer.metadata())))
                                .toList());
    }

    /// Takes all back that is stored of a member.
    static List<NewRecord> noMember(String groupId, String memberId, long wallMs) {
        return List.of(
                record(
                        CoordinatorRecordType.CONSUMER_GROUP_CURRENT_MEMBER_ASSIGNMENT,
                        new ConsumerGroupCurrentMemberAssignmentKey()
                                .setGroupId(groupId)
                                .setMemberId(memberId),
                        null,
                        wallMs),
                record(
                        CoordinatorRecordType.CONSUMER_GROUP_TARGET_ASSIGNMENT_MEMBER,
                        new ConsumerGroupTargetAssignmentMemberKey()
                                .setGroupId(groupId)
                                .setMemberId(memberId),
                        null,
                        wallMs),
                record(
                        CoordinatorRecordType.CONSUMER_GROUP_MEMBER_METADATA,
                        new ConsumerGroupMemberMetadataKey().setGroupId(groupId).setMemberId(memberId),
                        null,
                        wallMs));
    }

    static NewRecord targetEpoch(String groupId, int epoch, long wallMs) {
        return record(
                CoordinatorRecordType.CONSUMER_GROUP_TARGET_ASSIGNMENT_METADATA,
                new ConsumerGroupTargetAssignmentMetadataKey().setGroupId(groupId),
                new ConsumerGroupTargetAssignmentMetadataValue()
                        .setAssignmentEpoch(epoch)
                        .setAssignmentTimestamp(wallMs),
                wallMs);
    }

    static NewRecord noTargetEpoch(String groupId, long wallMs) {
        return record(
                CoordinatorRecordType.CONSUMER_GROUP_TARGET_ASSIGNMENT_METADATA,
                new ConsumerGroupTargetAssignmentMetadataKey().setGroupId(groupId),
                null,
                wallMs);
    }

    static NewRecord target(String groupId, String memberId, NavigableSet<Place> places, long wallMs) {
        List<ConsumerGroupTargetAssignmentMemberValue.TopicPartition> topics = new ArrayList<>();
        byTopic(places)
                .forEach((topicId, partitions) ->
                        topics.add(new ConsumerGroupTargetAssignmentMemberValue.TopicPartition()
                                .setTopicId(topicId)
                                .setPartitions(partitions)));
        return record(
                CoordinatorRecordType.CONSUMER_GROUP_TARGET_ASSIGNMENT_MEMBER,
                new ConsumerGroupTargetAssignmentMemberKey().setGroupId(groupId).setMemberId(memberId),
                new ConsumerGroupTargetAssignmentMemberValue().setTopicPartitions(topics),
                wallMs);
    }

    static NewRecord standing(String groupId, ConsumerMember member, long wallMs) {
        Standing standing = member.standing;
        return record(
                CoordinatorRecordType.CONSUMER_GROUP_CURRENT_MEMBER_ASSIGNMENT,
                new ConsumerGroupCurrentMemberAssignmentKey()
                        .setGroupId(groupId)
                        .setMemberId(member.id),
                new ConsumerGroupCurrentMemberAssignmentValue()
                        .setMemberEpoch(standing.epoch())
                        .setPreviousMemberEpoch(standing.previousEpoch())
                        .setState(standing.state().id())
                        .setAssignedPartitions(topics(standing.assigned()))
                        .setPartitionsPendingRevocation(topics(standing.pendingRevocation())),
                wallMs);
    }

    private static List<TopicPartitions> topics(SortedMap<Place, Integer> places) {
        List<TopicPartitions> topics = new ArrayList<>();
        byTopic(places.keySet())
                .forEach((topicId, partitions) -> topics.add(new TopicPartitions()
                        .setTopicId(topicId)
                        .setPartitions(partitions)
                        .setAssignmentEpochs(partitions.stream()
                                .map(partition -> places.get(new Place(topicId, partition)))
                                .toList())));
        return topics;
    }

    /// A member's standing as it was stored. What came without epochs, from older programs, counts as got in the
    /// member's.
    static Standing standing(ConsumerGroupCurrentMemberAssignmentValue value) {
        return new Standing(
                value.memberEpoch(),
                value.previousMemberEpoch(),
                MemberState.of(value.state()),
                places(value.assignedPartitions(), value.memberEpoch()),
                places(value.partitionsPendingRevocation(), value.memberEpoch()));
    }

    private static SortedMap<Place, Integer> places(List<TopicPartitions> topics, int memberEpoch) {
        SortedMap<Place, Integer> places = new TreeMap<>();
        for (TopicPartitions topic : topics) {
            List<Integer> epochs = topic.assignmentEpochs();
            for (int i = 0; i < topic.partitions().size(); i++) {
                int epoch = epochs == null || i >= epochs.size() ? memberEpoch : epochs.get(i);
                places.put(new Place(topic.topicId(), topic.partitions().get(i)), epoch);
            }
        }
        return places;
    }

    static NewRecord pattern(String groupId, String pattern, Patterns.Match match, long wallMs) {
        return record(
                CoordinatorRecordType.CONSUMER_GROUP_REGULAR_EXPRESSION,
                new ConsumerGroupRegularExpressionKey().setGroupId(groupId).setRegularExpression(pattern),
                new ConsumerGroupRegularExpressionValue()
                        .setTopics(List.copyOf(match.topics()))
                        .setVersion(match.version())
                        .setTimestamp(match.wallMs()),
                wallMs);
    }

    static NewRecord noPattern(String groupId, String pattern, long wallMs) {
        return record(
                CoordinatorRecordType.CONSUMER_GROUP_REGULAR_EXPRESSION,
                new ConsumerGroupRegularExpressionKey().setGroupId(groupId).setRegularExpression(pattern),
                null,
                wallMs);
    }

    /// Partitions by topic, in order.
    static SortedMap<Uuid, List<Integer>> byTopic(Collection<Place> places) {
        SortedMap<Uuid, List<Integer>> topics = new TreeMap<>();
        for (Place place : places) {
            topics.computeIfAbsent(place.topicId(), topicId -> new ArrayList<>())
                    .add(place.partition());
        }
        for (Map.Entry<Uuid, List<Integer>> topic : topics.entrySet()) {
            topic.getValue().sort(null);
        }
        return topics;
    }

    private static NewRecord record(
            CoordinatorRecordType type, ApiMessage key, @Nullable ApiMessage value, long wallMs) {
        ByteBuffer stored = value == null ? null : MessageUtil.toVersionPrefixedByteBuffer(VERSION, value);
        return new NewRecord(wallMs, MessageUtil.toVersionPrefixedByteBuffer(type.id(), key), stored);
    }
}
