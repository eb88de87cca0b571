package io.kurier.broker.sharestate;

import io.kurier.broker.transaction.NodeCalls;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.group.share.ShareStates;
import io.kurier.coordinator.share.EndingEpoch;
import io.kurier.coordinator.share.ShareCoordinator;
import io.kurier.coordinator.share.SharePartitionKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteShareGroupStateRequestData;
import org.apache.kafka.common.message.DeleteShareGroupStateResponseData;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData;
import org.apache.kafka.common.message.InitializeShareGroupStateRequestData.InitializeStateData;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData.InitializeStateResult;
import org.apache.kafka.common.message.InitializeShareGroupStateResponseData.PartitionResult;
import org.apache.kafka.common.message.ReadShareGroupStateSummaryRequestData;
import org.apache.kafka.common.message.ReadShareGroupStateSummaryResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Asks the share coordinators, each for the share partitions that it keeps. The first question makes their topic.
public final class ShareStateCalls implements ShareStates {
    private static final int NO_NODE = -1;
    private static final int UNKNOWN_EPOCH = -1;

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

    @Override
    public CompletableFuture<Set<Place>> delete(String groupId, NavigableSet<Place> places, int stateEpoch) {
        return each(groupId, places, (node, part) -> {
                    DeleteShareGroupStateRequestData request =
                            new DeleteShareGroupStateRequestData().setGroupId(groupId);
                    byTopic(part)
                            .forEach((topicId, partitions) -> request.topics()
                                    .add(new DeleteShareGroupStateRequestData.DeleteStateData()
                                            .setTopicId(topicId)
                                            .setPartitions(partitions.stream()
                                                    .map(partition -> EndingEpoch.put(
                                                            new DeleteShareGroupStateRequestData.PartitionData()
                                                                    .setPartition(partition),
                                                            stateEpoch))
                                                    .toList())));
                    return (node == nodeId
                                    ? local.delete(request)
                                    : calls.ask(node, request, DeleteShareGroupStateResponseData.class))
                            .thenApply(ShareStateCalls::gone);
                })
                .thenApply(Map::keySet);
    }

    /// Of a topic that there is no more nothing is left, or will be: the share coordinators see to it.
    private static Map<Place, Boolean> gone(DeleteShareGroupStateResponseData answer) {
        Map<Place, Boolean> gone = new HashMap<>();
        answer.results()
                .forEach(topic -> topic.partitions().stream()
                        .filter(partition -> partition.errorCode() == Errors.NONE.code())
                        .forEach(partition -> gone.put(new Place(topic.topicId(), partition.partition()), true)));
        return gone;
    }

    @Override
    public CompletableFuture<Map<Place, Progress>> progress(String groupId, NavigableSet<Place> places) {
        return each(groupId, places, (node, part) -> {
            ReadShareGroupStateSummaryRequestData request =
                    new ReadShareGroupStateSummaryRequestData().setGroupId(groupId);
            byTopic(part)
                    .forEach((topicId, partitions) -> request.topics()
                            .add(new ReadShareGroupStateSummaryRequestData.ReadStateSummaryData()
                                    .setTopicId(topicId)
                                    .setPartitions(partitions.stream()
                                            .map(partition -> new ReadShareGroupStateSummaryRequestData.PartitionData()
                                                    .setPartition(partition)
                                                    .setLeaderEpoch(UNKNOWN_EPOCH))
                                            .toList())));
            return (node == nodeId
                            ? local.summarise(request)
                            : calls.ask(node, request, ReadShareGroupStateSummaryResponseData.class))
                    .thenApply(ShareStateCalls::progress);
        });
    }

    private static Map<Place, Progress> progress(ReadShareGroupStateSummaryResponseData answer) {
        Map<Place, Progress> known = new HashMap<>();
        answer.results()
                .forEach(topic -> topic.partitions().stream()
                        .filter(partition -> partition.errorCode() == Errors.NONE.code())
                        .forEach(partition -> known.put(
                                new Place(topic.topicId(), partition.partition()),
                                new Progress(
                                        partition.startOffset(),
                                        partition.leaderEpoch(),
                                        partition.deliveryCompleteCount()))));
        return known;
    }

    /// Asks each coordinator of its part; what cannot be asked is not in the answer.
    private <T> CompletableFuture<Map<Place, T>> each(
            String groupId,
            NavigableSet<Place> places,
            BiFunction<Integer, NavigableSet<Place>, CompletableFuture<Map<Place, T>>> ask) {
        Map<Integer, NavigableSet<Place>> byNode = new TreeMap<>();
        places.forEach(place -> byNode.computeIfAbsent(
                        coordinator(groupId, place.topicId(), place.partition()), node -> new TreeSet<>())
                .add(place));
        byNode.remove(NO_NODE);
        List<CompletableFuture<Map<Place, T>>> parts = byNode.entrySet().stream()
                .map(part -> ask.apply(part.getKey(), part.getValue()).exceptionally(failure -> Map.of()))
                .toList();
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(nothing -> {
                    Map<Place, T> all = new HashMap<>();
                    parts.forEach(part -> all.putAll(part.join()));
                    return all;
                });
    }

    private static SortedMap<Uuid, List<Integer>> byTopic(NavigableSet<Place> places) {
        SortedMap<Uuid, List<Integer>> byTopic = new TreeMap<>();
        places.forEach(place -> byTopic.computeIfAbsent(place.topicId(), topicId -> new ArrayList<>())
                .add(place.partition()));
        return byTopic;
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
