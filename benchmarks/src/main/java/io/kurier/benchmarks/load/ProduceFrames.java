package io.kurier.benchmarks.load;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.protocol.ApiKeys;

/// Encodes Produce requests.
final class ProduceFrames {
    private static final short VERSION = 11;
    private static final int TIMEOUT_MS = 30_000;

    private ProduceFrames() {}

    /// A frame and what is in it.
    ///
    /// @param batchBytes bytes of the batches, as they are stored
    /// @param sequences to be moved on before each sending
    record Filled(ByteBuffer frame, int records, int batchBytes, Sequences sequences) {}

    /// One request with a batch for each of these partitions.
    static Filled encode(String topic, short acks, Payload payload, int recordsPerBatch, List<Integer> partitions) {
        var all = new ArrayList<PartitionProduceData>();
        int bytes = 0;
        for (int partition : partitions) {
            var batch = payload.batch(recordsPerBatch, 31L * partition + recordsPerBatch);
            bytes += batch.sizeInBytes();
            all.add(new PartitionProduceData().setIndex(partition).setRecords(batch));
        }
        var topics = new TopicProduceDataCollection();
        topics.add(new TopicProduceData().setName(topic).setPartitionData(all));
        var request =
                new ProduceRequestData().setAcks(acks).setTimeoutMs(TIMEOUT_MS).setTopicData(topics);
        ByteBuffer frame = Frames.encode(ApiKeys.PRODUCE, VERSION, request);
        var sequences = new Sequences(frame, payload.idempotent() ? partitions.size() : 0, recordsPerBatch);
        return new Filled(frame, recordsPerBatch * partitions.size(), bytes, sequences);
    }
}
