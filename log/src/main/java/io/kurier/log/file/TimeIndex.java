package io.kurier.log.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A segment's `.timeindex`: the largest timestamp so far (8 bytes, milliseconds) and the last offset of the batch that
/// has it (4 bytes, relative to the segment's base offset), both ascending. Everything with a larger timestamp lies
/// behind that offset.
public final class TimeIndex {
    /// Bytes of an entry.
    public static final int ENTRY_BYTES = 12;

    private final long baseOffset;
    private final EntryFile entries;
    private long lastTimestampMs = -1;
    private boolean lastKnown;

    /// The largest timestamp up to some point.
    ///
    /// @param timestampMs -1 if there is none
    /// @param offset last offset of the batch that has it, or the segment's base offset
    public record Hint(long timestampMs, long offset) {}

    /// @param fileBytes how long the file is, 0 if there is none
    public TimeIndex(OpenFile file, long baseOffset, long fileBytes) {
        this.baseOffset = baseOffset;
        this.entries = new EntryFile(file, ENTRY_BYTES, fileBytes);
    }

    /// How many entries there are.
    public int count() {
        return entries.count();
    }

    /// Adds an entry, unless its timestamp is not above the last one's.
    public void append(long timestampMs, long offset) throws IOException {
        synchronized (entries) {
            if (!lastKnown) {
                lastTimestampMs = last().timestampMs();
                lastKnown = true;
            }
            if (timestampMs > lastTimestampMs) {
                entries.forAppend().putLong(timestampMs).putInt((int) (offset - baseOffset));
                lastTimestampMs = timestampMs;
            }
        }
    }

    /// The last entry with a timestamp below `timestampMs`: nothing up to its offset has that timestamp or a larger
    /// one.
    public Hint below(long timestampMs) throws IOException {
        return hint(entries.floor((buffer, at) -> buffer.getLong(at) < timestampMs, true));
    }

    /// The last entry with an offset below `offset`.
    public Hint belowOffset(long offset) throws IOException {
        long relative = offset - baseOffset;
        return hint(entries.floor((buffer, at) -> buffer.getInt(at + 8) < relative, true));
    }

    /// The last entry.
    public Hint last() throws IOException {
        return hint(entries.last());
    }

    private Hint hint(EntryFile.@Nullable Found found) {
        return found == null
                ? new Hint(-1, baseOffset)
                : new Hint(found.bytes().getLong(0), baseOffset + found.bytes().getInt(8));
    }

    /// True if timestamps and offsets ascend from entry to entry.
    public boolean ascends() throws IOException {
        ByteBuffer all = entries.all();
        long timestampMs = -1;
        int offset = -1;
        while (all.remaining() >= ENTRY_BYTES) {
            long nextMs = all.getLong();
            int nextOffset = all.getInt();
            if (nextMs <= timestampMs || nextOffset < offset) {
                return false;
            }
            timestampMs = nextMs;
            offset = nextOffset;
        }
        return true;
    }

    /// Keeps the entries for offsets below `offset`.
    public void truncateToOffset(long offset) throws IOException {
        long relative = offset - baseOffset;
        synchronized (entries) {
            entries.truncateAbove((buffer, at) -> buffer.getInt(at + 8) < relative);
            lastKnown = false;
        }
    }

    /// Removes all entries.
    public void clear() throws IOException {
        synchronized (entries) {
            entries.truncate(0);
            lastKnown = false;
        }
    }

    /// Writes entries that wait in the heap.
    public void spill() {
        entries.spill();
    }

    /// Writes entries that wait in the heap and syncs the file.
    public void sync() throws IOException {
        entries.sync();
    }

    /// The file.
    public OpenFile file() {
        return entries.file();
    }
}
