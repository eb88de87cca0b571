package io.kurier.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.api.RequestContext;
import io.kurier.broker.api.records.ProduceHandler;
import io.kurier.kernel.Clock;
import io.kurier.protocol.RequestHeader;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.metadata.PartitionRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.metadata.TopicRecord;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a producer hears whose records before are not there.
class SequenceGapTest {
    private static final int OTHER = 2;
    private static final long PRODUCER = 77;
    private static final InetSocketAddress HERE = new InetSocketAddress("localhost", 1);
    private static final RequestContext CONTEXT = new RequestContext(
            new RequestHeader(ApiKeys.PRODUCE, (short) 12, true, 1, "client"), Runnable::run, HERE, HERE, "PLAINTEXT");

    @TempDir
    Path data;

    private static void create(BrokerFixture broker, List<Integer> replicas) {
        Uuid id = Uuid.randomUuid();
        broker.cluster.change(
                new RegisterBrokerRecord().setBrokerId(OTHER).setFenced(false),
                new TopicRecord().setName("words").setTopicId(id),
                new PartitionRecord()
                        .setTopicId(id)
                        .setPartitionId(0)
                        .setReplicas(replicas)
                        .setIsr(replicas)
                        .setLeader(FakeCluster.NODE)
                        .setLeaderEpoch(0));
    }

    private static Errors produce(BrokerFixture broker, int sequence) throws Exception {
        ProduceRequestData request = new ProduceRequestData().setAcks((short) 1).setTimeoutMs(30_000);
        request.topicData()
                .add(new TopicProduceData()
                        .setName("words")
                        .setPartitionData(List.of(new PartitionProduceData()
                                .setIndex(0)
                                .setRecords(MemoryRecords.withIdempotentRecords(
                                        Compression.NONE,
                                        PRODUCER,
                                        (short) 0,
                                        sequence,
                                        new SimpleRecord("v".getBytes(StandardCharsets.UTF_8)))))));
        ProduceResponseData answer = new ProduceHandler(
                        broker.partitions,
                        Clock.system(),
                        (of, names, add) -> CompletableFuture.failedFuture(new AssertionError("no transactions here")))
                .handle(CONTEXT, request)
                .get(60, TimeUnit.SECONDS);
        return Errors.forCode(answer.responses()
                .iterator()
                .next()
                .partitionResponses()
                .getFirst()
                .errorCode());
    }

    @Test
    void whoSurelyLeadsSaysThatSomethingIsMissing() throws Exception {
        try (BrokerFixture broker = new BrokerFixture(data)) {
            create(broker, List.of(FakeCluster.NODE));
            assertThat(produce(broker, 0)).isEqualTo(Errors.NONE);
            assertThat(produce(broker, 5)).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
            assertThat(produce(broker, 1)).isEqualTo(Errors.NONE);
        }
    }

    /// Another node that is not heard may lead by now, and have what is missing here.
    @Test
    void whoMayHaveBeenReplacedSendsTheProducerToLookForTheLeader() throws Exception {
        try (BrokerFixture broker = new BrokerFixture(data)) {
            create(broker, List.of(FakeCluster.NODE, OTHER));
            assertThat(produce(broker, 0)).isEqualTo(Errors.NONE);
            assertThat(produce(broker, 5)).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
        }
    }
}
