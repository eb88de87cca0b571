package io.kurier.cluster.raft;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.UnalignedMemoryRecords;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.RawSnapshotWriter;

/// One snapshot file while it is written. Freezing makes it durable and gives it its name; closing without that deletes
/// it.
final class SnapshotWriting implements RawSnapshotWriter {
    private final Disk disk;
    private final OffsetAndEpoch id;
    private final Path part;
    private final Path target;
    private final Consumer<OffsetAndEpoch> onFrozen;
    private final DiskFile file;
    private long size;
    private boolean frozen;
    private boolean closed;

    SnapshotWriting(Disk disk, OffsetAndEpoch id, Path part, Path target, Consumer<OffsetAndEpoch> onFrozen)
            throws IOException {
        this.disk = disk;
        this.id = id;
        this.part = part;
        this.target = target;
        this.onFrozen = onFrozen;
        this.file = disk.open(part, Disk.Open.CREATE);
        file.truncate(0);
    }

    @Override
    public OffsetAndEpoch snapshotId() {
        return id;
    }

    @Override
    public long sizeInBytes() {
        return size;
    }

    @Override
    public void append(MemoryRecords records) {
        append(records.buffer());
    }

    @Override
    public void append(UnalignedMemoryRecords records) {
        append(records.buffer());
    }

    private void append(ByteBuffer bytes) {
        if (frozen || closed) {
            throw new IllegalStateException("The snapshot " + target + " takes no more records");
        }
        int length = bytes.remaining();
        try {
            file.write(bytes.duplicate(), size);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        size += length;
    }

    @Override
    public boolean isFrozen() {
        return frozen;
    }

    @Override
    public void freeze() {
        try {
            file.sync();
            file.close();
            disk.rename(part, target);
            Path directory = target.getParent();
            if (directory != null) {
                disk.syncDirectory(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        frozen = true;
        onFrozen.accept(id);
    }

    @Override
    public void close() {
        if (closed || frozen) {
            return;
        }
        closed = true;
        try {
            file.close();
            disk.delete(part);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
