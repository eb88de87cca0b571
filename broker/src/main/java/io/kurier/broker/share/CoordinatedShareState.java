package io.kurier.broker.share;

import io.kurier.broker.share.machine.StateBatch;
import io.kurier.broker.share.machine.StateWrite;
import io.kurier.broker.share.machine.StoredState;
import io.kurier.broker.transaction.NodeCalls;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.coordinator.share.WriteOrder;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.errors.CoordinatorNotAvailableException;
import org.apache.kafka.common.message.ReadShareGroupStateRequestData;
import org.apache.kafka.common.message.ReadShareGroupStateResponseData;
import org.apache.kafka.common.message.WriteShareGroupStateRequestData;
import org.apache.kafka.common.message.WriteShareGroupStateResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// Keeps states with the share coordinator, wherever it is: the leader of the partition of its topic that a share
/// partition belongs to (KIP-932).
public final class CoordinatedShareState implements ShareState {
    private final int nodeId;
    private final ClusterView cluster;
    private final Coordinator coordinator;
    private final NodeCalls calls;

    /// The share coordinator of this node.
    ///
    /// @param topic where it keeps its records
    /// @param shardOf the partition of the topic that a key belongs to, named as FindCoordinator does
    public record Coordinator(
            String topic,
            ToIntFunction<String> shardOf,
            Function<ReadShareGroupStateRequestData, CompletableFuture<ReadShareGroupStateResponseData>> read,
            Function<WriteShareGroupStateRequestData, CompletableFuture<WriteShareGroupStateResponseData>> write) {}

    /// @param coordinator asked without a connection where this node is in charge
    public CoordinatedShareState(int nodeId, ClusterView cluster, Coordinator coordinator, NodeCalls calls) {
        this.nodeId = nodeId;
        this.cluster = cluster;
        this.coordinator = coordinator;
        this.calls = calls;
    }

    @Override
    public CompletableFuture<StoredState> read(ShareKey key, int leaderEpoch) {
        ReadShareGroupStateRequestData request = new ReadShareGroupStateRequestData()
                .setGroupId(key.groupId())
                .setTopics(List.of(new ReadShareGroupStateRequestData.ReadStateData()
                        .setTopicId(key.topicId())
                        .setPartitions(List.of(new ReadShareGroupStateRequestData.PartitionData()
                                .setPartition(key.partition())
                                .setLeaderEpoch(leaderEpoch)))));
        return ask(key, request, coordinator.read, ReadShareGroupStateResponseData.class)
                .thenApply(CoordinatedShareState::stored);
    }

    private static StoredState stored(ReadShareGroupStateResponseData answer) {
        for (var topic : answer.results()) {
            for (var partition : topic.partitions()) {
                if (partition.errorCode() != Errors.NONE.code()) {
                    throw Errors.forCode(partition.errorCode()).exception(partition.errorMessage());
                }
                return new StoredState(
                        partition.stateEpoch(),
                        WriteOrder.of(partition),
                        partition.startOffset(),
                        partition.stateBatches().stream()
                                .map(batch -> new StateBatch(
                                        batch.firstOffset(),
                                        batch.lastOffset(),
                                        batch.deliveryState(),
                                        batch.deliveryCount()))
                                .toList());
            }
        }
        throw new CoordinatorNotAvailableException("The share coordinator has answered nothing");
    }

    @Override
    public CompletableFuture<Errors> write(ShareKey key, Writer by, StateWrite write) {
        WriteShareGroupStateRequestData request = new WriteShareGroupStateRequestData()
                .setGroupId(key.groupId())
                .setTopics(List.of(new WriteShareGroupStateRequestData.WriteStateData()
                        .setTopicId(key.topicId())
                        .setPartitions(
                                List.of(WriteOrder.put(new WriteShareGroupStateRequestData.PartitionData(), by.order())
                                        .setPartition(key.partition())
                                        .setStateEpoch(by.stateEpoch())
                                        .setLeaderEpoch(by.leaderEpoch())
                                        .setStartOffset(write.startOffset())
                                        .setDeliveryCompleteCount(write.completed())
                                        .setStateBatches(write.batches().stream()
                                                .map(CoordinatedShareState::batch)
                                                .toList())))));
        return ask(key, request, coordinator.write, WriteShareGroupStateResponseData.class)
                .handle((answer, failure) -> failure == null ? outcome(answer) : Errors.COORDINATOR_NOT_AVAILABLE);
    }

    private static WriteShareGroupStateRequestData.StateBatch batch(StateBatch of) {
        return new WriteShareGroupStateRequestData.StateBatch()
                .setFirstOffset(of.first())
                .setLastOffset(of.last())
                .setDeliveryState(of.state())
                .setDeliveryCount(of.deliveries());
    }

    private static Errors outcome(WriteShareGroupStateResponseData answer) {
        for (var topic : answer.results()) {
            for (var partition : topic.partitions()) {
                return Errors.forCode(partition.errorCode());
            }
        }
        return Errors.COORDINATOR_NOT_AVAILABLE;
    }

    private <Q extends ApiMessage, A extends ApiMessage> CompletableFuture<A> ask(
            ShareKey key, Q request, Function<Q, CompletableFuture<A>> local, Class<A> answer) {
        PartitionImage shard =
                cluster.image().partition(coordinator.topic, coordinator.shardOf.applyAsInt(key.toString()));
        if (shard == null || shard.leader() < 0) {
            return CompletableFuture.failedFuture(
                    new CoordinatorNotAvailableException("Nobody coordinates share partition " + key + " now"));
        }
        return shard.leader() == nodeId ? local.apply(request) : calls.ask(shard.leader(), request, answer);
    }
}
