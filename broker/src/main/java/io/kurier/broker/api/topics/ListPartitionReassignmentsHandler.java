package io.kurier.broker.api.topics;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.ListPartitionReassignmentsRequestData.ListPartitionReassignmentsTopics;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData.OngoingPartitionReassignment;
import org.apache.kafka.common.message.ListPartitionReassignmentsResponseData.OngoingTopicReassignment;
import org.apache.kafka.common.protocol.ApiKeys;

/// ListPartitionReassignments (KIP-455): which partitions get or lose replicas at the moment. A topic or partition that
/// is not there is not listed.
public final class ListPartitionReassignmentsHandler implements ApiHandler<ListPartitionReassignmentsRequestData> {
    private final ClusterView cluster;

    public ListPartitionReassignmentsHandler(ClusterView cluster) {
        this.cluster = cluster;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.LIST_PARTITION_REASSIGNMENTS;
    }

    @Override
    public boolean mayBlock(ListPartitionReassignmentsRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<ListPartitionReassignmentsResponseData> handle(
            RequestContext context, ListPartitionReassignmentsRequestData request) {
        ListPartitionReassignmentsResponseData answer = new ListPartitionReassignmentsResponseData();
        ClusterImage image = cluster.image();
        List<ListPartitionReassignmentsTopics> asked = request.topics();
        if (asked == null) {
            for (TopicImage topic : image.topics()) {
                list(answer, topic, IntStream.range(0, topic.partitions().size()));
            }
        } else {
            for (ListPartitionReassignmentsTopics one : asked) {
                TopicImage topic = image.topic(one.name());
                if (topic != null) {
                    list(answer, topic, one.partitionIndexes().stream().mapToInt(Integer::intValue));
                }
            }
        }
        return CompletableFuture.completedFuture(answer);
    }

    private static void list(ListPartitionReassignmentsResponseData answer, TopicImage topic, IntStream numbers) {
        OngoingTopicReassignment ongoing = new OngoingTopicReassignment().setName(topic.name());
        numbers.forEach(number -> {
            PartitionImage partition = topic.partition(number);
            if (partition != null
                    && !(partition.adding().isEmpty() && partition.removing().isEmpty())) {
                ongoing.partitions()
                        .add(new OngoingPartitionReassignment()
                                .setPartitionIndex(number)
                                .setReplicas(partition.replicas())
                                .setAddingReplicas(partition.adding())
                                .setRemovingReplicas(partition.removing()));
            }
        });
        if (!ongoing.partitions().isEmpty()) {
            answer.topics().add(ongoing);
        }
    }
}
