package io.kurier.log.file;

import io.kurier.kernel.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
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
    /// Such a part of a block is read below a guess, the rest above.
    private static final int GUESS_BELOW = 8;

    private final OpenFile file;
    private final int entryBytes;
    private int fileEntries;
    private ByteBuffer waiting = ByteBuffer.allocate(0);
    /// A guess for the next search.
    private volatile int foundLast;

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

    /// Keeps the entries that are at or below what is searched.
    void truncateAbove(AtOrBelow test) throws IOException {
        Found last = floor(test, true);
        truncate(last == null ? 0 : last.number() + 1);
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

    /// An entry that was found.
    ///
    /// @param bytes the entry, from index 0 on
    record Found(int number, ByteBuffer bytes) {}

    /// The last entry; null if there is none.
    @Nullable
    Found last() throws IOException {
        int number;
        synchronized (this) {
            number = count() - 1;
            if (number >= fileEntries) {
                return waiting(number - fileEntries);
            }
        }
        if (number < 0) {
            return null;
        }
        ByteBuffer entry = ByteBuffer.allocate(entryBytes);
        read(entry, number, true);
        return new Found(number, entry);
    }

    private Found waiting(int number) {
        ByteBuffer copy = ByteBuffer.allocate(entryBytes);
        return new Found(fileEntries + number, copy.put(0, waiting, number * entryBytes, entryBytes));
    }

    /// How an entry compares with what is searched: true if it is at or below.
    interface AtOrBelow {
        boolean test(ByteBuffer entries, int at);
    }

    /// The last entry that is at or below what is searched, null if none is. The entries must ascend.
    ///
    /// @param mayWait false to get a [DiskFile.WouldWait] instead of waiting for the disk
    @Nullable
    Found floor(AtOrBelow test, boolean mayWait) throws IOException {
        int high;
        synchronized (this) {
            for (int i = waiting.position() / entryBytes - 1; i >= 0; i--) {
                if (test.test(waiting, i * entryBytes)) {
                    return waiting(i);
                }
            }
            high = fileEntries;
        }
        Found found = search(test, high, mayWait);
        foundLast = found == null ? 0 : found.number();
        return found;
    }

    /// Among the first `entries`, which are in the file. Who reads a log asks for what lies around what was asked for
    /// last, so that is looked at first.
    private @Nullable Found search(AtOrBelow test, int entries, boolean mayWait) throws IOException {
        int inBlock = BLOCK_BYTES / entryBytes;
        int low = -1;
        int high = entries;
        Found below = null;
        int from = Math.max(0, foundLast - inBlock / GUESS_BELOW);
        while (high - low - 1 > 0) {
            if (from <= low || from >= high) {
                from = high - low - 1 <= inBlock ? low + 1 : (low + high) >>> 1;
            }
            ByteBuffer block = ByteBuffer.allocate(Math.min(inBlock, high - from) * entryBytes);
            read(block, from, mayWait);
            int at = floorIn(block, test);
            if (at < 0) {
                high = from;
            } else {
                low = from + at;
                below = new Found(low, block.slice(at * entryBytes, entryBytes));
                if ((at + 1) * entryBytes < block.limit()) {
                    return below;
                }
            }
        }
        return below;
    }

    private int floorIn(ByteBuffer block, AtOrBelow test) {
        int low = -1;
        int high = block.limit() / entryBytes;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (test.test(block, middle * entryBytes)) {
                low = middle;
            } else {
                high = middle;
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
        synchronized (this) {
            if (fileEntries == 0) {
                return;
            }
        }
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
