package io.kurier.cluster.raft;

import io.kurier.protocol.records.Batches;
import java.nio.ByteBuffer;
import org.apache.kafka.common.record.internal.Records;
import org.apache.kafka.common.record.internal.UnalignedMemoryRecords;
import org.apache.kafka.common.record.internal.UnalignedRecords;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.RawSnapshotReader;

/// One snapshot file to be read. No file stays open: each call reads what it returns.
record SnapshotReading(SnapshotStore store, OffsetAndEpoch id) implements RawSnapshotReader {
    @Override
    public OffsetAndEpoch snapshotId() {
        return id;
    }

    @Override
    public long sizeInBytes() {
        return store.size(id);
    }

    @Override
    public UnalignedRecords slice(long position, int size) {
        long available = Math.max(0, sizeInBytes() - position);
        ByteBuffer bytes = store.bytes(id, position, (int) Math.min(size, available));
        return new UnalignedMemoryRecords(bytes);
    }

    @Override
    public Records records() {
        return (Records) Batches.inMemory(store.bytes(id, 0, Math.toIntExact(sizeInBytes())));
    }
}
