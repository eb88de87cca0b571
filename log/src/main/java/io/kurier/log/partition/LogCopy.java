package io.kurier.log.partition;

import io.kurier.log.LogException;
import io.kurier.log.OffsetOutOfRangeException;
import io.kurier.log.Origin;
import io.kurier.log.Slice;
import io.kurier.log.file.EpochCheckpoint;
import io.kurier.protocol.records.InvalidBatchException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;

/// Makes one log equal to another of the same partition, and lets it take the other's place. Batches are copied as they
/// are, checksums are checked on the way. One thread at a time.
public final class LogCopy {
    private static final int PIECE_BYTES = 1 << 20;

    private final OpenLog from;
    private final OpenLog to;
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    /// @param to has nothing yet, or what an earlier copy of `from` left
    public LogCopy(OpenLog from, OpenLog to) {
        this.from = from;
        this.to = to;
    }

    /// Copies the next batches that are durable in `from`; returns their bytes, 0 if there are none: `to` has caught
    /// up.
    ///
    /// @param maxBytes how many at most; a larger batch goes alone
    /// @throws LogException CORRUPT_MESSAGE if a batch of `from` is damaged, or `to` is no copy of `from`;
    ///     KAFKA_STORAGE_ERROR if a disk fails or either log is closed
    public int some(int maxBytes) {
        if (from.flush.durableEndOffset() < from.endOffset() && to.endOffset() >= from.flush.durableEndOffset()) {
            from.flush.run();
        }
        long durable = from.flush.durableEndOffset();
        int bytes = some(maxBytes, durable);
        if (bytes == 0) {
            skipTo(durable);
        }
        return bytes;
    }

    /// There are no batches up to `end`.
    private void skipTo(long end) {
        if (to.endOffset() < from.logStartOffset()) {
            new LogTruncation(to).truncateFullyAndStartAt(from.logStartOffset());
        }
        if (to.endOffset() < end) {
            to.leapTo(end);
        }
    }

    private int some(int maxBytes, long below) {
        long start = from.logStartOffset();
        int most = Math.min(maxBytes, to.config().segments().bytes());
        Slice slice;
        try {
            slice = new LogReader(from).read(Math.max(to.endOffset(), start), below, most, true);
        } catch (OffsetOutOfRangeException e) {
            if (to.endOffset() > from.endOffset()) {
                throw noCopy("it ends at " + to.endOffset() + ", the log at " + from.endOffset());
            }
            return 1; // the log's start moved meanwhile: the next call begins there
        }
        if (slice.isEmpty()) {
            return 0;
        }
        ByteBuffer batches = bytes(slice);
        if (to.endOffset() < start) {
            new LogTruncation(to).truncateFullyAndStartAt(Math.min(start, slice.baseOffset()));
        } else if (slice.baseOffset() < to.endOffset()) {
            throw noCopy("it ends at " + to.endOffset() + ", inside a batch");
        }
        try {
            return to.append(batches, -1, Origin.MOVE).bytes();
        } catch (InvalidBatchException e) {
            throw new LogException(
                    Errors.CORRUPT_MESSAGE,
                    "The records of " + from.partition + " at offset " + slice.baseOffset() + " are damaged: "
                            + e.getMessage(),
                    e);
        }
    }

    /// @throws LogException CORRUPT_MESSAGE if the last batch of `to` is not the one that `from` has there: `from` was
    ///     mended after it had been copied
    public void checkContinues() {
        long end = to.endOffset();
        if (end > to.logStartOffset() && end > from.logStartOffset() && end <= from.endOffset()) {
            ByteBuffer copied = new LogReader(to).read(end - 1, end, 1, true).bytes();
            ByteBuffer original =
                    new LogReader(from).read(end - 1, end, 1, true).bytes();
            if (!copied.equals(original)) {
                throw noCopy("its last batch is another one");
            }
        }
    }

    private ByteBuffer bytes(Slice slice) {
        if (buffer.capacity() < slice.sizeInBytes()) {
            buffer = ByteBuffer.allocate(slice.sizeInBytes());
        }
        buffer.clear();
        slice.copyTo(buffer);
        return buffer.flip();
    }

    private LogException noCopy(String why) {
        return new LogException(Errors.CORRUPT_MESSAGE, to.folder + " is no copy of " + from.folder + ": " + why);
    }

    /// Lets `to` take the place of `from`. Nothing can be appended to either meanwhile, and never again to `from`
    /// afterwards. When it begins, `to` should have nearly caught up.
    ///
    /// @param settled writes down what is left to write down so that `to` is the log from now on; `to` is whole and
    ///     durable when it is called. If it throws, nothing has changed
    /// @param takeOver called when there is no way back
    /// @throws LogException if that is not possible: `from` goes on
    public void handOver(Runnable settled, Runnable takeOver) {
        from.flush.mutex.lock();
        from.writerLock.lock();
        try {
            from.flush.requireRunning();
            // Else a crash before the hand-over could leave more in the copy than in the log that it was made of.
            from.flush.runQuietly();
            while (some(PIECE_BYTES, from.endOffset()) > 0) {
                from.home.requireOnline();
            }
            level();
            settled.run();
            from.flush.stop();
            takeOver.run();
        } finally {
            from.writerLock.unlock();
            from.flush.mutex.unlock();
        }
    }

    /// What batches do not tell.
    private void level() {
        skipTo(from.endOffset());
        new Retention(to).advanceLogStart(from.logStartOffset());
        for (EpochCheckpoint.Entry epoch : from.epochs.entries()) {
            to.epochs.start(epoch.epoch(), epoch.startOffset());
        }
        to.writerLock.lock();
        try {
            to.producers.adopt(
                    from.producers.snapshot(), to.home.world().clock().wallMs());
        } finally {
            to.writerLock.unlock();
        }
        to.flush.run();
    }
}
