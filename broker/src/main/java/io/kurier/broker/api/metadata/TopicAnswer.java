package io.kurier.broker.api.metadata;

import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import java.util.List;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.Errors;

/// What Metadata answers for a topic that exists.
final class TopicAnswer {
    private TopicAnswer() {}

    /// The topic with its partitions, their leaders and replicas.
    static MetadataResponseTopic of(TopicImage topic, ClusterImage image, boolean internal) {
        MetadataResponseTopic answer = new MetadataResponseTopic()
                .setName(topic.name())
                .setTopicId(topic.id())
                .setIsInternal(internal);
        for (int number = 0; number < topic.partitions().size(); number++) {
            PartitionImage partition = topic.partitions().get(number);
            answer.partitions()
                    .add(new MetadataResponsePartition()
                            .setPartitionIndex(number)
                            .setErrorCode(
                                    partition.hasLeader() ? Errors.NONE.code() : Errors.LEADER_NOT_AVAILABLE.code())
                            .setLeaderId(partition.leader())
                            .setLeaderEpoch(partition.leaderEpoch())
                            .setReplicaNodes(partition.replicas())
                            .setIsrNodes(partition.isr())
                            .setOfflineReplicas(offline(partition, image)));
        }
        return answer;
    }

    private static List<Integer> offline(PartitionImage partition, ClusterImage image) {
        return partition.replicas().stream()
                .filter(id -> {
                    BrokerImage broker = image.broker(id);
                    return broker == null || broker.fenced();
                })
                .toList();
    }
}
