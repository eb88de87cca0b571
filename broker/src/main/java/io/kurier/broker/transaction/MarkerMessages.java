package io.kurier.broker.transaction;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarker;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarkerTopic;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData;
import org.apache.kafka.common.protocol.Errors;

/// Markers as WriteTxnMarkers carries them, and its answers.
final class MarkerMessages {
    private MarkerMessages() {}

    /// One marker and where it belongs.
    record Said(Marker marker, Collection<TopicPartition> partitions) {}

    /// What became of the markers of each producer.
    record Outcomes(Map<Long, Map<TopicPartition, Errors>> byProducer) {
        static final Outcomes NONE = new Outcomes(Map.of());

        /// NETWORK_EXCEPTION where nothing was said.
        Errors of(long producerId, TopicPartition partition) {
            return byProducer.getOrDefault(producerId, Map.of()).getOrDefault(partition, Errors.NETWORK_EXCEPTION);
        }
    }

    static WriteTxnMarkersRequestData request(List<Said> all) {
        WriteTxnMarkersRequestData request = new WriteTxnMarkersRequestData();
        for (Said said : all) {
            Marker marker = said.marker();
            Map<String, WritableTxnMarkerTopic> topics = new HashMap<>();
            said.partitions()
                    .forEach(partition -> topics.computeIfAbsent(
                                    partition.topic(), topic -> new WritableTxnMarkerTopic().setName(topic))
                            .partitionIndexes()
                            .add(partition.partition()));
            request.markers()
                    .add(new WritableTxnMarker()
                            .setProducerId(marker.producerId())
                            .setProducerEpoch(marker.epoch())
                            .setTransactionResult(marker.commit())
                            .setTopics(new ArrayList<>(topics.values()))
                            .setCoordinatorEpoch(marker.coordinatorEpoch())
                            .setTransactionVersion((byte) (marker.nextEpoch() ? 2 : 0)));
        }
        return request;
    }

    static Outcomes outcomes(WriteTxnMarkersResponseData answer) {
        Map<Long, Map<TopicPartition, Errors>> outcomes = new HashMap<>();
        answer.markers()
                .forEach(marker -> marker.topics()
                        .forEach(topic -> topic.partitions()
                                .forEach(partition -> outcomes.computeIfAbsent(
                                                marker.producerId(), id -> new HashMap<>())
                                        .put(
                                                new TopicPartition(topic.name(), partition.partitionIndex()),
                                                Errors.forCode(partition.errorCode())))));
        return new Outcomes(outcomes);
    }
}
