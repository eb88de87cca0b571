package io.kurier.broker.sharestate;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.PartitionException;
import io.kurier.broker.replica.Partitions;
import io.kurier.broker.transaction.NodeCalls;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import io.kurier.coordinator.group.consumer.assignor.Place;
import io.kurier.coordinator.group.share.PartitionEnds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Asks the leaders of partitions where they end (ListOffsets); this node's own are looked at.
public final class PartitionEndCalls implements PartitionEnds {
    private static final long LATEST = -1;
    private static final int CONSUMER = -1;

    private final int nodeId;
    private final ClusterView cluster;
    private final Partitions partitions;
    private final NodeCalls calls;

    public PartitionEndCalls(int nodeId, ClusterView cluster, Partitions partitions, NodeCalls calls) {
        this.nodeId = nodeId;
        this.cluster = cluster;
        this.partitions = partitions;
        this.calls = calls;
    }

    @Override
    public CompletableFuture<Map<Place, Long>> of(NavigableSet<Place> places) {
        ClusterImage image = cluster.image();
        Map<Place, Long> ends = new HashMap<>();
        Map<Integer, NavigableSet<Place>> byLeader = new TreeMap<>();
        for (Place place : places) {
            TopicImage topic = image.topic(place.topicId());
            PartitionImage partition = topic == null ? null : topic.partition(place.partition());
            if (topic == null || partition == null || partition.leader() < 0) {
                continue;
            }
            if (partition.leader() == nodeId) {
                putOwn(place, new TopicPartition(topic.name(), place.partition()), ends);
            } else {
                byLeader.computeIfAbsent(partition.leader(), leader -> new TreeSet<>())
                        .add(place);
            }
        }
        List<CompletableFuture<Map<Place, Long>>> parts = byLeader.entrySet().stream()
                .map(part -> ask(image, part.getKey(), part.getValue()))
                .toList();
        return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
                .thenApply(nothing -> {
                    parts.forEach(part -> ends.putAll(part.join()));
                    return ends;
                });
    }

    private void putOwn(Place place, TopicPartition name, Map<Place, Long> ends) {
        try {
            Partition partition = partitions.ready(name);
            if (partition != null) {
                ends.put(place, partition.highWatermark());
            }
        } catch (PartitionException e) {
            // it is led by another node now, and nobody can tell
        }
    }

    private CompletableFuture<Map<Place, Long>> ask(ClusterImage image, int leader, NavigableSet<Place> places) {
        Map<String, ListOffsetsTopic> topics = new TreeMap<>();
        Map<TopicPartition, Place> asked = new HashMap<>();
        for (Place place : places) {
            TopicImage topic = image.topic(place.topicId());
            if (topic != null) {
                topics.computeIfAbsent(topic.name(), name -> new ListOffsetsTopic().setName(name))
                        .partitions()
                        .add(new ListOffsetsPartition()
                                .setPartitionIndex(place.partition())
                                .setTimestamp(LATEST));
                asked.put(new TopicPartition(topic.name(), place.partition()), place);
            }
        }
        ListOffsetsRequestData request =
                new ListOffsetsRequestData().setReplicaId(CONSUMER).setTopics(new ArrayList<>(topics.values()));
        return calls.ask(leader, request, ListOffsetsResponseData.class)
                .thenApply(answer -> ends(answer, asked))
                .exceptionally(failure -> Map.of());
    }

    private static Map<Place, Long> ends(ListOffsetsResponseData answer, Map<TopicPartition, Place> asked) {
        Map<Place, Long> ends = new HashMap<>();
        for (var topic : answer.topics()) {
            for (var partition : topic.partitions()) {
                Place place = asked.get(new TopicPartition(topic.name(), partition.partitionIndex()));
                if (place != null && partition.errorCode() == Errors.NONE.code()) {
                    ends.put(place, partition.offset());
                }
            }
        }
        return ends;
    }
}
