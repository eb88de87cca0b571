package io.kurier.protocol.records;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.CloseableIterator;

/// Reads the records of one batch in order, decompressing as it goes, never more than one record ahead, and none that
/// unpacks to more than 32 MiB: so a small batch that claims gigabytes costs little. Close it.
public final class RecordIterator implements Iterator<LogRecord>, AutoCloseable {
    private static final int MAX_UNPACKED_BYTES = 32 << 20;
    private static final int SNAPPY = 2;
    /// Snappy's library tells bad input by errors of its own.
    private static final String SNAPPY_PACKAGE = "org.xerial.snappy.";

    private final CloseableIterator<Record> inner;

    private RecordIterator(CloseableIterator<Record> inner) {
        this.inner = inner;
    }

    /// The records of a whole batch. The batch's memory must stay valid while they are used.
    ///
    /// @throws CorruptBatchException here or while iterating, if the records cannot be read
    public static RecordIterator of(BatchView batch) {
        try {
            ByteBuffer bytes = batch.bytes();
            if (batch.codec() == SNAPPY && !SnappyBlocks.fit(batch, MAX_UNPACKED_BYTES)) {
                throw new IllegalArgumentException("a snappy block claims more than the batch holds, or unpacks to more"
                        + " than " + MAX_UNPACKED_BYTES + " bytes");
            }
            MutableRecordBatch parsed =
                    MemoryRecords.readableRecords(bytes).batches().iterator().next();
            return new RecordIterator(parsed.streamingIterator(BufferSupplier.NO_CACHING, MAX_UNPACKED_BYTES));
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
