package io.kurier.tests.simulation.client;

import io.kurier.cluster.peer.PeerAnswer;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.RecordIterator;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.protocol.Errors;

/// Reads one partition from its beginning, and now and then asks where it ends.
public final class SimConsumer {
    private static final int WAIT_MS = 200;

    private final Leaders leaders;
    private final History history;
    private final RandomGenerator random;
    private final String topic;
    private final int partition;
    private final boolean damageIsExpected;
    private volatile long offset;
    private volatile boolean stopped;

    /// A consumer that has read nothing yet.
    ///
    /// @param damageIsExpected batches may come whose checksum does not fit: it takes nothing of them, and asks again
    public SimConsumer(
            Leaders leaders,
            History history,
            RandomGenerator random,
            String topic,
            int partition,
            boolean damageIsExpected) {
        this.leaders = leaders;
        this.history = history;
        this.random = random;
        this.topic = topic;
        this.partition = partition;
        this.damageIsExpected = damageIsExpected;
    }

    /// Reads until it is told to stop.
    public void run() {
        leaders.refresh();
        while (!stopped) {
            Leaders.Leader leader = leaders.leader(partition);
            if (leader == null || !next(leader)) {
                leaders.refresh();
                leaders.pause(20 + random.nextInt(80));
            }
        }
    }

    private boolean next(Leaders.Leader leader) {
        return switch (random.nextInt(8)) {
            case 0 -> askForEnd(leader);
            case 1 -> fetch(leader, offset == 0 ? 0 : random.nextLong(offset)); // again, to see the same
            default -> fetch(leader, offset);
        };
    }

    /// Ends it.
    public void stop() {
        stopped = true;
    }

    /// The offset that it reads next.
    public long offset() {
        return offset;
    }

    private boolean askForEnd(Leaders.Leader leader) {
        long atLeast = history.endSeen(partition);
        ListOffsetsRequestData request = new ListOffsetsRequestData()
                .setReplicaId(-1)
                .setTopics(List.of(new ListOffsetsTopic()
                        .setName(topic)
                        .setPartitions(List.of(new ListOffsetsPartition()
                                .setPartitionIndex(partition)
                                .setCurrentLeaderEpoch(leader.epoch())
                                .setTimestamp(-1)))));
        try {
            ListOffsetsPartitionResponse answer = leaders.ask(leader, request, ListOffsetsResponseData.class)
                    .topics()
                    .getFirst()
                    .partitions()
                    .getFirst();
            if (answer.errorCode() != Errors.NONE.code()) {
                return false;
            }
            history.end(partition, leader, answer.offset(), atLeast);
            return true;
        } catch (CompletionException _) {
            return false;
        }
    }

    private boolean fetch(Leaders.Leader leader, long from) {
        FetchRequestData request = new FetchRequestData()
                .setMaxWaitMs(WAIT_MS)
                .setMinBytes(1)
                .setMaxBytes(1 << 16)
                .setTopics(List.of(new FetchTopic()
                        .setTopicId(leaders.topicId())
                        .setPartitions(List.of(new FetchPartition()
                                .setPartition(partition)
                                .setFetchOffset(from)
                                .setCurrentLeaderEpoch(leader.epoch())
                                .setPartitionMaxBytes(1 << 12)))));
        try (PeerAnswer answer = leaders.askForRecords(leader, request)) {
            FetchResponseData all = (FetchResponseData) answer.message();
            if (all.errorCode() != Errors.NONE.code() || all.responses().isEmpty()) {
                return all.errorCode() == Errors.NONE.code();
            }
            PartitionData data = all.responses().getFirst().partitions().getFirst();
            Errors error = Errors.forCode(data.errorCode());
            if (error == Errors.OFFSET_OUT_OF_RANGE) {
                history.outOfRange(partition, leader, from);
            }
            if (error != Errors.NONE) {
                return false;
            }
            return take(Batches.bytes(data.records()), from);
        } catch (CompletionException _) {
            return false;
        }
    }

    /// False if something in it is damaged.
    private boolean take(ByteBuffer batches, long from) {
        long next = from;
        for (int at = batches.position(); at < batches.limit(); ) {
            BatchView batch = new BatchView(batches, at);
            if (!batch.isWhole()) {
                return true; // it is only the beginning of a batch that did not fit
            }
            if (!batch.checksumFits()) {
                if (damageIsExpected) {
                    return false;
                }
                throw new AssertionError("a consumer was sent a damaged batch at " + batch.baseOffset());
            }
            try (RecordIterator records = RecordIterator.of(batch)) {
                while (records.hasNext()) {
                    LogRecord record = records.next();
                    if (record.offset() >= next) {
                        history.read(
                                partition,
                                next,
                                record.offset(),
                                Objects.requireNonNull(record.key()).getLong());
                        next = record.offset() + 1;
                        offset = Math.max(offset, next);
                    }
                }
            }
            at = batch.end();
        }
        return true;
    }
}
