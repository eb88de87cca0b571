package io.kurier.log.producer;

import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.RecordIterator;
import java.nio.ByteBuffer;
import java.util.Optional;

/// The marker in a control batch that ends a transaction. Key: version (2), type (2: 0 abort, 1 commit); value: version
/// (2), epoch of the transaction coordinator (4).
///
/// @param commit false for an abort
public record EndMarker(boolean commit, int coordinatorEpoch) {
    private static final short ABORT = 0;
    private static final short COMMIT = 1;

    /// The marker of a whole batch; empty if the batch is of another kind.
    public static Optional<EndMarker> of(BatchView batch) {
        if (!batch.isControl() || !batch.hasProducerId() || batch.count() != 1) {
            return Optional.empty();
        }
        try (RecordIterator records = RecordIterator.of(batch)) {
            if (!records.hasNext()) {
                return Optional.empty();
            }
            LogRecord record = records.next();
            ByteBuffer key = record.key();
            ByteBuffer value = record.value();
            if (key == null || key.remaining() < 4) {
                return Optional.empty();
            }
            short type = key.getShort(key.position() + 2);
            int epoch = value == null || value.remaining() < 6 ? -1 : value.getInt(value.position() + 2);
            return type == ABORT || type == COMMIT
                    ? Optional.of(new EndMarker(type == COMMIT, epoch))
                    : Optional.empty();
        }
    }
}
