package io.kurier.coordinator.group.share;

import java.util.TreeSet;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.coordinator.group.generated.ShareGroupCurrentMemberAssignmentKey;
import org.apache.kafka.coordinator.group.generated.ShareGroupCurrentMemberAssignmentValue;
import org.apache.kafka.coordinator.group.generated.ShareGroupMemberMetadataKey;
import org.apache.kafka.coordinator.group.generated.ShareGroupMemberMetadataValue;
import org.apache.kafka.coordinator.group.generated.ShareGroupMetadataKey;
import org.apache.kafka.coordinator.group.generated.ShareGroupMetadataValue;
import org.apache.kafka.coordinator.group.generated.ShareGroupStatePartitionMetadataKey;
import org.apache.kafka.coordinator.group.generated.ShareGroupStatePartitionMetadataValue;
import org.apache.kafka.coordinator.group.generated.ShareGroupTargetAssignmentMemberKey;
import org.apache.kafka.coordinator.group.generated.ShareGroupTargetAssignmentMemberValue;
import org.apache.kafka.coordinator.group.generated.ShareGroupTargetAssignmentMetadataKey;
import org.apache.kafka.coordinator.group.generated.ShareGroupTargetAssignmentMetadataValue;
import org.jspecify.annotations.Nullable;

/// Takes a share group's stored records over, one by one, as they were written.
public final class ShareReplay {
    private ShareReplay() {}

    /// Takes one over.
    ///
    /// @param value null: what the key said before is taken back
    /// @throws IllegalArgumentException if the key is of no kind that belongs to a share group
    public static void replay(ShareGroup group, ApiMessage key, @Nullable ApiMessage value) {
        switch (key) {
            case ShareGroupMetadataKey _ -> {
                group.isStored = value != null;
                group.epoch = value == null ? group.epoch : ((ShareGroupMetadataValue) value).epoch();
            }
            case ShareGroupMemberMetadataKey of -> member(group, of.memberId(), (ShareGroupMemberMetadataValue) value);
            case ShareGroupTargetAssignmentMetadataKey _ ->
                group.targetEpoch =
                        value == null ? 0 : ((ShareGroupTargetAssignmentMetadataValue) value).assignmentEpoch();
            case ShareGroupTargetAssignmentMemberKey of ->
                target(group, of.memberId(), (ShareGroupTargetAssignmentMemberValue) value);
            case ShareGroupCurrentMemberAssignmentKey of ->
                standing(group, of.memberId(), (ShareGroupCurrentMemberAssignmentValue) value);
            case ShareGroupStatePartitionMetadataKey _ ->
                group.states = value == null
                        ? new StatePartitions()
                        : StatePartitions.of((ShareGroupStatePartitionMetadataValue) value);
            default -> throw new IllegalArgumentException("a record of a share group has the key " + key);
        }
    }

    private static void member(ShareGroup group, String memberId, @Nullable ShareGroupMemberMetadataValue value) {
        if (value == null) {
            group.remove(memberId);
            return;
        }
        ShareMember.Profile profile = new ShareMember.Profile(
                value.rackId(), value.clientId(), value.clientHost(), new TreeSet<>(value.subscribedTopicNames()));
        ShareMember known = group.find(memberId);
        ShareMember member = known == null ? new ShareMember(memberId, profile) : known;
        member.profile = profile;
        group.put(member);
    }

    private static void target(
            ShareGroup group, String memberId, @Nullable ShareGroupTargetAssignmentMemberValue value) {
        if (value == null) {
            group.removeTarget(memberId);
        } else {
            group.setTarget(memberId, ShareRecords.places(value));
        }
    }

    private static void standing(
            ShareGroup group, String memberId, @Nullable ShareGroupCurrentMemberAssignmentValue value) {
        ShareMember member = group.find(memberId);
        if (member != null && value != null) {
            member.epoch = value.memberEpoch();
            member.previousEpoch = value.previousMemberEpoch();
            member.assigned = ShareRecords.places(value);
        }
    }
}
