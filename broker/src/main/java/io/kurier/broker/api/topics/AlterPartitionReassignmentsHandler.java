package io.kurier.broker.api.topics;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignablePartitionResponse;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData.ReassignableTopicResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// AlterPartitionReassignments (KIP-455): which brokers shall have a partition's replicas. A cluster of one node has no
/// other to move them to, so a partition can only stay where it is, which Kafka's tool asks for when it moves replicas
/// between a node's directories.
///
/// - INVALID_REPLICA_ASSIGNMENT: other brokers than those that have the replicas
/// - NO_REASSIGNMENT_IN_PROGRESS: one shall be cancelled
/// - UNKNOWN_TOPIC_OR_PARTITION
public final class AlterPartitionReassignmentsHandler implements ApiHandler<AlterPartitionReassignmentsRequestData> {
    private final ClusterView cluster;

    public AlterPartitionReassignmentsHandler(ClusterView cluster) {
        this.cluster = cluster;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.ALTER_PARTITION_REASSIGNMENTS;
    }

    @Override
    public boolean mayBlock(AlterPartitionReassignmentsRequestData request) {
        return false;
    }

    @Override
    public CompletableFuture<AlterPartitionReassignmentsResponseData> handle(
            RequestContext context, AlterPartitionReassignmentsRequestData request) {
        AlterPartitionReassignmentsResponseData answer = new AlterPartitionReassignmentsResponseData()
                .setAllowReplicationFactorChange(request.allowReplicationFactorChange());
        ClusterImage image = cluster.image();
        for (ReassignableTopic topic : request.topics()) {
            ReassignableTopicResponse one = new ReassignableTopicResponse().setName(topic.name());
            answer.responses().add(one);
            for (ReassignablePartition asked : topic.partitions()) {
                one.partitions().add(check(image.partition(topic.name(), asked.partitionIndex()), asked));
            }
        }
        return CompletableFuture.completedFuture(answer);
    }

    private static ReassignablePartitionResponse check(
            @Nullable PartitionImage partition, ReassignablePartition asked) {
        ReassignablePartitionResponse answer =
                new ReassignablePartitionResponse().setPartitionIndex(asked.partitionIndex());
        List<Integer> replicas = asked.replicas();
        if (partition == null) {
            return refused(answer, Errors.UNKNOWN_TOPIC_OR_PARTITION, "There is no such partition.");
        }
        if (replicas == null) {
            return refused(answer, Errors.NO_REASSIGNMENT_IN_PROGRESS, "The partition is not being reassigned.");
        }
        if (!replicas.equals(partition.replicas())) {
            return refused(
                    answer,
                    Errors.INVALID_REPLICA_ASSIGNMENT,
                    "The replicas " + partition.replicas()
                            + " cannot be moved: replicas move between the directories of a node only.");
        }
        return answer;
    }

    private static ReassignablePartitionResponse refused(
            ReassignablePartitionResponse answer, Errors error, String message) {
        return answer.setErrorCode(error.code()).setErrorMessage(message);
    }
}
