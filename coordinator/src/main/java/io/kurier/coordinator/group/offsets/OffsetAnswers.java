package io.kurier.coordinator.group.offsets;

import io.kurier.coordinator.TopicNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponsePartition;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponseTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartition;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopic;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.Errors;

/// The answers to OffsetCommit and OffsetFetch.
public final class OffsetAnswers {
    private static final long NO_OFFSET = -1;

    private OffsetAnswers() {}

    /// What an answer looks like.
    ///
    /// @param byTopicId topics are named by their ids (version 10)
    public record Form(boolean byTopicId, TopicNames topics) {}

    /// What is known of a group's offsets.
    ///
    /// @param unstable those that may not be told, as a transaction may change them
    public record Known(GroupOffsets offsets, Predicate<TopicPartition> unstable) {
        private Optional<OffsetFetchResponsePartitions> unstable(String topic, int index) {
            return unstable.test(new TopicPartition(topic, index))
                    ? Optional.of(nothing(index, Errors.UNSTABLE_OFFSET_COMMIT))
                    : Optional.empty();
        }
    }

    /// A commit of which nothing was done, for one reason.
    public static OffsetCommitResponseData commitRefused(OffsetCommitRequestData request, Errors error) {
        return new OffsetCommitResponseData()
                .setTopics(request.topics().stream()
                        .map(topic -> new OffsetCommitResponseTopic()
                                .setName(topic.name())
                                .setTopicId(topic.topicId())
                                .setPartitions(topic.partitions().stream()
                                        .map(partition -> new OffsetCommitResponsePartition()
                                                .setPartitionIndex(partition.partitionIndex())
                                                .setErrorCode(error.code()))
                                        .toList()))
                        .toList());
    }

    /// A fetch that could not be answered, for one reason.
    public static OffsetFetchResponseGroup fetchRefused(OffsetFetchRequestGroup request, Errors error) {
        return new OffsetFetchResponseGroup().setGroupId(request.groupId()).setErrorCode(error.code());
    }

    /// What is committed of what was asked for: an offset of -1 where nothing is; all there is where no topics are
    /// named.
    public static OffsetFetchResponseGroup fetched(OffsetFetchRequestGroup request, Form form, Known known) {
        List<OffsetFetchResponseTopics> answers = new ArrayList<>();
        if (request.topics() == null) {
            known.offsets().all().forEach((name, partitions) -> {
                Optional<Uuid> id = form.topics().idOf(name);
                if (!form.byTopicId() || id.isPresent()) {
                    answers.add(everything(name, id.orElse(Uuid.ZERO_UUID), partitions, known));
                }
            });
        } else {
            for (OffsetFetchRequestTopics topic : request.topics()) {
                answers.add(named(topic, form, known));
            }
        }
        return new OffsetFetchResponseGroup().setGroupId(request.groupId()).setTopics(answers);
    }

    /// The answer before version 8. Version 1 has no place for an error but the partitions.
    public static OffsetFetchResponseData ofOneGroup(
            OffsetFetchRequestData request, OffsetFetchResponseGroup group, short version) {
        OffsetFetchResponseData answer = new OffsetFetchResponseData().setErrorCode(group.errorCode());
        if (version < 2 && group.errorCode() != 0 && request.topics() != null) {
            return answer.setTopics(request.topics().stream()
                    .map(topic -> refused(topic, group.errorCode()))
                    .toList());
        }
        return answer.setTopics(group.topics().stream()
                .map(topic -> new OffsetFetchResponseTopic()
                        .setName(topic.name())
                        .setPartitions(topic.partitions().stream()
                                .map(partition -> new OffsetFetchResponsePartition()
                                        .setPartitionIndex(partition.partitionIndex())
                                        .setCommittedOffset(partition.committedOffset())
                                        .setCommittedLeaderEpoch(partition.committedLeaderEpoch())
                                        .setMetadata(partition.metadata())
                                        .setErrorCode(partition.errorCode()))
                                .toList()))
                .toList());
    }

    private static OffsetFetchResponseTopic refused(OffsetFetchRequestTopic topic, short errorCode) {
        return new OffsetFetchResponseTopic()
                .setName(topic.name())
                .setPartitions(topic.partitionIndexes().stream()
                        .map(index -> new OffsetFetchResponsePartition()
                                .setPartitionIndex(index)
                                .setCommittedOffset(NO_OFFSET)
                                .setMetadata("")
                                .setErrorCode(errorCode))
                        .toList());
    }

    private static OffsetFetchResponseTopics everything(
            String name, Uuid id, Map<Integer, CommittedOffset> partitions, Known known) {
        OffsetFetchResponseTopics answer =
                new OffsetFetchResponseTopics().setName(name).setTopicId(id);
        partitions.forEach((index, offset) -> {
            if (offset.mayBelongTo(id)) {
                answer.partitions().add(known.unstable(name, index).orElseGet(() -> committed(index, offset)));
            }
        });
        return answer;
    }

    private static OffsetFetchResponseTopics named(OffsetFetchRequestTopics topic, Form form, Known known) {
        TopicNames topics = form.topics();
        Optional<String> name = form.byTopicId() ? topics.nameOf(topic.topicId()) : Optional.of(topic.name());
        Uuid id = form.byTopicId() ? topic.topicId() : topics.idOf(topic.name()).orElse(Uuid.ZERO_UUID);
        OffsetFetchResponseTopics answer =
                new OffsetFetchResponseTopics().setName(topic.name()).setTopicId(topic.topicId());
        for (int index : topic.partitionIndexes()) {
            CommittedOffset offset = name.isEmpty() ? null : known.offsets().find(name.get(), index);
            Optional<OffsetFetchResponsePartitions> unstable = name.flatMap(of -> known.unstable(of, index));
            if (unstable.isPresent()) {
                answer.partitions().add(unstable.get());
            } else if (offset != null && offset.mayBelongTo(id)) {
                answer.partitions().add(committed(index, offset));
            } else {
                answer.partitions().add(nothing(index, name.isEmpty() ? Errors.UNKNOWN_TOPIC_ID : Errors.NONE));
            }
        }
        return answer;
    }

    private static OffsetFetchResponsePartitions committed(int index, CommittedOffset offset) {
        return new OffsetFetchResponsePartitions()
                .setPartitionIndex(index)
                .setCommittedOffset(offset.offset())
                .setCommittedLeaderEpoch(offset.leaderEpoch())
                .setMetadata(offset.metadata());
    }

    private static OffsetFetchResponsePartitions nothing(int index, Errors error) {
        return new OffsetFetchResponsePartitions()
                .setPartitionIndex(index)
                .setCommittedOffset(NO_OFFSET)
                .setMetadata("")
                .setErrorCode(error.code());
    }
}
