package io.kurier.log.segment;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.log.LogConfig;
import io.kurier.log.file.OffsetIndex;
import io.kurier.log.file.OpenFile;
import io.kurier.log.file.OpenFiles;
import io.kurier.log.file.TimeIndex;
import io.kurier.log.file.TransactionIndex;
import io.kurier.protocol.records.BatchView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A run of a log in one file, with its indexes. The last segment of a log is active: batches are added at its end,
/// under the log's writer lock. Any thread may read at any time.
public final class Segment {
    private static final Logger LOG = LoggerFactory.getLogger(Segment.class);
    private static final int CHECK_BUFFER_BYTES = 256 << 10;
    private static final int SCAN_BUFFER_BYTES = 16 << 10;
    private static final int WALK_BUFFER_BYTES = 4 << 10;
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final SegmentFiles files;
    private final long baseOffset;
    private final OpenFile log;
    private final OffsetIndex index;
    private final TimeIndex timeIndex;
    private final TransactionIndex txnIndex;
    private final Lock writerLock;
    private final RecentBatches recent = new RecentBatches();
    private final BatchFinder finder = new BatchFinder(this, true);
    private final SegmentEnd end = new SegmentEnd(this, finder);

    private volatile int size;
    private volatile long nextOffset;
    private volatile long maxTimestampMs = UNKNOWN;
    private volatile long maxTimestampOffset;
    private volatile long firstTimestampMs = UNKNOWN;
    private int rewinds;
    private int bytesSinceIndexEntry;
    private boolean tailToCut;
    private @Nullable DiskFile pinned;

    private Segment(SegmentFiles files, SegmentFiles.Sizes sizes, long baseOffset, Lock writerLock) {
        this.files = files;
        this.baseOffset = baseOffset;
        this.writerLock = writerLock;
        this.log = files.log();
        this.index = new OffsetIndex(files.index(), baseOffset, sizes.index());
        this.timeIndex = new TimeIndex(files.timeIndex(), baseOffset, sizes.timeIndex());
        this.txnIndex = new TransactionIndex(files.txnIndex(), sizes.txnIndex());
        this.size = sizes.log();
        this.nextOffset = baseOffset;
    }

    /// Makes a segment's files. Their names are not durable yet.
    public static Segment create(Disk disk, OpenFiles files, Path folder, long baseOffset, Lock writerLock)
            throws IOException {
        return create(SegmentFiles.of(disk, files, folder, baseOffset, ""), baseOffset, writerLock);
    }

    /// Makes a segment's files, which may have other names than a log's segments.
    public static Segment create(SegmentFiles segmentFiles, long baseOffset, Lock writerLock) throws IOException {
        segmentFiles.make();
        Segment made = new Segment(segmentFiles, new SegmentFiles.Sizes(0, 0, 0, 0), baseOffset, writerLock);
        made.maxTimestampMs = BatchView.NO_TIMESTAMP;
        made.maxTimestampOffset = baseOffset;
        return made;
    }

    /// Takes over the files of a segment; only their lengths are looked at. A missing index is an empty one.
    ///
    /// @param nextOffset where the next segment begins; for the last segment it is found by a walk
    public static Segment existing(
            Disk disk, OpenFiles files, Path folder, long baseOffset, long nextOffset, Lock writerLock)
            throws IOException {
        SegmentFiles segmentFiles = SegmentFiles.of(disk, files, folder, baseOffset, "");
        Segment segment = new Segment(segmentFiles, segmentFiles.sizes(), baseOffset, writerLock);
        segment.nextOffset = nextOffset;
        return segment;
    }

    // ---- what it is

    /// The offset that names its files.
    public long baseOffset() {
        return baseOffset;
    }

    /// The offset behind its last record, or where the next segment begins.
    public long nextOffset() {
        return nextOffset;
    }

    /// Bytes of batches.
    public int size() {
        return size;
    }

    /// Its `.log` file.
    public OpenFile log() {
        return log;
    }

    /// Its `.index`.
    public OffsetIndex index() {
        return index;
    }

    /// Its `.timeindex`.
    public TimeIndex timeIndex() {
        return timeIndex;
    }

    /// Its `.txnindex`.
    public TransactionIndex txnIndex() {
        return txnIndex;
    }

    /// The largest timestamp in it, -1 if there is none.
    public long maxTimestampMs() throws IOException {
        loadMaxTimestamp();
        return maxTimestampMs;
    }

    /// Last offset of the first batch that has the largest timestamp.
    public long maxTimestampOffset() throws IOException {
        loadMaxTimestamp();
        return maxTimestampOffset;
    }

    /// An index is not trusted: where its last entry is wrong it is made anew.
    private void loadMaxTimestamp() throws IOException {
        if (maxTimestampMs == UNKNOWN) {
            TimeIndex.Hint max = end.maxTimestamp();
            if (max == null) {
                rebuildIndexes("the last entry of the time index names a batch with another timestamp");
            } else {
                maxTimestampOffset = max.offset();
                maxTimestampMs = max.timestampMs();
            }
        }
    }

    /// The first batch's largest timestamp; -1 while it is empty.
    public long firstTimestampMs() throws IOException {
        if (firstTimestampMs == UNKNOWN && size > 0) {
            firstTimestampMs = end.firstTimestamp();
        }
        return firstTimestampMs == UNKNOWN ? BatchView.NO_TIMESTAMP : firstTimestampMs;
    }

    /// When its file was written last.
    public long modifiedMs() throws IOException {
        return files.disk().modifiedMs(log.path());
    }

    /// True if an index has as many entries as it may have.
    public boolean indexIsFull(LogConfig.Segments limits) {
        return (long) index.count() * OffsetIndex.ENTRY_BYTES > limits.indexBytes() - OffsetIndex.ENTRY_BYTES
                || (long) timeIndex.count() * TimeIndex.ENTRY_BYTES > limits.indexBytes() - 2 * TimeIndex.ENTRY_BYTES;
    }

    // ---- writing, under the writer lock

    /// Writes batches at the end of the file. They count only after [#added]. After a failure the file has its old
    /// length again, at the latest when the next write begins.
    ///
    /// @param pin keeps the file open until [#unpin], so that no failure of the disk between here and its sync goes
    ///     unseen
    public void write(ByteBuffer batches, boolean pin) throws IOException {
        DiskFile file = pinned;
        boolean release = false;
        if (file == null) {
            file = log.acquire();
            if (pin) {
                pinned = file;
            } else {
                release = true;
            }
        }
        int from = batches.position();
        boolean written = false;
        try {
            cutTail(file);
            file.write(batches, size);
            written = true;
        } finally {
            batches.position(from);
            if (!written) {
                tailToCut = true;
                tryCutTail(file);
            }
            if (release) {
                log.release();
            }
        }
    }

    /// Durably, so that no whole batch of it comes back after a power loss.
    private void cutTail(DiskFile file) throws IOException {
        if (tailToCut) {
            file.truncate(size);
            file.sync();
            tailToCut = false;
        }
    }

    private void tryCutTail(DiskFile file) {
        try {
            cutTail(file);
        } catch (IOException e) {
            LOG.warn("Cannot cut {} back to {} bytes yet: {}", log.path(), size, e.getMessage());
        }
    }

    /// Ends the keeping open of [#write]: all is synced.
    public void unpin() {
        if (pinned != null) {
            pinned = null;
            log.release();
        }
    }

    /// Counts a batch that was written at the end of the file, and indexes it now and then.
    public void added(BatchView batch, int indexIntervalBytes) throws IOException {
        int position = size;
        if (position == 0) {
            firstTimestampMs = batch.maxTimestamp();
        }
        loadMaxTimestamp();
        if (batch.newestRecordMs() > maxTimestampMs) {
            maxTimestampOffset = batch.lastOffset();
            maxTimestampMs = batch.newestRecordMs();
        }
        if (bytesSinceIndexEntry > indexIntervalBytes) {
            index.append(batch.lastOffset(), position);
            timeIndex.append(maxTimestampMs, maxTimestampOffset);
            bytesSinceIndexEntry = 0;
        }
        bytesSinceIndexEntry += batch.sizeInBytes();
        recent.add(batch.baseOffset(), position, batch.nextOffset(), position + batch.sizeInBytes(), batch.crc());
        size = position + batch.sizeInBytes();
        nextOffset = batch.nextOffset();
    }

    /// Writes what the heap holds of the indexes, the largest timestamp included: the segment is complete, or the node
    /// stops.
    public void spillIndexes() throws IOException {
        if (size > 0 && maxTimestampMs() >= 0) {
            timeIndex.append(maxTimestampMs, maxTimestampOffset);
        }
        index.spill();
        timeIndex.spill();
        if (tailToCut) {
            cutFile();
        }
    }

    /// Forgets where recent batches are: a later segment is active.
    public void seal() throws IOException {
        spillIndexes();
        recent.clear();
    }

    /// How often batches were taken out again. Under the writer lock.
    public int rewinds() {
        return rewinds;
    }

    /// Takes everything from `place` on out of the indexes and of what is known, so that batches can be [#added] again
    /// from there.
    public void rewindTo(Place place) throws IOException {
        rewinds++;
        if (place.position() == 0) {
            index.clear();
            timeIndex.clear();
        } else {
            index.truncateToPosition(place.position());
            timeIndex.truncateToOffset(place.offset());
        }
        recent.clear();
        size = place.position();
        nextOffset = place.offset();
        maxTimestampMs = UNKNOWN;
        firstTimestampMs = UNKNOWN;
        loadMaxTimestamp();
        bytesSinceIndexEntry = 0;
    }

    /// Cuts the file after the batches that count, durably.
    public void cutFile() throws IOException {
        DiskFile file = log.acquire();
        try {
            file.truncate(size);
            file.sync();
            tailToCut = false;
        } finally {
            log.release();
        }
    }

    // ---- recovering, before anyone else knows the segment

    /// The offset behind its last whole batch, by headers alone; changes nothing.
    public long findEnd() throws IOException {
        return end.find();
    }

    /// Finds the end of the last segment after a clean stop, by its last few headers. False if something is odd about
    /// it.
    public boolean resume() throws IOException {
        if (size == 0) {
            nextOffset = baseOffset;
            maxTimestampMs = BatchView.NO_TIMESTAMP;
            maxTimestampOffset = baseOffset;
            return true;
        }
        long next = end.resume(recent);
        nextOffset = Math.max(next, baseOffset);
        return next >= 0;
    }

    // ---- finding

    /// Makes a walk over the batches between two positions. The caller releases [#log()] afterwards.
    public BatchScanner scan(int from, int to, boolean checksums) throws IOException {
        return new BatchScanner(
                log.acquire(), from, to, checksums, checksums ? CHECK_BUFFER_BYTES : SCAN_BUFFER_BYTES, true);
    }

    /// Makes a short walk over batches' headers. The caller releases [#log()] afterwards.
    BatchScanner walk(int from, int to, boolean mayWait) throws IOException {
        return new BatchScanner(log.acquire(mayWait), from, to, false, WALK_BUFFER_BYTES, mayWait);
    }

    /// The batch that contains `offset`, or the first one behind it; the end if there is none.
    public Place locate(long offset) throws IOException {
        return finder.locate(offset);
    }

    /// What finds batches in it.
    ///
    /// @param mayWait false to get a [DiskFile.WouldWait] instead of waiting for the disk
    public BatchFinder finder(boolean mayWait) {
        return mayWait ? finder : new BatchFinder(this, false);
    }

    /// Its last batch, null if that is not known. Under the writer lock.
    public @Nullable LastBatch lastBatch() {
        return recent.endingAt(size);
    }

    RecentBatches recent() {
        return recent;
    }

    /// Makes the indexes anew from the batches.
    public void rebuildIndexes(String why) throws IOException {
        LOG.warn("Rebuilding the indexes of {}: {}", log.path(), why);
        writerLock.lock();
        try {
            index.clear();
            timeIndex.clear();
            recent.clear();
            TimeIndex.Hint max = end.indexAll();
            maxTimestampMs = max.timestampMs();
            maxTimestampOffset = max.offset();
            spillIndexes();
        } finally {
            writerLock.unlock();
        }
    }

    /// Its files, to be renamed or deleted.
    public SegmentFiles files() {
        return files;
    }

    @Override
    public String toString() {
        return log.path() + "[" + size + " bytes]";
    }
}
