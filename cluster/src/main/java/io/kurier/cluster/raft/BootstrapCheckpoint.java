package io.kurier.cluster.raft;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.protocol.records.Batches;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.apache.kafka.common.record.internal.Records;
import org.apache.kafka.common.record.internal.UnalignedMemoryRecords;
import org.apache.kafka.common.record.internal.UnalignedRecords;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.RawSnapshotReader;

/// `bootstrap.checkpoint` in a data directory: what Kafka's `kafka-storage format` says that a new cluster shall begin
/// with, foremost its `metadata.version`. It has the format of a snapshot and belongs to no place in the log.
record BootstrapCheckpoint(ByteBuffer bytes) implements RawSnapshotReader {
    private static final String NAME = "bootstrap.checkpoint";
    /// It holds a few feature levels and perhaps credentials.
    private static final long MAX_BYTES = 16 << 20;

    /// Whether a data directory has one.
    static boolean exists(Disk disk, Path directory) throws IOException {
        return disk.exists(directory.resolve(NAME));
    }

    /// Reads the file that is there.
    static BootstrapCheckpoint read(Disk disk, Path directory) throws IOException {
        Path path = directory.resolve(NAME);
        long size = disk.size(path);
        if (size > MAX_BYTES) {
            throw new IOException(path + " has " + size + " bytes, more than the " + MAX_BYTES + " that are read");
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) size);
        try (DiskFile file = disk.open(path, Disk.Open.READ)) {
            while (bytes.hasRemaining()) {
                if (file.read(bytes, bytes.position()) < 0) {
                    throw new IOException("cannot read " + path + ": it became shorter");
                }
            }
        }
        return new BootstrapCheckpoint(bytes.flip());
    }

    @Override
    public OffsetAndEpoch snapshotId() {
        return new OffsetAndEpoch(0, 0);
    }

    @Override
    public long sizeInBytes() {
        return bytes.limit();
    }

    @Override
    public UnalignedRecords slice(long position, int size) {
        return new UnalignedMemoryRecords(bytes.slice((int) position, (int) Math.min(size, bytes.limit() - position)));
    }

    @Override
    public Records records() {
        return (Records) Batches.inMemory(bytes.duplicate());
    }
}
