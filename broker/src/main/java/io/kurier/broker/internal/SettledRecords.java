package io.kurier.broker.internal;

import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.RecordIterator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Hands on the records of batches in order, those of a transaction only when its commit marker comes: records of
/// aborted and of unfinished transactions are never seen. Offsets that Apache Kafka committed in transactions (KIP-98)
/// are such records.
final class SettledRecords {
    /// The second field of a marker's key, behind its version: 0 aborts, 1 commits.
    private static final int MARKER_TYPE_AT = 2;

    private static final short COMMIT = 1;

    private final Consumer<LogRecord> records;
    private final Map<Long, List<LogRecord>> open = new HashMap<>();

    SettledRecords(Consumer<LogRecord> records) {
        this.records = records;
    }

    /// Takes the batch that comes next in the log.
    ///
    /// @throws io.kurier.protocol.records.CorruptBatchException if it cannot be read
    void take(BatchView batch) {
        try (RecordIterator inside = RecordIterator.of(batch)) {
            if (batch.isControl()) {
                inside.forEachRemaining(marker -> settle(batch.producerId(), marker));
            } else if (batch.isTransactional()) {
                inside.forEachRemaining(open.computeIfAbsent(batch.producerId(), id -> new ArrayList<>())::add);
            } else {
                inside.forEachRemaining(records);
            }
        }
    }

    private void settle(long producerId, LogRecord marker) {
        ByteBuffer key = marker.key();
        List<LogRecord> held = open.remove(producerId);
        if (held != null && key != null && key.remaining() >= MARKER_TYPE_AT + Short.BYTES) {
            if (key.getShort(key.position() + MARKER_TYPE_AT) == COMMIT) {
                held.forEach(records);
            }
        }
    }
}
