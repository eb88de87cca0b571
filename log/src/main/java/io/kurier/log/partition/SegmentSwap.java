package io.kurier.log.partition;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.log.AbortedTransaction;
import io.kurier.log.LogException;
import io.kurier.log.file.SegmentNames;
import io.kurier.log.segment.Segment;
import io.kurier.log.segment.SegmentFiles;
import io.kurier.protocol.records.BatchView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Replaces some neighbouring segments by one that compaction wrote. Whatever happens on the way, a start finds either
/// all of the old ones or the new one; those who read an old one can finish. One thread at a time.
///
/// The new files are written under names that end in `.cleaned` and made durable with their names. Then they are
/// renamed to `.swap`: as soon as that is durable they count, so the old ones get the suffix `.deleted`, and when that
/// is durable the new ones get their own names. [FolderFiles] finishes at a start what was begun. Apache Kafka uses the
/// same names in the same way. It tells from the last batch of a `.swap` file which segments that replaces, and so does
/// a start here: the new segment must end with the last batch of the old ones, if need be without records.
public final class SegmentSwap {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentSwap.class);
    private static final int BUFFER_BYTES = 1 << 20;
    private static final AtomicLong SWAPS = new AtomicLong();

    private final OpenLog log;
    private final Path folder;
    private final List<Segment> old;
    private final Segment made;
    private final Basis basis;
    private final int indexIntervalBytes;
    private ByteBuffer waiting = ByteBuffer.allocate(BUFFER_BYTES);

    /// What was read before anything was written: neighbouring segments, and how often each was cut by then. What is
    /// written holds only as long as they stay so.
    public record Basis(List<Segment> segments, List<Integer> rewinds) {
        /// As they are now.
        public static Basis of(OpenLog log, List<Segment> segments) {
            log.writerLock.lock();
            try {
                return new Basis(List.copyOf(segments), rewindsOf(segments));
            } finally {
                log.writerLock.unlock();
            }
        }

        private static List<Integer> rewindsOf(List<Segment> segments) {
            return segments.stream().map(Segment::rewinds).toList();
        }

        /// Without those before a segment, which were replaced since.
        public Basis from(Segment first) {
            int at = segments.indexOf(first);
            return new Basis(segments.subList(at, segments.size()), rewinds.subList(at, rewinds.size()));
        }

        /// Under the writer lock.
        private boolean holdsIn(OpenLog log) {
            return log.segments().contains(segments) && rewindsOf(segments).equals(rewinds);
        }
    }

    private SegmentSwap(OpenLog log, Path folder, List<Segment> old, Segment made, Basis basis) {
        this.log = log;
        this.folder = folder;
        this.old = List.copyOf(old);
        this.made = made;
        this.basis = basis;
        this.indexIntervalBytes = log.config().segments().indexIntervalBytes();
    }

    /// Begins with an empty segment in the place of the first of `old`.
    ///
    /// @param old neighbours in the log, none of them active, all wholly below its recovery point
    /// @param basis begins with them
    /// @throws LogException with KAFKA_STORAGE_ERROR if the disk fails or the log is closed
    public static SegmentSwap begin(OpenLog log, List<Segment> old, Basis basis) {
        Path folder = log.folder;
        long base = old.getFirst().baseOffset();
        SegmentFiles files = SegmentFiles.of(log.disk(), log.home.files(), folder, base, SegmentNames.CLEANED);
        try {
            log.home.requireOnline();
            return new SegmentSwap(log, folder, old, Segment.create(files, base, log.writerLock), basis);
        } catch (IOException e) {
            throw failed(log, e);
        }
    }

    /// Adds a batch behind the others.
    ///
    /// @param batch from position to limit
    /// @throws LogException with KAFKA_STORAGE_ERROR if the disk fails or the log is closed
    public void add(ByteBuffer batch) {
        if (batch.remaining() > waiting.remaining()) {
            write();
            if (batch.remaining() > waiting.capacity()) {
                waiting = ByteBuffer.allocate(batch.remaining());
            }
        }
        waiting.put(batch.duplicate());
    }

    /// The segment holds the marker that ends this transaction.
    ///
    /// @throws LogException with KAFKA_STORAGE_ERROR if the disk fails or the log is closed
    public void addAborted(AbortedTransaction aborted) {
        try {
            made.txnIndex().append(aborted);
        } catch (IOException e) {
            throw failed(log, e);
        }
    }

    private void write() {
        waiting.flip();
        try {
            if (waiting.remaining() > Integer.MAX_VALUE - made.size()) {
                throw new LogException(
                        Errors.KAFKA_STORAGE_ERROR,
                        "The segment of " + log.partition + " that begins at " + made.baseOffset()
                                + " would be larger than a segment can be: set a smaller segment.bytes");
            }
            if (waiting.hasRemaining()) {
                made.write(waiting, false);
                log.home.countAppended(waiting.remaining());
            }
            for (int at = 0; at < waiting.limit(); ) {
                BatchView batch = new BatchView(waiting, at);
                made.added(batch, indexIntervalBytes);
                at = batch.end();
            }
        } catch (IOException e) {
            throw failed(log, e);
        }
        waiting.clear();
    }

    /// Lets the new segment take the place of the old ones, durably.
    ///
    /// @throws LogException with KAFKA_STORAGE_ERROR if the log is closed, or changed meanwhile: nothing has changed by
    ///     this. Also if the disk fails; the directory is offline then, unless it was only full before anything counted
    public void commit() {
        write();
        waiting = ByteBuffer.allocate(0);
        try {
            settle();
        } catch (IOException e) {
            throw failed(log, e);
        }
        log.flush.mutex.lock();
        try {
            requireUnchanged();
            log.flush.leaveJournal();
            replace();
        } catch (IOException e) {
            throw log.home.syncFailed("replace segments of " + log.partition, e);
        } finally {
            log.flush.mutex.unlock();
        }
        Retention.removeLater(log, old);
    }

    /// All of the new files are on the disk, with their names. The transaction index is there even if it is empty, so
    /// that a start can tell the new one from the old.
    private void settle() throws IOException {
        made.seal();
        made.cutFile();
        made.index().sync();
        made.timeIndex().sync();
        DiskFile aborted = made.txnIndex().file().acquireOrCreate();
        try {
            aborted.sync();
        } finally {
            made.txnIndex().file().release();
        }
        made.files().retire();
        log.disk().syncDirectory(folder);
    }

    private void requireUnchanged() {
        log.home.requireOnline();
        log.writerLock.lock();
        try {
            log.flush.requireRunning();
            if (!folder.equals(log.folder) || !basis.holdsIn(log)) {
                throw new LogException(
                        Errors.OPERATION_NOT_ATTEMPTED,
                        "Segments of " + log.partition + " were cut or removed meanwhile");
            }
        } finally {
            log.writerLock.unlock();
        }
    }

    private void replace() throws IOException {
        Disk disk = log.disk();
        long base = made.baseOffset();
        rename(SegmentNames.CLEANED, SegmentNames.SWAP);
        disk.syncDirectory(folder);
        String mark = "." + SWAPS.incrementAndGet();
        for (Segment segment : old.reversed()) {
            segment.files().markDeleted(mark);
            if (segment.baseOffset() > base) {
                disk.delete(SegmentNames.file(folder, segment.baseOffset(), SegmentNames.SNAPSHOT));
            }
        }
        disk.syncDirectory(folder);
        rename(SegmentNames.SWAP, "");
        disk.syncDirectory(folder);
        long next = old.getLast().nextOffset();
        Segment replacement = Segment.existing(disk, log.home.files(), folder, base, next, log.writerLock);
        log.writerLock.lock();
        try {
            log.setSegments(log.segments().replace(old, replacement));
        } finally {
            log.writerLock.unlock();
        }
    }

    private void rename(String from, String to) throws IOException {
        for (String kind : SegmentNames.KINDS) {
            Path file = SegmentNames.file(folder, made.baseOffset(), kind + from);
            log.disk().rename(file, SegmentNames.file(folder, made.baseOffset(), kind + to));
        }
    }

    /// Gives it up, before a [#commit]: the new files go.
    public void abandon() {
        try {
            made.files().delete();
        } catch (IOException e) {
            LOG.warn("Cannot delete {} yet; the next start does: {}", made, e.getMessage());
        }
    }

    private static LogException failed(OpenLog log, IOException e) {
        log.writerLock.lock();
        try {
            log.flush.requireRunning(); // else the folder may be gone, and the disk is fine
        } finally {
            log.writerLock.unlock();
        }
        return log.home.failed("write compacted segments of " + log.partition, e);
    }
}
