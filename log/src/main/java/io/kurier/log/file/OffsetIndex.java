package io.kurier.log.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A segment's `.index`: for some batches their last offset (4 bytes, relative to the segment's base offset) and the
/// position of their first byte in the `.log` file (4 bytes), both ascending. Reads are hints: whoever uses one checks
/// what lies there.
public final class OffsetIndex {
    /// Bytes of an entry.
    public static final int ENTRY_BYTES = 8;

    private final long baseOffset;
    private final EntryFile entries;

    /// A batch to start a walk at.
    ///
    /// @param offset at or above the batch's last offset; the segment's base offset for the start of the file
    /// @param position where the batch begins
    public record Hint(long offset, int position) {}

    /// @param fileBytes how long the file is, 0 if there is none
    public OffsetIndex(OpenFile file, long baseOffset, long fileBytes) {
        this.baseOffset = baseOffset;
        this.entries = new EntryFile(file, ENTRY_BYTES, fileBytes);
    }

    /// How many entries there are.
    public int count() {
        return entries.count();
    }

    /// Adds an entry.
    public void append(long lastOffset, int position) {
        synchronized (entries) {
            entries.forAppend().putInt((int) (lastOffset - baseOffset)).putInt(position);
        }
    }

    /// The last entry with an offset at or below `offset`; the start of the segment if there is none.
    ///
    /// @param mayWait false to get a [io.kurier.kernel.DiskFile.WouldWait] instead of waiting for the disk
    public Hint floor(long offset, boolean mayWait) throws IOException {
        long relative = offset - baseOffset;
        return hint(entries.floor((buffer, at) -> buffer.getInt(at) <= relative, mayWait));
    }

    /// The last entry with a position at or below `position`; the start of the segment if there is none.
    ///
    /// @param mayWait false to get a [io.kurier.kernel.DiskFile.WouldWait] instead of waiting for the disk
    public Hint floorByPosition(long position, boolean mayWait) throws IOException {
        return hint(entries.floor((buffer, at) -> buffer.getInt(at + 4) <= position, mayWait));
    }

    /// The last entry; the start of the segment if there is none.
    public Hint last() throws IOException {
        return hint(entries.last());
    }

    private Hint hint(EntryFile.@Nullable Found found) {
        return found == null
                ? new Hint(baseOffset, 0)
                : new Hint(baseOffset + found.bytes().getInt(0), found.bytes().getInt(4));
    }

    /// Has it known from now on which of the file is in memory, for those who may not wait. May wait itself.
    public void load() throws IOException {
        entries.load();
    }

    /// True if offsets and positions ascend from entry to entry, and no position is at or behind `end`.
    public boolean ascends(long end) throws IOException {
        ByteBuffer all = entries.all();
        int offset = -1;
        int position = -1;
        while (all.remaining() >= ENTRY_BYTES) {
            int nextOffset = all.getInt();
            int nextPosition = all.getInt();
            if (nextOffset <= offset || nextPosition <= position || nextPosition >= end) {
                return false;
            }
            offset = nextOffset;
            position = nextPosition;
        }
        return true;
    }

    /// Keeps the entries for positions below `position`.
    public void truncateToPosition(long position) throws IOException {
        entries.truncateAbove((buffer, at) -> buffer.getInt(at + 4) < position);
    }

    /// Removes all entries.
    public void clear() throws IOException {
        entries.truncate(0);
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
