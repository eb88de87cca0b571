package io.kurier.coordinator.group;

import io.kurier.coordinator.TopicNames;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.group.share.ShareStates.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.AlterShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.AlterShareGroupOffsetsResponseData.AlterShareGroupOffsetsResponsePartition;
import org.apache.kafka.common.message.AlterShareGroupOffsetsResponseData.AlterShareGroupOffsetsResponseTopic;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsResponseData;
import org.apache.kafka.common.message.DeleteShareGroupOffsetsResponseData.DeleteShareGroupOffsetsResponseTopic;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData.DescribeShareGroupOffsetsRequestGroup;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData.DescribeShareGroupOffsetsResponseGroup;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData.DescribeShareGroupOffsetsResponsePartition;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsResponseData.DescribeShareGroupOffsetsResponseTopic;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// The share group offset APIs' words for what was asked and what became of it.
record ShareOffsetAnswers(TopicNames topics) {
    private static final long NOBODY_READ = -1;
    private static final long NOT_KNOWN = -1;

    /// Those of the group's partitions that are asked for.
    NavigableSet<Place> wanted(DescribeShareGroupOffsetsRequestGroup asked, NavigableSet<Place> known) {
        if (asked.topics() == null) {
            return known;
        }
        NavigableSet<Place> wanted = new TreeSet<>();
        asked.topics()
                .forEach(topic -> topics.idOf(topic.topicName())
                        .ifPresent(
                                id -> topic.partitions().forEach(partition -> wanted.add(new Place(id, partition)))));
        wanted.retainAll(known);
        return wanted;
    }

    /// What is known of partitions.
    ///
    /// @param progress what the share coordinators have said of them
    /// @param ends what their leaders have
    record Known(Map<Place, Progress> progress, Map<Place, Long> ends) {}

    /// @param begun partitions whose state has begun
    DescribeShareGroupOffsetsResponseGroup described(
            DescribeShareGroupOffsetsRequestGroup asked, NavigableSet<Place> begun, Known known) {
        List<DescribeShareGroupOffsetsResponseTopic> answers = new ArrayList<>();
        if (asked.topics() == null) {
            SortedMap<Uuid, List<Integer>> byTopic = new TreeMap<>();
            begun.forEach(place -> byTopic.computeIfAbsent(place.topicId(), topicId -> new ArrayList<>())
                    .add(place.partition()));
            byTopic.forEach((topicId, partitions) -> topics.nameOf(topicId)
                    .ifPresent(name -> answers.add(described(name, topicId, partitions, begun, known))));
        } else {
            asked.topics()
                    .forEach(topic -> answers.add(described(
                            topic.topicName(),
                            topics.idOf(topic.topicName()).orElse(Uuid.ZERO_UUID),
                            topic.partitions(),
                            begun,
                            known)));
        }
        return new DescribeShareGroupOffsetsResponseGroup()
                .setGroupId(asked.groupId())
                .setTopics(answers);
    }

    private static DescribeShareGroupOffsetsResponseTopic described(
            String name, Uuid topicId, List<Integer> partitions, NavigableSet<Place> begun, Known known) {
        List<DescribeShareGroupOffsetsResponsePartition> answers = new ArrayList<>();
        for (int partition : partitions) {
            Place place = new Place(topicId, partition);
            Progress found = known.progress.get(place);
            DescribeShareGroupOffsetsResponsePartition answer = new DescribeShareGroupOffsetsResponsePartition()
                    .setPartitionIndex(partition)
                    .setStartOffset(found == null ? NOBODY_READ : found.startOffset())
                    .setLeaderEpoch(found == null ? 0 : found.leaderEpoch())
                    .setLag(found == null ? NOT_KNOWN : found.lag(known.ends.get(place)));
            if (found == null && begun.contains(place)) {
                answer.setErrorCode(Errors.COORDINATOR_NOT_AVAILABLE.code())
                        .setErrorMessage("The share coordinator of the partition cannot tell now; try again.");
            }
            answers.add(answer);
        }
        return new DescribeShareGroupOffsetsResponseTopic()
                .setTopicName(name)
                .setTopicId(topicId)
                .setPartitions(answers);
    }

    /// @param outcomes of the partitions that the share coordinators were asked of
    AlterShareGroupOffsetsResponseData altered(AlterShareGroupOffsetsRequestData request, Map<Place, Errors> outcomes) {
        AlterShareGroupOffsetsResponseData answer = new AlterShareGroupOffsetsResponseData();
        for (var topic : request.topics()) {
            Uuid topicId = topics.idOf(topic.topicName()).orElse(Uuid.ZERO_UUID);
            List<AlterShareGroupOffsetsResponsePartition> partitions = new ArrayList<>();
            for (var asked : topic.partitions()) {
                Errors error = outcome(outcomes.get(new Place(topicId, asked.partitionIndex())), asked.startOffset());
                partitions.add(new AlterShareGroupOffsetsResponsePartition()
                        .setPartitionIndex(asked.partitionIndex())
                        .setErrorCode(error.code())
                        .setErrorMessage(error == Errors.NONE ? null : error.message()));
            }
            answer.responses()
                    .add(new AlterShareGroupOffsetsResponseTopic()
                            .setTopicName(topic.topicName())
                            .setTopicId(topicId)
                            .setPartitions(partitions));
        }
        return answer;
    }

    private static Errors outcome(@Nullable Errors said, long startOffset) {
        if (said != null) {
            return said;
        }
        return startOffset < 0 ? Errors.INVALID_REQUEST : Errors.UNKNOWN_TOPIC_OR_PARTITION;
    }

    DeleteShareGroupOffsetsResponseData deleted(DeleteShareGroupOffsetsRequestData request) {
        return new DeleteShareGroupOffsetsResponseData()
                .setResponses(request.topics().stream()
                        .map(topic -> {
                            Uuid topicId = topics.idOf(topic.topicName()).orElse(Uuid.ZERO_UUID);
                            Errors error =
                                    topicId.equals(Uuid.ZERO_UUID) ? Errors.UNKNOWN_TOPIC_OR_PARTITION : Errors.NONE;
                            return new DeleteShareGroupOffsetsResponseTopic()
                                    .setTopicName(topic.topicName())
                                    .setTopicId(topicId)
                                    .setErrorCode(error.code())
                                    .setErrorMessage(error == Errors.NONE ? null : error.message());
                        })
                        .toList());
    }
}
