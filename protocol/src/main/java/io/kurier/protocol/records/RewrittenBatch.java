package io.kurier.protocol.records;

import java.nio.ByteBuffer;
import java.util.BitSet;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;

/// A batch as compaction leaves it: fewer records in the same place. Base offset, last offset, leader epoch, producer,
/// epoch, sequence, codec and kind stay as they were, so that what is known of the producer and of the log's end can be
/// found out from it as before.
public final class RewrittenBatch {
    /// No time at which its tombstones, or its marker, may go.
    public static final long NO_HORIZON = -1;

    private RewrittenBatch() {}

    /// The batch with some of its records. If they are compressed it blocks while others unpack theirs ([Unpacking]).
    ///
    /// @param batch whole
    /// @param kept numbers of the records that stay, counted from 0; at least one
    /// @param deleteHorizonMs when its tombstones may go, kept in the batch (KIP-534); [#NO_HORIZON] for none
    /// @return from position to limit
    /// @throws CorruptBatchException if its records cannot be read
    public static ByteBuffer of(BatchView batch, BitSet kept, long deleteHorizonMs) {
        int baseSequence = batch.baseSequence();
        MemoryRecordsBuilder builder = new MemoryRecordsBuilder(
                new ByteBufferOutputStream(batch.sizeInBytes()),
                BatchView.MAGIC,
                Compression.of(CompressionType.forId(batch.codec())).build(),
                batch.timestampType(),
                batch.baseOffset(),
                batch.timestampType() == TimestampType.LOG_APPEND_TIME ? batch.maxTimestamp() : BatchView.NO_TIMESTAMP,
                batch.producerId(),
                batch.producerEpoch(),
                batch.hasProducerId() ? Math.max(0, baseSequence) : baseSequence,
                batch.isTransactional(),
                batch.isControl(),
                batch.leaderEpoch(),
                Integer.MAX_VALUE,
                deleteHorizonMs);
        var _ = Unpacking.of(batch, records -> {
            for (int number = 0; records.hasNext(); number++) {
                LogRecord record = records.next();
                if (kept.get(number)) {
                    append(builder, batch, record);
                }
            }
            return kept;
        });
        builder.overrideLastOffset(batch.lastOffset());
        MemoryRecords built = builder.build();
        ByteBuffer bytes = built.buffer();
        BatchView rewritten = new BatchView(bytes, bytes.position());
        if (rewritten.baseSequence() != baseSequence) {
            rewritten.renumber(baseSequence);
        }
        return bytes;
    }

    private static void append(MemoryRecordsBuilder builder, BatchView batch, LogRecord record) {
        SimpleRecord same = new SimpleRecord(
                record.timestampMs(),
                record.key(),
                record.value(),
                record.headers().toArray(Header[]::new));
        if (batch.isControl()) {
            builder.appendControlRecordWithOffset(record.offset(), same);
        } else {
            builder.appendWithOffset(record.offset(), same);
        }
    }

    /// The batch without any record, not compressed.
    ///
    /// @return from position to limit
    public static ByteBuffer empty(BatchView batch) {
        ByteBuffer bytes = ByteBuffer.allocate(BatchView.HEADER_BYTES);
        bytes.put(0, batch.buffer(), batch.start(), BatchView.HEADER_BYTES);
        new BatchView(bytes, 0).empty();
        return bytes;
    }
}
