package io.kurier.log;

import io.kurier.testkit.ManualClock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.RecordBatch;

/// A batch as a producer makes it.
public record TestBatch(
        List<String> values,
        long timestampMs,
        long producerId,
        short epoch,
        int sequence,
        boolean transactional,
        Compression codec) {

    public static TestBatch of(String... values) {
        return new TestBatch(
                List.of(values),
                ManualClock.START_MS,
                RecordBatch.NO_PRODUCER_ID,
                RecordBatch.NO_PRODUCER_EPOCH,
                RecordBatch.NO_SEQUENCE,
                false,
                Compression.NONE);
    }

    public TestBatch at(long newTimestampMs) {
        return new TestBatch(values, newTimestampMs, producerId, epoch, sequence, transactional, codec);
    }

    public TestBatch by(long newProducerId, int newEpoch, int newSequence) {
        return new TestBatch(values, timestampMs, newProducerId, (short) newEpoch, newSequence, transactional, codec);
    }

    public TestBatch inTransaction() {
        return new TestBatch(values, timestampMs, producerId, epoch, sequence, true, codec);
    }

    public TestBatch compressed(Compression newCodec) {
        return new TestBatch(values, timestampMs, producerId, epoch, sequence, transactional, newCodec);
    }

    public ByteBuffer build() {
        int bytes =
                200 + values.stream().mapToInt(value -> 30 + value.length() * 3).sum();
        MemoryRecordsBuilder builder = MemoryRecords.builder(
                ByteBuffer.allocate(bytes),
                RecordBatch.MAGIC_VALUE_V2,
                codec,
                TimestampType.CREATE_TIME,
                0,
                RecordBatch.NO_TIMESTAMP,
                producerId,
                epoch,
                sequence,
                transactional,
                RecordBatch.NO_PARTITION_LEADER_EPOCH);
        long time = timestampMs;
        for (String value : values) {
            builder.append(time++, null, value.getBytes(StandardCharsets.UTF_8));
        }
        return builder.build().buffer();
    }

    /// The marker that ends a transaction.
    public static ByteBuffer marker(long producerId, int epoch, boolean commit, int coordinatorEpoch) {
        return MemoryRecords.withEndTransactionMarker(
                        0,
                        ManualClock.START_MS,
                        -1,
                        producerId,
                        (short) epoch,
                        new EndTransactionMarker(
                                commit ? ControlRecordType.COMMIT : ControlRecordType.ABORT, coordinatorEpoch))
                .buffer();
    }
}
