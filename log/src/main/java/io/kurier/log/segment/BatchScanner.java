package io.kurier.log.segment;

import io.kurier.kernel.DiskFile;
import io.kurier.protocol.records.BatchView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Walks over the batches of a segment file from a batch's first byte on, by large positioned reads. Looks at headers,
/// and at checksums if asked; records are not read otherwise. Memory is bounded, whatever length a batch declares.
public final class BatchScanner {
    private static final int MAX_BUFFER_BYTES = 256 << 10;
    private static final int CRC_FROM = 21;

    private final DiskFile file;
    private final long end;
    private final boolean checksums;
    private final boolean mayWait;
    private ByteBuffer buffer;
    /// File position of the buffer's first byte.
    private long bufferAt;
    private long position;
    private int sizeInBytes;
    private @Nullable String fault;

    /// @param position where the first batch begins
    /// @param end where the walk ends
    /// @param checksums true to check every batch's checksum
    public BatchScanner(DiskFile file, long position, long end, boolean checksums) {
        this(file, position, end, checksums, MAX_BUFFER_BYTES, true);
    }

    /// Reads at most `bufferBytes` at once: few for a short walk.
    ///
    /// @param mayWait false to get a [DiskFile.WouldWait] instead of waiting for the disk
    BatchScanner(DiskFile file, long position, long end, boolean checksums, int bufferBytes, boolean mayWait) {
        this.file = file;
        this.mayWait = mayWait;
        this.end = end;
        this.checksums = checksums;
        this.position = position;
        this.bufferAt = position;
        long wanted = Math.max(BatchView.HEADER_BYTES, Math.min(end - position, bufferBytes));
        this.buffer = ByteBuffer.allocate((int) wanted).limit(0);
    }

    /// Goes to the next batch. False at the end, or at bytes that are not a batch: see [#fault()].
    public boolean next() throws IOException {
        position += sizeInBytes;
        sizeInBytes = 0;
        if (position >= end || fault != null) {
            return false;
        }
        if (!have(BatchView.HEADER_BYTES)) {
            fault = "the last batch is cut short in its header";
            return false;
        }
        BatchView batch = batch();
        int length = batch.sizeInBytes() - BatchView.PREFIX_BYTES;
        fault = faultOf(batch, length);
        if (fault != null) {
            return false;
        }
        sizeInBytes = length + BatchView.PREFIX_BYTES;
        if (checksums && !checksumFits(batch.crc())) {
            fault = "a batch's checksum does not fit its bytes";
            sizeInBytes = 0;
            return false;
        }
        return true;
    }

    private @Nullable String faultOf(BatchView batch, int length) {
        if (length < BatchView.HEADER_BYTES - BatchView.PREFIX_BYTES) {
            return "a batch declares the length " + length;
        }
        if (batch.magic() != BatchView.MAGIC) {
            return "a batch has format version " + batch.magic() + ", where only 2 is known";
        }
        if (batch.lastOffsetDelta() < 0 || batch.baseOffset() < 0) {
            return "a batch has the offsets " + batch.baseOffset() + " + " + batch.lastOffsetDelta();
        }
        if (length + (long) BatchView.PREFIX_BYTES > end - position) {
            return "the last batch is cut short";
        }
        return null;
    }

    /// Where the current batch begins, or where the walk ended.
    public long position() {
        return position;
    }

    /// Where the current batch ends.
    public long nextPosition() {
        return position + sizeInBytes;
    }

    /// The current batch; only its header is sure to be there, see [#wholeBatch()].
    public BatchView batch() {
        return new BatchView(buffer, (int) (position - bufferAt));
    }

    /// The current batch with all its bytes; valid until the next step.
    public BatchView wholeBatch() throws IOException {
        if (sizeInBytes > buffer.capacity()) {
            ByteBuffer larger = ByteBuffer.allocate(sizeInBytes);
            buffer = larger.limit(0);
            bufferAt = position;
        }
        if (!have(sizeInBytes)) {
            throw new IOException("a segment file became shorter while it was read");
        }
        return batch();
    }

    /// Why the walk ended before the end; null if it did not.
    public @Nullable String fault() {
        return fault;
    }

    private boolean checksumFits(int expected) throws IOException {
        CRC32C crc = new CRC32C();
        long at = position + CRC_FROM;
        long batchEnd = position + sizeInBytes;
        long headerAt = position;
        while (at < batchEnd) {
            if (at >= bufferAt + buffer.limit()) {
                fill(at);
                if (buffer.limit() == 0) {
                    return false;
                }
            }
            int from = (int) (at - bufferAt);
            int bytes = (int) Math.min(buffer.limit() - from, batchEnd - at);
            crc.update(buffer.slice(from, bytes));
            at += bytes;
        }
        if (bufferAt > headerAt) {
            fill(headerAt);
        }
        return (int) crc.getValue() == expected;
    }

    private boolean have(int bytes) throws IOException {
        if (position < bufferAt || position + bytes > bufferAt + buffer.limit()) {
            if (end - position < bytes) {
                return false;
            }
            fill(position);
        }
        return position + bytes <= bufferAt + buffer.limit();
    }

    private void fill(long from) throws IOException {
        buffer.clear().limit((int) Math.min(buffer.capacity(), end - from));
        bufferAt = from;
        while (buffer.hasRemaining()) {
            if (file.read(buffer, from + buffer.position(), mayWait) < 0) {
                break;
            }
        }
        buffer.flip();
    }
}
