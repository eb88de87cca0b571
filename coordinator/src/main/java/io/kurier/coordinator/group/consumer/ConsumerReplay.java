package io.kurier.coordinator.group.consumer;

import io.kurier.coordinator.group.consumer.assignor.Place;
import java.nio.ByteBuffer;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupCurrentMemberAssignmentKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupCurrentMemberAssignmentValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMemberMetadataKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMemberMetadataValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMemberMetadataValue.ClassicMemberMetadata;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMetadataKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupRegularExpressionKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupRegularExpressionValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupTargetAssignmentMemberKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupTargetAssignmentMemberValue;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupTargetAssignmentMetadataKey;
import org.apache.kafka.coordinator.group.generated.ConsumerGroupTargetAssignmentMetadataValue;
import org.jspecify.annotations.Nullable;

/// Takes a group's stored records over, one by one, as they were written.
public final class ConsumerReplay {
    private ConsumerReplay() {}

    /// Takes one over.
    ///
    /// @param value null: what the key said before is taken back
    /// @throws IllegalArgumentException if the key is of no kind that belongs to a consumer group
    public static void replay(ConsumerGroup group, ApiMessage key, @Nullable ApiMessage value) {
        switch (key) {
            case ConsumerGroupMetadataKey _ -> group((ConsumerGroupMetadataValue) value, group);
            case ConsumerGroupMemberMetadataKey of ->
                member(group, of.memberId(), (ConsumerGroupMemberMetadataValue) value);
            case ConsumerGroupTargetAssignmentMetadataKey _ ->
                group.targetEpoch =
                        value == null ? 0 : ((ConsumerGroupTargetAssignmentMetadataValue) value).assignmentEpoch();
            case ConsumerGroupTargetAssignmentMemberKey of ->
                target(group, of.memberId(), (ConsumerGroupTargetAssignmentMemberValue) value);
            case ConsumerGroupCurrentMemberAssignmentKey of ->
                standing(group, of.memberId(), (ConsumerGroupCurrentMemberAssignmentValue) value);
            case ConsumerGroupRegularExpressionKey of ->
                pattern(group, of.regularExpression(), (ConsumerGroupRegularExpressionValue) value);
            default -> throw new IllegalArgumentException("a record of a consumer group has the key " + key);
        }
    }

    private static void group(@Nullable ConsumerGroupMetadataValue value, ConsumerGroup group) {
        group.isStored = value != null;
        group.epoch = value == null ? 0 : value.epoch();
        group.topicsHash = value == null ? 0 : value.metadataHash();
    }

    private static void member(ConsumerGroup group, String memberId, @Nullable ConsumerGroupMemberMetadataValue value) {
        ConsumerMember member = group.find(memberId);
        if (value == null) {
            if (member != null) {
                group.remove(member);
            }
            return;
        }
        Profile profile = new Profile(
                new Profile.Origin(value.instanceId(), value.rackId(), value.clientId(), value.clientHost()),
                new Profile.Wishes(
                        new TreeSet<>(value.subscribedTopicNames()),
                        value.subscribedTopicRegex(),
                        value.serverAssignor()),
                value.rebalanceTimeoutMs(),
                classic(value.classicMemberMetadata()));
        ConsumerMember known = member == null ? new ConsumerMember(memberId, profile) : member;
        known.profile = profile;
        group.put(known);
    }

    private static Profile.@Nullable Classic classic(@Nullable ClassicMemberMetadata stored) {
        return stored == null
                ? null
                : new Profile.Classic(
                        stored.sessionTimeoutMs(),
                        stored.supportedProtocols().stream()
                                .map(offer -> new Profile.Offer(offer.name(), ByteBuffer.wrap(offer.metadata())))
                                .toList());
    }

    private static void target(
            ConsumerGroup group, String memberId, @Nullable ConsumerGroupTargetAssignmentMemberValue value) {
        if (value == null) {
            group.removeTarget(memberId);
            return;
        }
        NavigableSet<Place> places = new TreeSet<>();
        value.topicPartitions()
                .forEach(topic ->
                        topic.partitions().forEach(partition -> places.add(new Place(topic.topicId(), partition))));
        group.setTarget(memberId, places);
    }

    private static void standing(
            ConsumerGroup group, String memberId, @Nullable ConsumerGroupCurrentMemberAssignmentValue value) {
        ConsumerMember member = group.find(memberId);
        if (member != null) {
            group.stand(member, value == null ? Standing.NEW : ConsumerRecords.standing(value));
        }
    }

    private static void pattern(
            ConsumerGroup group, String pattern, @Nullable ConsumerGroupRegularExpressionValue value) {
        group.patterns.restore(
                pattern,
                value == null
                        ? null
                        : new Patterns.Match(new TreeSet<>(value.topics()), value.version(), value.timestamp()));
    }
}
