package io.kurier.protocol.records;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/// Builds batches that the node itself writes, and finds the bytes of batches in messages.
public final class Batches {
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);

    private Batches() {}

    /// One uncompressed batch with these records, from position 0 to limit of the returned buffer. Base offset 0 and
    /// leader epoch -1 until it is placed.
    public static ByteBuffer of(List<NewRecord> records) {
        return of(records, RecordBatch.NO_PRODUCER_ID, RecordBatch.NO_PRODUCER_EPOCH, false);
    }

    /// As [#of(List)], as part of a producer's transaction (KIP-98). Its sequence means nothing.
    public static ByteBuffer inTransaction(List<NewRecord> records, long producerId, short epoch) {
        return of(records, producerId, epoch, true);
    }

    /// A control batch with the marker that ends a producer's transaction (KIP-98).
    ///
    /// @param coordinatorEpoch of the coordinator that decided it
    /// @param wallMs its timestamp
    public static ByteBuffer marker(long producerId, short epoch, int coordinatorEpoch, boolean commit, long wallMs) {
        ControlRecordType type = commit ? ControlRecordType.COMMIT : ControlRecordType.ABORT;
        return MemoryRecords.withEndTransactionMarker(
                        0,
                        wallMs,
                        RecordBatch.NO_PARTITION_LEADER_EPOCH,
                        producerId,
                        epoch,
                        new EndTransactionMarker(type, coordinatorEpoch))
                .buffer();
    }

    private static ByteBuffer of(List<NewRecord> records, long producerId, short epoch, boolean transactional) {
        int bytes = BatchView.HEADER_BYTES;
        for (NewRecord record : records) {
            bytes += 40 + length(record.key()) + length(record.value());
        }
        MemoryRecordsBuilder builder = MemoryRecords.builder(
                ByteBuffer.allocate(bytes),
                RecordBatch.CURRENT_MAGIC_VALUE,
                Compression.NONE,
                TimestampType.CREATE_TIME,
                0L,
                RecordBatch.NO_TIMESTAMP,
                producerId,
                epoch,
                transactional ? 0 : RecordBatch.NO_SEQUENCE,
                transactional,
                RecordBatch.NO_PARTITION_LEADER_EPOCH);
        for (NewRecord record : records) {
            builder.append(
                    record.timestampMs(),
                    view(record.key()),
                    view(record.value()),
                    record.headers().toArray(Record.EMPTY_HEADERS));
        }
        return builder.build().buffer();
    }

    private static int length(@Nullable ByteBuffer bytes) {
        return bytes == null ? 0 : bytes.remaining();
    }

    private static @Nullable ByteBuffer view(@Nullable ByteBuffer bytes) {
        return bytes == null ? null : bytes.duplicate();
    }

    /// The bytes behind a message's records field; an empty buffer for null.
    ///
    /// @throws IllegalArgumentException if they do not lie in memory
    public static ByteBuffer bytes(@Nullable BaseRecords records) {
        return switch (records) {
            case null -> NONE;
            case MemoryRecords memory -> memory.buffer();
            default -> throw new IllegalArgumentException("not in memory: " + records.getClass());
        };
    }

    /// True if one of the batches between the buffer's position and limit says that it is compressed. Looks no further
    /// than they are whole.
    public static boolean anyCompressed(ByteBuffer batches) {
        BatchView batch = new BatchView(batches, batches.position());
        while (batch.isWhole()) {
            if (batch.codec() != 0) {
                return true;
            }
            batch = new BatchView(batches, batch.end());
        }
        return false;
    }

    /// Makes a message's records field of bytes in memory.
    public static BaseRecords inMemory(ByteBuffer bytes) {
        return MemoryRecords.readableRecords(bytes);
    }
}
