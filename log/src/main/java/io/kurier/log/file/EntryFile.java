package io.kurier.log.file;

import io.kurier.kernel.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A file of entries of one size, appended at the end and searched by positioned reads: what both indexes are.
///
/// New entries wait in the heap until [#spill()] or until enough of them wait; where writing fails they go on waiting,
/// and [#sync()] tells. One thread appends; any may read.
final class EntryFile {
    private static final Logger LOG = LoggerFactory.getLogger(EntryFile.class);
    private static final int MAX_WAITING = 64;
    private static final int BLOCK_BYTES = 4096;

    private final OpenFile file;
    private final int entryBytes;
    private int fileEntries;
    private ByteBuffer waiting = ByteBuffer.allocate(0);

    /// @param fileBytes how long the file is; a torn last entry is not counted
    EntryFile(OpenFile file, int entryBytes, long fileBytes) {
        this.file = file;
        this.entryBytes = entryBytes;
        this.fileEntries = (int) (fileBytes / entryBytes);
    }

    OpenFile file() {
        return file;
    }

    synchronized int count() {
        return fileEntries + waiting.position() / entryBytes;
    }

    /// A buffer to put one entry into, at its position; the caller holds this object's monitor until it is full.
    synchronized ByteBuffer forAppend() {
        if (waiting.remaining() < entryBytes) {
            if (waiting.capacity() >= entryBytes * MAX_WAITING) {
                spill();
            }
            if (waiting.remaining() < entryBytes) {
                int capacity = Math.max(entryBytes * 4, waiting.capacity() * 2);
                waiting = ByteBuffer.allocate(capacity).put(waiting.flip());
            }
        }
        return waiting;
    }

    /// Writes what waits into the file, if that is possible now.
    synchronized void spill() {
        try {
            write();
        } catch (IOException e) {
            LOG.warn("{} index entries are written later: {}", waiting.position() / entryBytes, e.getMessage());
        }
    }

    private synchronized void write() throws IOException {
        if (waiting.position() == 0) {
            return;
        }
        DiskFile open = file.acquireOrCreate();
        try {
            open.write(waiting.duplicate().flip(), (long) fileEntries * entryBytes);
        } finally {
            file.release();
        }
        fileEntries += waiting.position() / entryBytes;
        waiting.clear();
    }

    /// Writes what waits and syncs the file.
    void sync() throws IOException {
        DiskFile open = file.acquireOrCreate();
        try {
            write();
            open.sync();
        } finally {
            file.release();
        }
    }

    /// Keeps the first `entries` entries.
    synchronized void truncate(int entries) throws IOException {
        int keptWaiting = Math.max(0, Math.min(entries - fileEntries, waiting.position() / entryBytes));
        waiting.position(keptWaiting * entryBytes);
        int kept = Math.min(entries, fileEntries);
        DiskFile open = file.acquireOrCreate();
        try {
            open.truncate((long) kept * entryBytes);
        } finally {
            file.release();
        }
        fileEntries = kept;
    }

    /// The entry of that number, as a buffer at its first byte.
    ByteBuffer entry(int number) throws IOException {
        return entry(number, true);
    }

    /// The same; a [DiskFile.WouldWait] if it may not wait for the disk and would have to.
    ByteBuffer entry(int number, boolean mayWait) throws IOException {
        synchronized (this) {
            if (number >= fileEntries) {
                return waiting.duplicate().flip().slice((number - fileEntries) * entryBytes, entryBytes);
            }
        }
        ByteBuffer entry = ByteBuffer.allocate(entryBytes);
        read(entry, number, mayWait);
        return entry;
    }

    /// How an entry compares with what is searched: true if it is at or below.
    interface AtOrBelow {
        boolean test(ByteBuffer entries, int at);
    }

    /// The number of the last entry that is at or below what is searched, -1 if none is. The entries must ascend.
    int floor(AtOrBelow test) throws IOException {
        return floor(test, true);
    }

    /// The same; a [DiskFile.WouldWait] if it may not wait for the disk and would have to.
    int floor(AtOrBelow test, boolean mayWait) throws IOException {
        int low = -1;
        int high;
        synchronized (this) {
            for (int i = waiting.position() / entryBytes - 1; i >= 0; i--) {
                if (test.test(waiting, i * entryBytes)) {
                    return fileEntries + i;
                }
            }
            high = fileEntries;
        }
        int inBlock = BLOCK_BYTES / entryBytes;
        ByteBuffer one = ByteBuffer.wrap(new byte[entryBytes]);
        while (high - low - 1 > inBlock) {
            int middle = (low + high) >>> 1;
            read(one.clear(), middle, mayWait);
            if (test.test(one, 0)) {
                low = middle;
            } else {
                high = middle;
            }
        }
        int blockEntries = high - low - 1;
        if (blockEntries == 0) {
            return low;
        }
        ByteBuffer block = ByteBuffer.allocate(blockEntries * entryBytes);
        read(block, low + 1, mayWait);
        for (int i = blockEntries - 1; i >= 0; i--) {
            if (test.test(block, i * entryBytes)) {
                return low + 1 + i;
            }
        }
        return low;
    }

    /// All entries, one behind the other.
    ByteBuffer all() throws IOException {
        spill();
        ByteBuffer all = ByteBuffer.allocate(count() * entryBytes);
        if (all.hasRemaining()) {
            read(all, 0, true);
        }
        return all;
    }

    /// Has it known from now on which of the file is in memory.
    void load() throws IOException {
        DiskFile open = file.acquire();
        try {
            open.load(0, BLOCK_BYTES);
        } finally {
            file.release();
        }
    }

    private void read(ByteBuffer into, int firstEntry, boolean mayWait) throws IOException {
        DiskFile open = file.acquire(mayWait);
        try {
            long position = (long) firstEntry * entryBytes;
            while (into.hasRemaining()) {
                int read = open.read(into, position, mayWait);
                if (read < 0) {
                    throw new IOException("cannot read " + file.path() + ": it is shorter than it was");
                }
                position += read;
            }
            into.flip();
        } finally {
            file.release();
        }
    }
}
