package io.kurier.coordinator.group.offsets;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.generated.OffsetCommitValue;

/// How far a group has come in one partition.
///
/// @param offset the next offset to read
/// @param leaderEpoch of the last record read; -1 if unknown
/// @param metadata whatever text the client keeps with it
/// @param commitWallMs when it was committed, in milliseconds since the epoch
/// @param expireWallMs when it ends whatever its group does; -1 for the usual retention
/// @param topicId the topic's id then; zero if unknown
public record CommittedOffset(
        long offset, int leaderEpoch, String metadata, long commitWallMs, long expireWallMs, Uuid topicId) {

    /// As it is stored.
    public OffsetCommitValue toValue() {
        return new OffsetCommitValue()
                .setOffset(offset)
                .setLeaderEpoch(leaderEpoch)
                .setMetadata(metadata)
                .setCommitTimestamp(commitWallMs)
                .setExpireTimestamp(expireWallMs)
                .setTopicId(topicId);
    }

    /// From what is stored.
    public static CommittedOffset of(OffsetCommitValue value) {
        return new CommittedOffset(
                value.offset(),
                value.leaderEpoch(),
                value.metadata(),
                value.commitTimestamp(),
                value.expireTimestamp(),
                value.topicId());
    }

    /// False if it surely belongs to another topic than the one with this id: one of the same name, deleted since.
    public boolean mayBelongTo(Uuid wanted) {
        return topicId.equals(Uuid.ZERO_UUID) || wanted.equals(Uuid.ZERO_UUID) || topicId.equals(wanted);
    }
}
