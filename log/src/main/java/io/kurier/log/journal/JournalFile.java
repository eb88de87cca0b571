package io.kurier.log.journal;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One of the two files of a journal: blocks one behind the other, written from the start again and again. It grows in
/// steps of zeros, so that most syncs find its length and its place on the disk as they were.
final class JournalFile {
    private static final int FIRST_STEP_BYTES = 64 << 10;
    private static final int MAX_STEP_BYTES = 1 << 20;
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(FIRST_STEP_BYTES).asReadOnlyBuffer();

    private final Disk disk;
    private final Path path;
    private final Path directory;
    private @Nullable DiskFile file;
    private long position;
    private long size;

    /// The logs that a power loss now would find bytes of here.
    final Set<Journaled> logs = Collections.newSetFromMap(new IdentityHashMap<>());

    boolean isSettling;
    /// All that is in it is durable elsewhere.
    boolean isSettled = true;

    JournalFile(Disk disk, Path directory, String name) {
        this.disk = disk;
        this.directory = directory;
        this.path = directory.resolve(name);
    }

    boolean hasRoom(int bytes, long limit) {
        return position + bytes <= limit;
    }

    /// The next block goes to its start again. What lies in the file counts until that is written.
    void rewind() {
        position = 0;
    }

    /// How many logs have bytes in it that count further on.
    int logs() {
        return position == 0 ? 0 : logs.size();
    }

    /// Writes a block durably. After a failure to write it the next one goes to the same place.
    ///
    /// @throws SyncFailure if it is not known what is on the disk
    void append(ByteBuffer block, long limit) throws IOException {
        int bytes = block.remaining();
        DiskFile to = open();
        grow(to, position + bytes, limit);
        to.write(block, position);
        try {
            to.sync();
        } catch (IOException e) {
            throw new SyncFailure(e);
        }
        if (position == 0) {
            logs.clear();
        }
        position += bytes;
        size = Math.max(size, position);
    }

    private DiskFile open() throws IOException {
        DiskFile known = file;
        if (known == null) {
            DiskFile made = disk.open(path, Disk.Open.CREATE);
            boolean named = false;
            try {
                disk.syncDirectory(directory);
                named = true;
            } finally {
                if (!named) {
                    made.close();
                }
            }
            known = made;
            file = made;
        }
        return known;
    }

    private void grow(DiskFile to, long needed, long limit) throws IOException {
        if (needed > size) {
            long step = Math.clamp(size, FIRST_STEP_BYTES, MAX_STEP_BYTES);
            long end = Math.max(needed, Math.min(size + step, limit));
            while (size < end) {
                int zeros = (int) Math.min(FIRST_STEP_BYTES, end - size);
                to.write(ZEROS.duplicate().limit(zeros), size);
                size += zeros;
            }
        }
    }

    void close() throws IOException {
        DiskFile open = file;
        file = null;
        if (open != null) {
            open.close();
        }
    }

    /// A sync failed: the journal must not be used any more.
    static final class SyncFailure extends IOException {
        private static final long serialVersionUID = 1L;

        SyncFailure(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }
}
