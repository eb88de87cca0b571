package io.kurier.protocol.records;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.CloseableIterator;

/// Reads the records of one batch in order, decompressing as it goes, never more than one record ahead. Close it.
public final class RecordIterator implements Iterator<LogRecord>, AutoCloseable {
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
            MutableRecordBatch parsed =
                    MemoryRecords.readableRecords(bytes).batches().iterator().next();
            return new RecordIterator(parsed.streamingIterator(BufferSupplier.NO_CACHING));
        } catch (RuntimeException e) {
            throw new CorruptBatchException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public boolean hasNext() {
        try {
            return inner.hasNext();
        } catch (RuntimeException e) {
            throw new CorruptBatchException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public LogRecord next() {
        try {
            Record record = inner.next();
            return new LogRecord(
                    record.offset(), record.timestamp(), record.key(), record.value(), List.of(record.headers()));
        } catch (CorruptBatchException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new CorruptBatchException(String.valueOf(e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        inner.close();
    }
}
