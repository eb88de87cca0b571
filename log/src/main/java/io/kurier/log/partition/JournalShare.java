package io.kurier.log.partition;

import io.kurier.kernel.DiskFile;
import io.kurier.log.LogException;
import io.kurier.log.journal.JournalBlock;
import io.kurier.log.journal.Journaled;
import io.kurier.log.segment.LastBatch;
import io.kurier.log.segment.Segment;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// A log's part in its directory's journal: what was appended to the active segment since the durable end, if that is
/// little. The flusher [#join]s logs to a block, writes it, and tells each that joined how that [#ended].
public final class JournalShare implements Journaled {
    /// Above that a sync of the log's own file is cheaper than writing the bytes twice.
    private static final int MAX_BYTES = 8 << 10;

    /// With so much in the journal only, the log's own file is synced: small writes now and then hold up the journal's
    /// syncs less than a large one when its file is full.
    private static final int HEAVY_BYTES = 512 << 10;

    /// What became of a log that was to join a block.
    public enum Join {
        /// It waits for [#ended].
        JOINED,
        /// Everything is durable.
        NOTHING_TO_DO,
        /// It has to be flushed by itself.
        BY_ITSELF
    }

    private final OpenLog log;
    private final LogFlush flush;
    private Path folder;
    private byte[] folderName;

    /// The place in the active segment that the durable end is known to be at; null if it is not known.
    private volatile @Nullable Mark mark;
    private volatile boolean isSettling;
    /// What is in the block now. Guarded by the flush's mutex, which is held for so long.
    private @Nullable Pending pending;

    /// @param settled up to where the segment's own file is durable
    /// @param last the batch that ends at the position; null if that is not known
    record Mark(
            Segment segment,
            int position,
            int settled,
            @Nullable LastBatch last) {
        /// The segment is about to be durable in its own file as it is now. Under the writer lock.
        static Mark settled(Segment segment) {
            return new Mark(segment, segment.size(), segment.size(), segment.lastBatch());
        }

        /// False if nothing could tell later whether the segment is still as it was up to here.
        boolean canBeFollowed() {
            return position == 0 || last != null;
        }
    }

    private record Pending(Mark mark, Mark next, long end) {
        int bytes() {
            return next.position() - mark.position();
        }
    }

    JournalShare(OpenLog log, LogFlush flush) {
        this.log = log;
        this.flush = flush;
        this.folder = log.folder;
        this.folderName = nameOf(folder);
    }

    private static byte[] nameOf(Path folder) {
        return folder.getFileName().toString().getBytes(StandardCharsets.UTF_8);
    }

    /// True if it looks as if the log could join a block.
    public boolean looksSmall() {
        Mark known = mark;
        return known != null && known.segment().size() - known.position() <= MAX_BYTES;
    }

    /// Adds what is not durable yet to a block. If it joined, the log is neither flushed nor cut before the same thread
    /// calls [#ended].
    ///
    /// @throws LogException with KAFKA_STORAGE_ERROR if the disk fails
    public Join join(JournalBlock block) {
        if (!flush.mutex.tryLock()) {
            return Join.BY_ITSELF;
        }
        Join join = Join.BY_ITSELF;
        try {
            log.home.requireOnline();
            Pending wanted = wanted();
            if (wanted == null) {
                return join;
            }
            join = wanted.bytes() == 0 ? Join.NOTHING_TO_DO : add(block, wanted);
            return join;
        } catch (IOException e) {
            throw log.home.failed("read back what was appended to " + log.partition, e);
        } finally {
            if (join != Join.JOINED) {
                flush.mutex.unlock();
            }
        }
    }

    private @Nullable Pending wanted() {
        log.writerLock.lock();
        try {
            Mark known = mark;
            if (known == null
                    || !known.canBeFollowed()
                    || known.segment() != log.segments().active()
                    || !flush.isPlain()) {
                return null;
            }
            Segment segment = known.segment();
            Mark next = new Mark(segment, segment.size(), known.settled(), segment.lastBatch());
            Pending all = new Pending(known, next, log.endOffset());
            return all.bytes() > MAX_BYTES ? null : all;
        } finally {
            log.writerLock.unlock();
        }
    }

    /// True between a [#join] of this thread that ended so and [#ended].
    public boolean hasJoined() {
        return flush.mutex.isHeldByCurrentThread();
    }

    private Join add(JournalBlock block, Pending wanted) throws IOException {
        Segment segment = wanted.mark().segment();
        DiskFile file = segment.log().acquire();
        try {
            Mark from = wanted.mark();
            JournalBlock.Place place = new JournalBlock.Place(segment.baseOffset(), from.position(), from.last());
            if (!block.add(folderName(), place, file, wanted.bytes())) {
                return Join.BY_ITSELF;
            }
            pending = wanted;
            return Join.JOINED;
        } finally {
            segment.log().release();
        }
    }

    /// The block was written, or not.
    public void ended(boolean written) {
        Pending done = pending;
        pending = null;
        try {
            if (written && done != null) {
                log.writerLock.lock();
                try {
                    mark = done.next();
                    flush.durableInJournal(done.end());
                } finally {
                    log.writerLock.unlock();
                }
            }
        } finally {
            flush.mutex.unlock();
        }
    }

    /// True, once, if so much lies in the journal only that the log is to be flushed by itself.
    public boolean takeHeavy() {
        Mark known = mark;
        if (known == null || isSettling || known.position() - known.settled() < HEAVY_BYTES) {
            return false;
        }
        isSettling = true;
        return true;
    }

    /// Tells the log's listener where the durable end is.
    public void tell() {
        flush.tell();
    }

    @Override
    public void settle() {
        flush.run();
    }

    @Override
    public byte[] folderName() {
        Path now = log.folder;
        if (!now.equals(folder)) {
            folder = now;
            folderName = nameOf(now);
        }
        return folderName;
    }

    // ---- told by the flush, under both locks

    /// All of the segment up to there is durable in its own file, and so are all names.
    void durableUpTo(Mark settled) {
        mark = settled;
        isSettling = false;
    }

    /// The log is to be flushed by itself the next time.
    void unknown() {
        mark = null;
        isSettling = false;
    }
}
