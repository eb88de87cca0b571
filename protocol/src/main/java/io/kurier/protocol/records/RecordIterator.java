package io.kurier.protocol.records;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.CloseableIterator;

/// Reads the records of one batch in order, decompressing as it goes, never more than one record ahead. None may unpack
/// to more than 32 MiB, and all together to no more than 128 MiB or 32 times the batch's own bytes, whichever is more:
/// so a small batch that claims gigabytes costs little memory and about a second. Close it. What strangers sent is read
/// through [Unpacking].
public final class RecordIterator implements Iterator<LogRecord>, AutoCloseable {
    private static final int MAX_UNPACKED_BYTES = 32 << 20;
    private static final long MAX_UNPACKED_IN_ALL = 128L << 20;
    private static final int MAX_RATIO_BEYOND = 32;
    private static final int SNAPPY = 2;
    /// Snappy's library tells bad input by errors of its own.
    private static final String SNAPPY_PACKAGE = "org.xerial.snappy.";

    private final CloseableIterator<Record> inner;
    private long leftBytes;

    private RecordIterator(CloseableIterator<Record> inner, long maxBytes) {
        this.inner = inner;
        this.leftBytes = maxBytes;
    }

    /// The records of a whole batch. The batch's memory must stay valid while they are used.
    ///
    /// @throws CorruptBatchException here or while iterating, if the records cannot be read
    public static RecordIterator of(BatchView batch) {
        try {
            if (batch.count() < 0) {
                // the reader below refuses it as well, but does not give back what zstd has outside the heap
                throw new IllegalArgumentException("the batch declares " + batch.count() + " records");
            }
            ByteBuffer bytes = batch.bytes();
            if (batch.codec() == SNAPPY && !SnappyBlocks.fit(batch, MAX_UNPACKED_BYTES)) {
                throw new IllegalArgumentException("a snappy block claims more than the batch holds, or unpacks to more"
                        + " than " + MAX_UNPACKED_BYTES + " bytes");
            }
            MutableRecordBatch parsed =
                    MemoryRecords.readableRecords(bytes).batches().iterator().next();
            long inAll = Math.max(MAX_UNPACKED_IN_ALL, (long) MAX_RATIO_BEYOND * batch.sizeInBytes());
            return new RecordIterator(parsed.streamingIterator(BufferSupplier.NO_CACHING, MAX_UNPACKED_BYTES), inAll);
        } catch (RuntimeException | Error e) {
            throw corrupt(e);
        }
    }

    @Override
    public boolean hasNext() {
        try {
            return inner.hasNext();
        } catch (RuntimeException | Error e) {
            throw corrupt(e);
        }
    }

    @Override
    public LogRecord next() {
        try {
            Record record = inner.next();
            leftBytes -= record.sizeInBytes();
            if (leftBytes < 0) {
                throw new IllegalArgumentException("the records unpack to more than " + (MAX_UNPACKED_IN_ALL >> 20)
                        + " MiB and " + MAX_RATIO_BEYOND + " times the batch");
            }
            return new LogRecord(
                    record.offset(), record.timestamp(), record.key(), record.value(), List.of(record.headers()));
        } catch (RuntimeException | Error e) {
            throw corrupt(e);
        }
    }

    @Override
    public void close() {
        inner.close();
    }

    private static CorruptBatchException corrupt(Throwable reason) {
        if (reason instanceof Error error && !error.getClass().getName().startsWith(SNAPPY_PACKAGE)) {
            throw error;
        }
        return new CorruptBatchException(String.valueOf(reason.getMessage()), reason);
    }
}
