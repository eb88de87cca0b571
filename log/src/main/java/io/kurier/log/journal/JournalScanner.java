package io.kurier.log.journal;

import io.kurier.kernel.DiskFile;
import io.kurier.log.segment.LastBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Walks over the blocks of a journal's file, up to the first that is not whole or belongs to an earlier turn.
final class JournalScanner {
    /// What a block tells of one log.
    ///
    /// @param folder the name of the log's folder
    /// @param position in the segment
    /// @param before the batch that ended there; of no bytes at the segment's start
    /// @param at where the bytes are in the journal's file
    /// @param bytes how many; [JournalBlock#FORGET] if what came before does not count any more
    record Entry(String folder, long segmentBaseOffset, int position, LastBatch before, long at, int bytes) {}

    private final DiskFile file;
    private final ByteBuffer block = ByteBuffer.allocate(JournalBlock.MAX_BYTES);
    private long position;
    private long blockAt;
    private long sequence = -1;

    JournalScanner(DiskFile file) {
        this.file = file;
    }

    /// The sequence number of the block at hand; -1 if there was none.
    long sequence() {
        return sequence;
    }

    /// Goes to the next block. False at the end.
    boolean next() throws IOException {
        if (!read(0, JournalBlock.HEADER_BYTES)) {
            return false;
        }
        int length = block.getInt(JournalBlock.LENGTH_AT);
        long next = block.getLong(JournalBlock.SEQUENCE_AT);
        if (block.getInt(0) == JournalBlock.OLD_MAGIC && sequence < 0) {
            throw unknownLayout(null);
        }
        if (block.getInt(0) != JournalBlock.MAGIC
                || length <= JournalBlock.HEADER_BYTES
                || length > JournalBlock.MAX_BYTES
                || next < 0
                || sequence >= 0 && next != sequence + 1
                || !read(JournalBlock.HEADER_BYTES, length)
                || block.getInt(JournalBlock.CHECKSUM_AT) != JournalBlock.checksum(block, length)) {
            return false;
        }
        sequence = next;
        blockAt = position;
        position += length;
        block.limit(length).position(JournalBlock.HEADER_BYTES);
        return true;
    }

    private boolean read(int from, int to) throws IOException {
        block.limit(to).position(from);
        while (block.hasRemaining()) {
            if (file.read(block, position + block.position()) <= 0) {
                return false;
            }
        }
        return true;
    }

    /// The next entry of the block at hand; null at its end.
    ///
    /// @throws IOException if the block is none of ours, though its checksum is right
    @Nullable
    Entry nextEntry() throws IOException {
        if (!block.hasRemaining()) {
            return null;
        }
        try {
            byte[] name = new byte[block.getShort()];
            block.get(name);
            long base = block.getLong();
            int segmentPosition = block.getInt();
            LastBatch before = new LastBatch(block.getInt(), block.getInt());
            int bytes = block.getInt();
            long at = blockAt + block.position();
            block.position(block.position() + (bytes == JournalBlock.FORGET ? 0 : bytes));
            return new Entry(new String(name, StandardCharsets.UTF_8), base, segmentPosition, before, at, bytes);
        } catch (RuntimeException e) {
            throw unknownLayout(e);
        }
    }

    private IOException unknownLayout(@Nullable RuntimeException cause) {
        return new IOException(
                "the journal's block " + sequence + " is of an unknown layout: start the version of Kurier that"
                        + " wrote it, and stop it cleanly",
                cause);
    }
}
