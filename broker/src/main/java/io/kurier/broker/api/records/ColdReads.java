package io.kurier.broker.api.records;

import io.kurier.kernel.DiskFile;
import io.kurier.kernel.DiskFile.Residence;
import io.kurier.kernel.Network.FileRange;
import io.kurier.log.LogDirectory;
import io.kurier.log.LogException;
import io.kurier.log.PartitionLog;
import io.kurier.log.Slice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings records into the page cache on a thread that may wait for the disk, so that the network thread that sends
/// them right afterwards need not.
///
/// The kernel reads them in pieces, without a copy into the node, and few pieces of a data directory at once whatever
/// the number of readers: what is queued at a disk is what a producer's sync waits for. Where the kernel cannot be
/// asked to, they are read into scratch memory and forgotten.
public final class ColdReads {
    private static final Logger LOG = LoggerFactory.getLogger(ColdReads.class);

    private static final int SCRATCH_BYTES = 128 << 10;
    private static final int PIECE_BYTES = 512 << 10;
    /// A byte in so many is read to wait for the rest.
    private static final int STRIDE_BYTES = 64 << 10;
    private static final int AHEAD_BYTES = 1 << 20;
    private static final int READERS = 2; // of a data directory

    private final Map<LogDirectory, Semaphore> turns = new ConcurrentHashMap<>();
    /// As many buffers as there were ever readers at once.
    private final ConcurrentLinkedQueue<ByteBuffer> scratch = new ConcurrentLinkedQueue<>();

    /// Finds batches as [PartitionLog#read] does, and brings them into memory. A file without a channel is left alone:
    /// the network reads it on a slow thread anyway.
    ///
    /// @throws LogException KAFKA_STORAGE_ERROR if the file cannot be read
    public Slice read(PartitionLog log, long offset, long endOffset, int maxBytes, boolean atLeastOne) {
        Semaphore turn = turn(log.directory());
        turn.acquireUninterruptibly();
        try {
            Slice slice = log.read(offset, endOffset, maxBytes, atLeastOne);
            FileRange range = slice.range();
            if (range != null && !slice.hot() && range.file().channel().isPresent()) {
                bring(range);
            }
            return slice;
        } finally {
            turn.release();
        }
    }

    private Semaphore turn(LogDirectory directory) {
        return turns.computeIfAbsent(directory, _ -> new Semaphore(READERS, true));
    }

    private void bring(FileRange range) {
        boolean there = false;
        try {
            bring(range.file(), range.position(), range.position() + range.length());
            there = true;
        } catch (IOException e) {
            throw new LogException(Errors.KAFKA_STORAGE_ERROR, "Cannot read a segment: " + e.getMessage(), e);
        } finally {
            if (!there) {
                range.release();
            }
        }
    }

    /// What lies behind a range, as far as it is worth reading ahead, if it is on disk; null if it is not.
    ///
    /// @return where it lies; its release does nothing
    static @Nullable FileRange behind(FileRange range) {
        long from = range.position() + range.length();
        try {
            long length = Math.min(AHEAD_BYTES, range.file().size() - from);
            boolean onDisk = length > 0 && range.file().residence(from, length) == Residence.ON_DISK;
            return onDisk ? new FileRange(range.file(), from, length, () -> {}) : null;
        } catch (IOException e) {
            return null;
        }
    }

    /// Brings a range into memory that nobody waits for; that it cannot be read, whoever asks for it is told.
    void readAhead(LogDirectory directory, FileRange range) {
        Semaphore turn = turn(directory);
        turn.acquireUninterruptibly();
        try {
            bring(range.file(), range.position(), range.position() + range.length());
        } catch (IOException e) {
            LOG.debug("Nothing is read ahead: {}", e.getMessage());
        } finally {
            turn.release();
        }
    }

    private void bring(DiskFile file, long from, long end) throws IOException {
        ByteBuffer free = scratch.poll();
        ByteBuffer buffer = free == null ? ByteBuffer.allocateDirect(SCRATCH_BYTES) : free;
        try {
            boolean loads = file.load(from, Math.min(PIECE_BYTES, end - from));
            for (long at = from; at < end; at += PIECE_BYTES) {
                long next = Math.min(at + PIECE_BYTES, end);
                if (!loads) {
                    readAll(file, buffer, at, next);
                } else {
                    if (next < end) {
                        file.load(next, Math.min(PIECE_BYTES, end - next));
                    }
                    await(file, buffer, at, next);
                }
            }
        } finally {
            scratch.add(buffer);
        }
    }

    private static void readAll(DiskFile file, ByteBuffer buffer, long from, long end) throws IOException {
        for (long at = from; at < end; at += buffer.position()) {
            buffer.clear().limit((int) Math.min(SCRATCH_BYTES, end - at));
            read(file, buffer, at);
        }
    }

    private static void await(DiskFile file, ByteBuffer buffer, long from, long end) throws IOException {
        for (long at = from; at < end; at += STRIDE_BYTES) {
            read(file, buffer.clear().limit(1), Math.min(at + STRIDE_BYTES, end) - 1);
        }
    }

    private static void read(DiskFile file, ByteBuffer buffer, long position) throws IOException {
        if (file.read(buffer, position) <= 0) {
            throw new IOException("A segment file ends before its batches do");
        }
    }
}
