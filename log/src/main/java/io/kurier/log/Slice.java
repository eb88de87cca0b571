package io.kurier.log;

import io.kurier.kernel.Network;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// A run of whole batches in one segment file. Whoever has it sends [#range()] (the network releases it) or calls
/// [#release()], once.
///
/// @param baseOffset base offset of the first batch, or the offset asked for if the slice is empty
/// @param nextOffset where to read on: the offset behind the last batch, or behind a gap that follows it
/// @param range where the bytes lie; null for an empty slice
/// @param hot true if the bytes are surely in the page cache: sending them does not wait for the disk
public record Slice(long baseOffset, long nextOffset, Network.@Nullable FileRange range, boolean hot) {

    /// No batches at `offset`.
    public static Slice empty(long offset) {
        return new Slice(offset, offset, null, true);
    }

    /// True if there are no batches.
    public boolean isEmpty() {
        return range == null;
    }

    /// How many bytes the batches have.
    public int sizeInBytes() {
        return range == null ? 0 : (int) range.length();
    }

    /// Gives the file back; not needed for an empty slice.
    public void release() {
        if (range != null) {
            range.release();
        }
    }

    /// Copies the bytes into a new heap buffer and releases the slice. Blocks on a cold read.
    ///
    /// @throws LogException with KAFKA_STORAGE_ERROR if the file cannot be read
    public ByteBuffer bytes() {
        ByteBuffer copy = ByteBuffer.allocate(sizeInBytes());
        copyTo(copy);
        return copy.flip();
    }

    /// Copies the bytes behind the position of `target` and releases the slice. Blocks on a cold read.
    ///
    /// @throws LogException with KAFKA_STORAGE_ERROR if the file cannot be read
    public void copyTo(ByteBuffer target) {
        if (range == null) {
            return;
        }
        int end = target.position() + sizeInBytes();
        int limit = target.limit();
        try {
            target.limit(end);
            long position = range.position();
            while (target.hasRemaining()) {
                int read = range.file().read(target, position);
                if (read < 0) {
                    throw new LogException(Errors.KAFKA_STORAGE_ERROR, "A segment file ends before its batches do");
                }
                position += read;
            }
        } catch (IOException e) {
            throw new LogException(Errors.KAFKA_STORAGE_ERROR, "Cannot read a segment: " + e.getMessage(), e);
        } finally {
            target.limit(limit);
            range.release();
        }
    }
}
