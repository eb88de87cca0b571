package io.kurier.log.file;

import io.kurier.kernel.DiskFile;
import io.kurier.log.AbortedTransaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;

/// A segment's `.txnindex`: the transactions whose abort marker lies in the segment, in the order of the markers. An
/// entry has 34 bytes: version 0 (2), producer id (8), first offset (8), last offset (8), last stable offset (8). The
/// file is made with its first entry. One thread appends; any may read.
public final class TransactionIndex {
    /// Bytes of an entry.
    public static final int ENTRY_BYTES = 34;

    private static final short VERSION = 0;

    private final OpenFile file;
    private volatile int count;
    private volatile boolean changed;
    private volatile boolean made;

    /// @param fileBytes how long the file is, 0 if there is none
    public TransactionIndex(OpenFile file, long fileBytes) {
        this.file = file;
        this.count = (int) (fileBytes / ENTRY_BYTES);
    }

    /// How many entries there are.
    public int count() {
        return count;
    }

    /// Adds an entry at the end of the file.
    public synchronized void append(AbortedTransaction aborted) throws IOException {
        ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES)
                .putShort(VERSION)
                .putLong(aborted.producerId())
                .putLong(aborted.firstOffset())
                .putLong(aborted.lastOffset())
                .putLong(aborted.lastStableOffset())
                .flip();
        DiskFile open = file.acquireOrCreate();
        try {
            changed = true;
            made |= count == 0;
            open.write(entry, (long) count * ENTRY_BYTES);
        } finally {
            file.release();
        }
        count++;
    }

    /// All entries.
    ///
    /// @throws IOException if the file cannot be read or holds entries of an unknown version
    public List<AbortedTransaction> all() throws IOException {
        int entries = count;
        if (entries == 0) {
            return List.of();
        }
        ByteBuffer bytes = ByteBuffer.allocate(entries * ENTRY_BYTES);
        DiskFile open = file.acquire();
        try {
            while (bytes.hasRemaining() && open.read(bytes, bytes.position()) >= 0) {}
        } finally {
            file.release();
        }
        bytes.flip();
        List<AbortedTransaction> all = new ArrayList<>(entries);
        while (bytes.remaining() >= ENTRY_BYTES) {
            short version = bytes.getShort();
            if (version != VERSION) {
                throw new IOException("cannot read " + file.path() + ": an entry has the unknown version " + version);
            }
            all.add(new AbortedTransaction(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong()));
        }
        return all;
    }

    /// Keeps the entries whose marker lies below `offset`.
    public synchronized void truncateToOffset(long offset) throws IOException {
        // Even an empty file may have entries on the disk: those whose removal was not synced.
        changed = true;
        if (count == 0) {
            return;
        }
        int kept = 0;
        try {
            for (AbortedTransaction aborted : all()) {
                if (aborted.lastOffset() >= offset) {
                    break;
                }
                kept++;
            }
        } catch (IOException e) {
            kept = 0;
        }
        keep(kept);
    }

    /// Removes all entries, whatever they are: after a power loss some may be torn.
    public synchronized void clear() throws IOException {
        changed = true;
        if (count > 0) {
            keep(0);
        }
    }

    private void keep(int kept) throws IOException {
        DiskFile open = file.acquireOrCreate();
        try {
            changed = true;
            open.truncate((long) kept * ENTRY_BYTES);
        } finally {
            file.release();
        }
        count = kept;
    }

    /// Makes the entries durable with the file's name, and the removal of others.
    public void sync() throws IOException {
        if (changed) {
            changed = false;
            DiskFile open;
            try {
                open = file.acquire();
            } catch (NoSuchFileException e) {
                return;
            }
            try {
                open.sync();
            } finally {
                file.release();
            }
            if (made) {
                made = false;
                file.syncName();
            }
        }
    }

    /// The file; it exists only if it ever had an entry.
    public OpenFile file() {
        return file;
    }
}
