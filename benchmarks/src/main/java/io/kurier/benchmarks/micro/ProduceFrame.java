package io.kurier.benchmarks.micro;

import io.kurier.protocol.records.Batches;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;

/// A Produce request as it arrives, without its length.
final class ProduceFrame {
    private static final short VERSION = 11;

    private ProduceFrame() {}

    static ByteBuffer around(ByteBuffer batch) {
        var topics = new TopicProduceDataCollection();
        topics.add(new TopicProduceData()
                .setName("topic")
                .setPartitionData(List.of(
                        new PartitionProduceData().setIndex(0).setRecords(Batches.inMemory(batch.duplicate())))));
        var body = new ProduceRequestData()
                .setAcks((short) -1)
                .setTimeoutMs(30_000)
                .setTopicData(topics);
        var header = new RequestHeaderData()
                .setRequestApiKey(ApiKeys.PRODUCE.id)
                .setRequestApiVersion(VERSION)
                .setClientId("micro");
        var cache = new ObjectSerializationCache();
        short headerVersion = ApiKeys.PRODUCE.requestHeaderVersion(VERSION);
        ByteBuffer frame = ByteBuffer.allocateDirect(header.size(cache, headerVersion) + body.size(cache, VERSION));
        var writer = new ByteBufferAccessor(frame);
        header.write(writer, cache, headerVersion);
        body.write(writer, cache, VERSION);
        return frame.flip();
    }
}
