package io.kurier.broker.api.records;

import io.kurier.kernel.Network.FileRange;
import io.kurier.log.LogException;
import io.kurier.log.Slice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.protocol.Errors;

/// Brings records into the page cache on a thread that may wait for the disk, so that the network thread that sends
/// them right afterwards need not. They are read into scratch memory and sent from the file: one copy, and none in the
/// heap.
final class ColdReads {
    private static final int SCRATCH_BYTES = 128 << 10;

    /// As many buffers as there were ever readers at once.
    private final ConcurrentLinkedQueue<ByteBuffer> scratch = new ConcurrentLinkedQueue<>();

    /// Reads a slice's bytes and forgets them; the slice stays the caller's. A file without a channel is left alone:
    /// the network reads it on a slow thread anyway.
    ///
    /// @throws LogException KAFKA_STORAGE_ERROR if the file cannot be read; the slice is released then
    void warm(Slice slice) {
        FileRange range = slice.range();
        if (range == null || range.file().channel().isEmpty()) {
            return;
        }
        ByteBuffer free = scratch.poll();
        ByteBuffer buffer = free == null ? ByteBuffer.allocateDirect(SCRATCH_BYTES) : free;
        boolean warm = false;
        try {
            long end = range.position() + range.length();
            for (long at = range.position(); at < end; at += buffer.position()) {
                buffer.clear().limit((int) Math.min(SCRATCH_BYTES, end - at));
                if (range.file().read(buffer, at) <= 0) {
                    throw new LogException(Errors.KAFKA_STORAGE_ERROR, "A segment file ends before its batches do");
                }
            }
            warm = true;
        } catch (IOException e) {
            throw new LogException(Errors.KAFKA_STORAGE_ERROR, "Cannot read a segment: " + e.getMessage(), e);
        } finally {
            scratch.add(buffer);
            if (!warm) {
                slice.release();
            }
        }
    }
}
