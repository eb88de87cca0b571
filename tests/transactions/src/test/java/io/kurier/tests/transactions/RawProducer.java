package io.kurier.tests.transactions;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.protocol.MalformedResponseException;
import io.kurier.protocol.RequestHeader;
import io.kurier.protocol.Requests;
import io.kurier.protocol.Responses;
import io.kurier.protocol.records.Batches;
import io.kurier.testkit.Await;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData;
import org.apache.kafka.common.message.AddPartitionsToTxnRequestData.AddPartitionsToTxnTopic;
import org.apache.kafka.common.message.AddPartitionsToTxnResponseData;
import org.apache.kafka.common.message.EndTxnRequestData;
import org.apache.kafka.common.message.EndTxnResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceDataCollection;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/// A transactional producer request by request, of whatever version, which may send what a client would not send any
/// more. Its records are an hour old, so that tools do not wait before they take a transaction for a hanging one.
final class RawProducer implements AutoCloseable {
    private static final int TIMEOUT_MS = 20_000;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long AGE_MS = 3_600_000;

    private final String transactionalId;
    private final Socket socket;
    private final DataInputStream in;
    private int correlationId;
    private long producerId;
    private short epoch;

    RawProducer(int port, String transactionalId) throws IOException {
        this.transactionalId = transactionalId;
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(TIMEOUT_MS);
        in = new DataInputStream(socket.getInputStream());
    }

    private <A extends ApiMessage> A ask(ApiMessage request, int version, Class<A> answer)
            throws IOException, MalformedResponseException {
        ApiKeys key = ApiKeys.forId(request.apiKey());
        ByteBuffer bytes =
                Requests.toBytes(new RequestHeader(key, (short) version, true, ++correlationId, "raw"), request);
        ByteBuffer frame = ByteBuffer.allocate(4 + bytes.remaining());
        frame.putInt(bytes.remaining()).put(bytes);
        socket.getOutputStream().write(frame.array());
        byte[] answered = new byte[in.readInt()];
        in.readFully(answered);
        ByteBuffer answeredFrame = ByteBuffer.wrap(answered);
        assertThat(Responses.correlationId(answeredFrame)).isEqualTo(correlationId);
        return answer.cast(Responses.decode(key, (short) version, answeredFrame));
    }

    /// Begins its life. Looks for its coordinator first, which makes the topic of the coordinators if need be.
    void init() throws IOException, MalformedResponseException {
        ask(
                new FindCoordinatorRequestData().setKeyType((byte) 1).setCoordinatorKeys(List.of(transactionalId)),
                4,
                FindCoordinatorResponseData.class);
        InitProducerIdRequestData request = new InitProducerIdRequestData()
                .setTransactionalId(transactionalId)
                .setTransactionTimeoutMs(60_000);
        Await.until(LIMIT, "the coordinator of " + transactionalId, () -> {
            try {
                InitProducerIdResponseData answer = ask(request, 4, InitProducerIdResponseData.class);
                producerId = answer.producerId();
                epoch = answer.producerEpoch();
                return answer.errorCode() == Errors.NONE.code();
            } catch (IOException | MalformedResponseException e) {
                throw new AssertionError(e);
            }
        });
    }

    /// Tells the coordinator of a partition, as clients of version 1 do.
    Errors add(TopicPartition partition) throws IOException, MalformedResponseException {
        AddPartitionsToTxnRequestData request = new AddPartitionsToTxnRequestData()
                .setV3AndBelowTransactionalId(transactionalId)
                .setV3AndBelowProducerId(producerId)
                .setV3AndBelowProducerEpoch(epoch);
        request.v3AndBelowTopics()
                .add(new AddPartitionsToTxnTopic()
                        .setName(partition.topic())
                        .setPartitions(List.of(partition.partition())));
        AddPartitionsToTxnResponseData answer = ask(request, 3, AddPartitionsToTxnResponseData.class);
        return Errors.forCode(answer.resultsByTopicV3AndBelow()
                .find(partition.topic())
                .resultsByPartition()
                .find(partition.partition())
                .partitionErrorCode());
    }

    /// Sends one record.
    ///
    /// @param version of Produce: up to 11 of version 1, from 12 on of version 2
    Errors produce(int version, TopicPartition partition, int sequence, String value)
            throws IOException, MalformedResponseException {
        MemoryRecords records = MemoryRecords.withTransactionalRecords(
                Compression.NONE,
                producerId,
                epoch,
                sequence,
                new SimpleRecord(System.currentTimeMillis() - AGE_MS, null, value.getBytes()));
        TopicProduceData topic = new TopicProduceData()
                .setName(partition.topic())
                .setPartitionData(List.of(new PartitionProduceData()
                        .setIndex(partition.partition())
                        .setRecords(Batches.inMemory(records.buffer()))));
        ProduceRequestData request = new ProduceRequestData()
                .setTransactionalId(transactionalId)
                .setAcks((short) -1)
                .setTimeoutMs(5_000)
                .setTopicData(new TopicProduceDataCollection(List.of(topic).iterator()));
        ProduceResponseData answer = ask(request, version, ProduceResponseData.class);
        return Errors.forCode(answer.responses()
                .iterator()
                .next()
                .partitionResponses()
                .getFirst()
                .errorCode());
    }

    /// Commits.
    ///
    /// @param version of EndTxn: up to 4 of version 1, from 5 on of version 2. The epoch stays, here: what follows is
    ///     late
    Errors commit(int version) throws IOException, MalformedResponseException {
        EndTxnRequestData request = new EndTxnRequestData()
                .setTransactionalId(transactionalId)
                .setProducerId(producerId)
                .setProducerEpoch(epoch)
                .setCommitted(true);
        return Errors.forCode(ask(request, version, EndTxnResponseData.class).errorCode());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
