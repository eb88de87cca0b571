package io.kurier.coordinator.group.offsets;

import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData.TxnOffsetCommitResponsePartition;
import org.apache.kafka.common.message.TxnOffsetCommitResponseData.TxnOffsetCommitResponseTopic;
import org.apache.kafka.common.protocol.Errors;

/// TxnOffsetCommit as a kind of OffsetCommit.
public final class TxnOffsetAnswers {
    private TxnOffsetAnswers() {}

    /// The same offsets in an OffsetCommit.
    public static OffsetCommitRequestData plain(TxnOffsetCommitRequestData request) {
        return new OffsetCommitRequestData()
                .setGroupId(request.groupId())
                .setMemberId(request.memberId())
                .setGroupInstanceId(request.groupInstanceId())
                .setGenerationIdOrMemberEpoch(request.generationIdOrMemberEpoch())
                .setTopics(request.topics().stream()
                        .map(topic -> new OffsetCommitRequestTopic()
                                .setName(topic.name())
                                .setTopicId(topic.topicId())
                                .setPartitions(topic.partitions().stream()
                                        .map(partition -> new OffsetCommitRequestPartition()
                                                .setPartitionIndex(partition.partitionIndex())
                                                .setCommittedOffset(partition.committedOffset())
                                                .setCommittedLeaderEpoch(partition.committedLeaderEpoch())
                                                .setCommittedMetadata(partition.committedMetadata()))
                                        .toList()))
                        .toList());
    }

    /// A commit of which nothing was done, for one reason.
    public static TxnOffsetCommitResponseData refused(TxnOffsetCommitRequestData request, Errors error) {
        return answer(OffsetAnswers.commitRefused(plain(request), error));
    }

    /// The answer to an OffsetCommit in the form of this request.
    public static TxnOffsetCommitResponseData answer(OffsetCommitResponseData plain) {
        return new TxnOffsetCommitResponseData()
                .setTopics(plain.topics().stream()
                        .map(topic -> new TxnOffsetCommitResponseTopic()
                                .setName(topic.name())
                                .setTopicId(topic.topicId())
                                .setPartitions(topic.partitions().stream()
                                        .map(partition -> new TxnOffsetCommitResponsePartition()
                                                .setPartitionIndex(partition.partitionIndex())
                                                .setErrorCode(partition.errorCode()))
                                        .toList()))
                        .toList());
    }
}
