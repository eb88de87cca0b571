package io.kurier.broker.api.metadata;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import java.util.Collection;
import java.util.Iterator;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponsePartition;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// DescribeTopicPartitions: topics with their partitions, page by page in the order of the names (KIP-966). The cursor
/// of an answer says where the next page begins.
public final class DescribeTopicPartitionsHandler implements ApiHandler<DescribeTopicPartitionsRequestData> {
    private final ClusterView cluster;
    private final Predicate<String> isInternal;
    private final int mostPartitions;

    /// @param isInternal true for the names of internal topics
    /// @param mostPartitions in one page, whatever the client asks for (`max.request.partition.size.limit`)
    public DescribeTopicPartitionsHandler(ClusterView cluster, Predicate<String> isInternal, int mostPartitions) {
        this.cluster = cluster;
        this.isInternal = isInternal;
        this.mostPartitions = mostPartitions;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_TOPIC_PARTITIONS;
    }

    @Override
    public boolean mayBlock(DescribeTopicPartitionsRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<DescribeTopicPartitionsResponseData> handle(
            RequestContext context, DescribeTopicPartitionsRequestData request) {
        DescribeTopicPartitionsRequestData.Cursor cursor = request.cursor();
        if (request.responsePartitionLimit() < 1) {
            throw new InvalidRequestException("ResponsePartitionLimit must be at least 1");
        }
        if (cursor != null && cursor.partitionIndex() < 0) {
            throw new InvalidRequestException("The cursor's partition must not be negative");
        }
        ClusterImage image = cluster.image();
        TreeSet<String> names = new TreeSet<>();
        if (request.topics().isEmpty()) {
            names.addAll(image.topicsByName().keySet());
        } else {
            request.topics().stream().map(TopicRequest::name).forEach(names::add);
        }
        int limit = Math.min(request.responsePartitionLimit(), mostPartitions);
        Collection<String> rest = cursor == null ? names : names.tailSet(cursor.topicName());
        return CompletableFuture.completedFuture(page(image, rest, cursor, limit));
    }

    private DescribeTopicPartitionsResponseData page(
            ClusterImage image,
            Collection<String> names,
            DescribeTopicPartitionsRequestData.@Nullable Cursor cursor,
            int limit) {
        DescribeTopicPartitionsResponseData answer = new DescribeTopicPartitionsResponseData();
        int room = limit;
        for (Iterator<String> all = names.iterator(); all.hasNext(); ) {
            String name = all.next();
            TopicImage topic = image.topic(name);
            if (topic == null) {
                answer.topics().add(unknown(name));
                continue;
            }
            int first = cursor != null && cursor.topicName().equals(name)
                    ? Math.min(cursor.partitionIndex(), topic.partitions().size())
                    : 0;
            if (room == 0) {
                return answer.setNextCursor(new Cursor().setTopicName(name).setPartitionIndex(first));
            }
            int end = Math.min(topic.partitions().size(), first + room);
            answer.topics().add(known(topic, image, first, end));
            room -= end - first;
            if (end < topic.partitions().size()) {
                return answer.setNextCursor(new Cursor().setTopicName(name).setPartitionIndex(end));
            }
        }
        return answer;
    }

    private DescribeTopicPartitionsResponseTopic unknown(String name) {
        return new DescribeTopicPartitionsResponseTopic()
                .setName(name)
                .setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code())
                .setIsInternal(isInternal.test(name))
                .setTopicAuthorizedOperations(AuthorizedOperations.TOPIC);
    }

    private DescribeTopicPartitionsResponseTopic known(TopicImage topic, ClusterImage image, int first, int end) {
        DescribeTopicPartitionsResponseTopic answer = new DescribeTopicPartitionsResponseTopic()
                .setName(topic.name())
                .setTopicId(topic.id())
                .setIsInternal(isInternal.test(topic.name()))
                .setTopicAuthorizedOperations(AuthorizedOperations.TOPIC);
        for (int number = first; number < end; number++) {
            PartitionImage partition = topic.partitions().get(number);
            Errors error = partition.hasLeader() ? Errors.NONE : Errors.LEADER_NOT_AVAILABLE;
            answer.partitions()
                    .add(new DescribeTopicPartitionsResponsePartition()
                            .setPartitionIndex(number)
                            .setErrorCode(error.code())
                            .setLeaderId(partition.leader())
                            .setLeaderEpoch(partition.leaderEpoch())
                            .setReplicaNodes(partition.replicas())
                            .setIsrNodes(partition.isr())
                            .setEligibleLeaderReplicas(partition.elr())
                            .setLastKnownElr(partition.lastKnownElr())
                            .setOfflineReplicas(partition.replicas().stream()
                                    .filter(id -> isOffline(image.broker(id)))
                                    .toList()));
        }
        return answer;
    }

    private static boolean isOffline(@Nullable BrokerImage broker) {
        return broker == null || broker.fenced();
    }
}
