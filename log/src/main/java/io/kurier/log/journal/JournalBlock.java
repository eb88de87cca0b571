package io.kurier.log.journal;

import io.kurier.kernel.DiskFile;
import io.kurier.log.segment.LastBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// What is synced at once: the newest bytes of any number of logs, in a buffer that is used again and again. Layout in
/// `docs/formats/journal.md`.
public final class JournalBlock {
    /// What one block may take, so that a reader knows what to make room for.
    static final int MAX_BYTES = 1 << 20;

    static final int MAGIC = 0x4b4a4e32;
    /// Of blocks that did not say which batch lies before.
    static final int OLD_MAGIC = 0x4b4a4e31;
    static final int CHECKSUM_AT = 4;
    static final int LENGTH_AT = 8;
    static final int SEQUENCE_AT = 12;
    static final int HEADER_BYTES = 20;
    /// In the place of a length: what the journal holds of the log does not count any more.
    static final int FORGET = -1;

    private static final int ENTRY_BYTES = 2 + 8 + 4 + 4 + 4 + 4;
    private static final LastBatch NONE = new LastBatch(0, 0);
    private static final int FIRST_BYTES = 16 << 10;

    private ByteBuffer buffer = ByteBuffer.allocateDirect(FIRST_BYTES);

    /// An empty block.
    public JournalBlock() {
        clear();
    }

    /// Forgets what was added.
    public void clear() {
        buffer.clear().position(HEADER_BYTES);
    }

    /// True if nothing was added.
    public boolean isEmpty() {
        return buffer.position() == HEADER_BYTES;
    }

    /// Bytes of the block.
    int sizeInBytes() {
        return buffer.position();
    }

    /// Where bytes belong.
    ///
    /// @param position in the segment
    /// @param before the batch that ends there; null at the segment's start
    public record Place(
            long segmentBaseOffset, int position, @Nullable LastBatch before) {}

    /// Adds bytes of a log's segment, read from its file. False, and nothing is added, if the block has no room.
    ///
    /// @throws IOException if the file cannot be read or is shorter
    public boolean add(byte[] folderName, Place place, DiskFile file, int bytes) throws IOException {
        if (!makeRoom(ENTRY_BYTES + folderName.length + bytes)) {
            return false;
        }
        int start = buffer.position();
        boolean whole = false;
        try {
            buffer.putShort((short) folderName.length).put(folderName);
            LastBatch before = Objects.requireNonNullElse(place.before(), NONE);
            buffer.putLong(place.segmentBaseOffset()).putInt(place.position());
            buffer.putInt(before.bytes()).putInt(before.crc()).putInt(bytes);
            fill(file, place.position(), bytes);
            whole = true;
        } finally {
            if (!whole) {
                buffer.limit(buffer.capacity()).position(start);
            }
        }
        return true;
    }

    private void fill(DiskFile file, int position, int bytes) throws IOException {
        int end = buffer.position() + bytes;
        buffer.limit(end);
        while (buffer.hasRemaining()) {
            if (file.read(buffer, position + bytes - (long) buffer.remaining()) <= 0) {
                throw new IOException("a segment is shorter than what was written to it: " + buffer.remaining()
                        + " bytes are missing of the " + bytes + " at " + position);
            }
        }
        buffer.limit(buffer.capacity());
    }

    /// Adds that what the journal holds of a log does not count any more.
    void addForget(byte[] folderName) {
        buffer.putShort((short) folderName.length).put(folderName);
        buffer.putLong(0).putInt(0).putInt(0).putInt(0).putInt(FORGET);
    }

    private boolean makeRoom(int bytes) {
        int needed = buffer.position() + bytes;
        if (needed > MAX_BYTES) {
            return false;
        }
        if (needed > buffer.capacity()) {
            int capacity = Math.min(MAX_BYTES, Math.max(needed, buffer.capacity() * 2));
            buffer = ByteBuffer.allocateDirect(capacity).put(buffer.flip());
        }
        return true;
    }

    /// The whole block with its header, to be written.
    ByteBuffer sealed(long sequence) {
        int end = buffer.position();
        buffer.putInt(0, MAGIC).putInt(LENGTH_AT, end).putLong(SEQUENCE_AT, sequence);
        buffer.putInt(CHECKSUM_AT, checksum(buffer, end));
        return buffer.duplicate().flip();
    }

    static int checksum(ByteBuffer block, int end) {
        CRC32C crc = new CRC32C();
        crc.update(block.duplicate().limit(end).position(LENGTH_AT));
        return (int) crc.getValue();
    }
}
