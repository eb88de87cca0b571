package io.kurier.coordinator.runtime;

import io.kurier.coordinator.BatchKind;
import io.kurier.protocol.records.NewRecord;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Records of one or more events that are written together, and the answers that wait for them.
final class WriteBatch {
    /// What a batch and a record need besides their keys and values, rounded up.
    private static final int BATCH_OVERHEAD_BYTES = 61;

    private static final int RECORD_OVERHEAD_BYTES = 32;

    final BatchKind kind;
    final List<NewRecord> records = new ArrayList<>();
    final List<Effects.Reply<?>> replies = new ArrayList<>();
    /// The offset of its first record, once it is appended.
    long firstOffset;
    /// What lies before this batch is not needed any more when this one is committed.
    @Nullable
    WriteBatch supersedesBefore;

    private int bytes = BATCH_OVERHEAD_BYTES;

    WriteBatch(BatchKind kind) {
        this.kind = kind;
    }

    static int bytesOf(List<NewRecord> records) {
        int bytes = 0;
        for (NewRecord record : records) {
            bytes += RECORD_OVERHEAD_BYTES + length(record.key()) + length(record.value());
        }
        return bytes;
    }

    private static int length(@Nullable ByteBuffer bytes) {
        return bytes == null ? 0 : bytes.remaining();
    }

    /// True if more records of this kind may share the batch.
    boolean takes(BatchKind more) {
        return kind.equals(more) && !(kind instanceof BatchKind.Marker);
    }

    boolean hasRoomFor(int moreBytes, int maxBytes) {
        return bytes + moreBytes <= maxBytes;
    }

    void add(List<NewRecord> more, int moreBytes) {
        records.addAll(more);
        bytes += moreBytes;
    }
}
