package io.kurier.tests.simulation.client;

import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.NewRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// An idempotent producer of one partition with acks=all, one batch at a time. A batch is sent again, with the same
/// sequence number, until it is answered: so each value is in the log once, and in order.
public final class SimProducer {
    private static final int ACK_TIMEOUT_MS = 1_500;
    private static final int MOST_RECORDS = 3;
    private static final int CHECKED_FROM = 21;
    private static final int PADDING_BYTES = 400;

    private final Leaders leaders;
    private final History history;
    private final RandomGenerator random;
    private final int partition;
    private final int number;
    private long producerId = -1;
    private short producerEpoch;
    private int sequence;
    private volatile boolean stopping;
    private volatile boolean stopped;

    /// @param number makes its values its own
    public SimProducer(Leaders leaders, History history, RandomGenerator random, int partition, int number) {
        this.leaders = leaders;
        this.history = history;
        this.random = random;
        this.partition = partition;
        this.number = number;
    }

    /// Sends until it is told to stop, and then until the last batch is answered.
    public void run() {
        long count = 0;
        while (!stopping) {
            List<Long> values = new ArrayList<>();
            for (int i = 1 + random.nextInt(MOST_RECORDS); i > 0; i--) {
                values.add((long) number << 32 | count++);
            }
            send(values);
            leaders.pause(random.nextInt(60));
        }
        stopped = true;
    }

    /// What was begun is still finished.
    public void stop() {
        stopping = true;
    }

    /// True when nothing is without an answer any more.
    public boolean isStopped() {
        return stopped;
    }

    private void send(List<Long> values) {
        while (producerId < 0) {
            introduce();
        }
        history.sent(partition, values);
        ByteBuffer batch = batch(values);
        while (!tryOnce(values, batch.duplicate())) {
            leaders.refresh();
            leaders.pause(20 + random.nextInt(80));
        }
        sequence += values.size();
    }

    private void introduce() {
        try {
            InitProducerIdResponseData answer = leaders.any(
                    new InitProducerIdRequestData().setTransactionalId(null).setTransactionTimeoutMs(60_000), InitProducerIdResponseData.class);
            if (answer.errorCode() == Errors.NONE.code()) {
                producerId = answer.producerId();
                producerEpoch = answer.producerEpoch();
                return;
            }
        } catch (CompletionException e) {
            // again
        }
        leaders.pause(100);
    }

    private ByteBuffer batch(List<Long> values) {
        long nowMs = 1_767_225_600_000L;
        boolean large = random.nextInt(10) == 0;
        List<NewRecord> records = new ArrayList<>();
        for (long value : values) {
            records.add(new NewRecord(
                    nowMs,
                    ByteBuffer.allocate(8).putLong(value).flip(),
                    ByteBuffer.allocate(large ? PADDING_BYTES : 20)));
        }
        ByteBuffer bytes = Batches.of(records);
        bytes.putLong(43, producerId).putShort(51, producerEpoch).putInt(53, sequence);
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(CHECKED_FROM, bytes.limit() - CHECKED_FROM));
        bytes.putInt(17, (int) crc.getValue());
        return bytes;
    }

    /// True if it is settled.
    private boolean tryOnce(List<Long> values, ByteBuffer batch) {
        Leaders.Leader leader = leaders.leader(partition);
        if (leader == null) {
            return false;
        }
        ProduceRequestData request = new ProduceRequestData()
                .setAcks((short) -1)
                .setTimeoutMs(ACK_TIMEOUT_MS);
        request.topicData()
                .add(new TopicProduceData()
                        .setTopicId(leaders.topicId())
                        .setPartitionData(List.of(new PartitionProduceData()
                                .setIndex(partition)
                                .setRecords(Batches.inMemory(batch)))));
        @Nullable PartitionProduceResponse answer;
        try {
            ProduceResponseData all = leaders.ask(leader, request, ProduceResponseData.class);
            answer = all.responses().iterator().next().partitionResponses().getFirst();
        } catch (CompletionException e) {
            return false;
        }
        return switch (Errors.forCode(answer.errorCode())) {
            case NONE -> {
                history.acknowledged(partition, values, answer.baseOffset());
                yield true;
            }
            case DUPLICATE_SEQUENCE_NUMBER -> {
                history.acknowledged(partition, values, -1);
                yield true;
            }
            case OUT_OF_ORDER_SEQUENCE_NUMBER, UNKNOWN_PRODUCER_ID, INVALID_PRODUCER_EPOCH ->
                throw new AssertionError("node " + leader.node() + ", leader in epoch " + leader.epoch()
                        + ", does not know what it acknowledged of producer " + producerId + " before sequence "
                        + sequence + ": " + Errors.forCode(answer.errorCode()));
            case CORRUPT_MESSAGE, INVALID_RECORD, UNKNOWN_SERVER_ERROR, MESSAGE_TOO_LARGE ->
                throw new AssertionError("a sound batch is answered " + Errors.forCode(answer.errorCode()));
            default -> false;
        };
    }
}
