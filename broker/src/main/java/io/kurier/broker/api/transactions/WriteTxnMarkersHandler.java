package io.kurier.broker.api.transactions;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.transaction.Marker;
import io.kurier.broker.transaction.PartitionMarkers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData;
import org.apache.kafka.common.message.WriteTxnMarkersRequestData.WritableTxnMarker;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData.WritableTxnMarkerPartitionResult;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData.WritableTxnMarkerResult;
import org.apache.kafka.common.message.WriteTxnMarkersResponseData.WritableTxnMarkerTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;

/// WriteTxnMarkers: a coordinator on another node has decided the end of transactions (KIP-98), or an administrator
/// ends one that hangs (KIP-664). Answered when all markers are committed, or refused.
public final class WriteTxnMarkersHandler implements ApiHandler<WriteTxnMarkersRequestData> {
    private final PartitionMarkers markers;

    public WriteTxnMarkersHandler(PartitionMarkers markers) {
        this.markers = markers;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.WRITE_TXN_MARKERS;
    }

    @Override
    public CompletableFuture<WriteTxnMarkersResponseData> handle(
            RequestContext context, WriteTxnMarkersRequestData request) {
        WriteTxnMarkersResponseData answer = new WriteTxnMarkersResponseData();
        List<CompletableFuture<Void>> writes = new ArrayList<>();
        for (WritableTxnMarker asked : request.markers()) {
            answer.markers().add(write(asked, writes));
        }
        return CompletableFuture.allOf(writes.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> answer);
    }

    private WritableTxnMarkerResult write(WritableTxnMarker asked, List<CompletableFuture<Void>> writes) {
        Marker marker = new Marker(
                asked.producerId(),
                asked.producerEpoch(),
                asked.coordinatorEpoch(),
                asked.transactionResult(),
                asked.transactionVersion() >= 2);
        WritableTxnMarkerResult result = new WritableTxnMarkerResult().setProducerId(asked.producerId());
        asked.topics().forEach(topic -> {
            WritableTxnMarkerTopicResult topicResult = new WritableTxnMarkerTopicResult().setName(topic.name());
            result.topics().add(topicResult);
            for (int index : topic.partitionIndexes()) {
                WritableTxnMarkerPartitionResult partition =
                        new WritableTxnMarkerPartitionResult().setPartitionIndex(index);
                topicResult.partitions().add(partition);
                writes.add(markers.write(new TopicPartition(topic.name(), index), marker)
                        .thenAccept(outcome -> partition.setErrorCode(outcome.code())));
            }
        });
        return result;
    }
}
