package io.kurier.broker.sharestate;

import io.kurier.broker.transaction.NodeCalls;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.coordinator.group.share.ShareStates;
import io.kurier.coordinator.share.ShareCoordinator;
import io.kurier.coordinator.share.SharePartitionKey;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData.InitializeStateData;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData.InitializeStateResult;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData.PartitionResult;
import org.apache.kafka.common.protocol.Errors;

/// Asks the share coordinators, each for the share partitions that it keeps. The first question makes their topic.
public final class ShareStateCalls implements ShareStates {
    private static final int NO_NODE = -1;

    private final int nodeId;
    private final ClusterView cluster;
    private final ShareCoordinator local;
    private final NodeCalls calls;
    private final Supplier<CompletionStage<Errors>> topic;

    /// @param local this node's own
    /// @param topic makes [ShareCoordinator#TOPIC] if there is none
    public ShareStateCalls(
            int nodeId,
            ClusterView cluster,
            ShareCoordinator local,
            NodeCalls calls,
            Supplier<CompletionStage<Errors>> topic) {
        this.nodeId = nodeId;
        this.cluster = cluster;
        this.local = local;
        this.calls = calls;
        this.topic = topic;
    }

    @Override
    public CompletableFuture<InitializeShareGroupStateResponseData> initialise(
            InitializeShareGroupStateRequestData request) {
        return topic.get()
                .handle((error, failure) -> failure == null ? error : Errors.COORDINATOR_NOT_AVAILABLE)
                .thenCompose(error -> {
                    Map<Integer, InitializeShareGroupStateRequestData> byNode = new TreeMap<>();
                    request.topics().forEach(asked -> split(request.groupId(), asked, byNode));
                    List<CompletableFuture<InitializeShareGroupStateResponseData>> parts = byNode.entrySet().stream()
                            .map(part -> initialise(part.getKey(), part.getValue()))
                            .toList();
                    return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                            .thenApply(nothing -> new InitializeShareGroupStateResponseData()
                                    .setResults(parts.stream()
                                            .flatMap(part -> part.join().results().stream())
                                            .toList()));
                })
                .toCompletableFuture();
    }

    private void split(
            String groupId, InitializeStateData asked, Map<Integer, InitializeShareGroupStateRequestData> byNode) {
        Map<Integer, InitializeStateData> ofTopic = new TreeMap<>();
        asked.partitions()
                .forEach(partition -> ofTopic.computeIfAbsent(
                                coordinator(groupId, asked.topicId(), partition.partition()),
                                node -> new InitializeStateData().setTopicId(asked.topicId()))
                        .partitions()
                        .add(partition));
        ofTopic.forEach((node, part) -> byNode.computeIfAbsent(
                        node, number -> new InitializeShareGroupStateRequestData().setGroupId(groupId))
                .topics()
                .add(part));
    }

    /// The node that keeps a share partition's state; -1 while there is none.
    private int coordinator(String groupId, Uuid topicId, int partition) {
        String key = new SharePartitionKey(groupId, topicId, partition).text();
        PartitionImage shard = cluster.image().partition(ShareCoordinator.TOPIC, local.shardOf(key));
        return shard == null ? NO_NODE : shard.leader();
    }

    private CompletableFuture<InitializeShareGroupStateResponseData> initialise(
            int node, InitializeShareGroupStateRequestData part) {
        if (node < 0) {
            return CompletableFuture.completedFuture(refused(part));
        }
        return node == nodeId
                ? local.initialise(part)
                : calls.ask(node, part, InitializeShareGroupStateResponseData.class)
                        .exceptionally(failure -> refused(part));
    }

    private static InitializeShareGroupStateResponseData refused(InitializeShareGroupStateRequestData part) {
        return new InitializeShareGroupStateResponseData()
                .setResults(part.topics().stream()
                        .map(topic -> new InitializeStateResult()
                                .setTopicId(topic.topicId())
                                .setPartitions(topic.partitions().stream()
                                        .map(partition -> new PartitionResult()
                                                .setPartition(partition.partition())
                                                .setErrorCode(Errors.COORDINATOR_NOT_AVAILABLE.code()))
                                        .toList()))
                        .toList());
    }
}
