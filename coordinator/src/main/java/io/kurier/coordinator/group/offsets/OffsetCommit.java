package io.kurier.coordinator.group.offsets;

import io.kurier.coordinator.TopicNames;
import io.kurier.coordinator.group.GroupSettings;
import io.kurier.coordinator.group.records.GroupRecords;
import io.kurier.protocol.records.NewRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponsePartition;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponseTopic;
import org.apache.kafka.common.protocol.Errors;

/// What a commit amounts to: the offsets that it sets, their records, and the answer for each partition.
///
/// @param storedBytes at least what the records need in a batch
public record OffsetCommit(
        Map<TopicPartition, CommittedOffset> offsets,
        List<NewRecord> records,
        int storedBytes,
        OffsetCommitResponseData answer) {

    /// Looks at each partition by itself: one whose topic is unknown, or whose text is too long, does not keep the
    /// others from being committed.
    ///
    /// @param byId topics are named by their ids (version 10)
    public static OffsetCommit of(
            OffsetCommitRequestData request, boolean byId, TopicNames topics, GroupSettings settings, long wallMs) {
        Map<TopicPartition, CommittedOffset> offsets = new LinkedHashMap<>();
        OffsetCommitResponseData answer = new OffsetCommitResponseData();
        long expireWallMs = request.retentionTimeMs() < 0 ? -1 : wallMs + request.retentionTimeMs();
        for (OffsetCommitRequestTopic topic : request.topics()) {
            Optional<String> name = byId ? topics.nameOf(topic.topicId()) : Optional.of(topic.name());
            Optional<Uuid> id = byId ? Optional.of(topic.topicId()) : topics.idOf(topic.name());
            OffsetCommitResponseTopic topicAnswer =
                    new OffsetCommitResponseTopic().setName(topic.name()).setTopicId(topic.topicId());
            answer.topics().add(topicAnswer);
            for (OffsetCommitRequestPartition partition : topic.partitions()) {
                Errors error = Errors.NONE;
                if (name.isEmpty() || id.isEmpty()) {
                    error = byId ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION;
                } else if (bytes(partition) > settings.offsetMetadataMaxBytes()) {
                    error = Errors.OFFSET_METADATA_TOO_LARGE;
                } else {
                    offsets.put(
                            new TopicPartition(name.get(), partition.partitionIndex()),
                            offset(partition, id.get(), wallMs, expireWallMs));
                }
                topicAnswer
                        .partitions()
                        .add(new OffsetCommitResponsePartition()
                                .setPartitionIndex(partition.partitionIndex())
                                .setErrorCode(error.code()));
            }
        }
        List<NewRecord> records = new ArrayList<>(offsets.size());
        int storedBytes = 0;
        for (Map.Entry<TopicPartition, CommittedOffset> entry : offsets.entrySet()) {
            TopicPartition of = entry.getKey();
            NewRecord record = GroupRecords.offset(
                    request.groupId(),
                    of.topic(),
                    of.partition(),
                    entry.getValue().toValue(),
                    wallMs);
            records.add(record);
            storedBytes += GroupRecords.storedBytes(record);
        }
        return new OffsetCommit(offsets, records, storedBytes, answer);
    }

    private static int bytes(OffsetCommitRequestPartition partition) {
        String metadata = partition.committedMetadata();
        return metadata == null ? 0 : metadata.getBytes(StandardCharsets.UTF_8).length;
    }

    private static CommittedOffset offset(
            OffsetCommitRequestPartition partition, Uuid topicId, long wallMs, long expireWallMs) {
        return new CommittedOffset(
                partition.committedOffset(),
                partition.committedLeaderEpoch(),
                partition.committedMetadata() == null ? "" : partition.committedMetadata(),
                wallMs,
                expireWallMs,
                topicId);
    }
}
