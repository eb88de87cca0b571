package io.kurier.log.partition;

import io.kurier.kernel.Disk;
import io.kurier.log.AbortedTransaction;
import io.kurier.log.Appended;
import io.kurier.log.Durability;
import io.kurier.log.LogConfig;
import io.kurier.log.LogException;
import io.kurier.log.Origin;
import io.kurier.log.file.TransactionIndex;
import io.kurier.log.producer.ProducerTable;
import io.kurier.log.producer.SharedProducers;
import io.kurier.log.segment.Segment;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.InvalidBatchException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/// A recovered log: its segments, its producers, its epochs, and the one way to add to it.
///
/// The writer lock guards all change; ends and the list of segments are volatile, so that readers need no lock.
/// [LogFlush] holds its own lock around the writer lock, never the other way round.
public final class OpenLog {
    final LogHome home;
    final TopicPartition partition;
    volatile Path folder;
    final ReentrantLock writerLock;
    final ProducerTable producers;
    final LeaderEpochs epochs;
    final LogFlush flush;
    final TailHeat heat = new TailHeat();

    private volatile LogConfig config;
    private volatile SegmentList segments;
    private volatile long logStartOffset;
    private volatile long endOffset;
    private long segmentMs;
    private long activeSinceMs;
    private boolean touched;

    OpenLog(LogHome home, LogIdentity identity, LogConfig config, Recovery.Found recovered) {
        this.home = home;
        this.partition = identity.partition();
        this.folder = identity.folder();
        this.config = config;
        this.writerLock = recovered.writerLock();
        this.producers = recovered.producers();
        this.epochs = recovered.epochs();
        this.segments = recovered.segments();
        this.logStartOffset = recovered.logStartOffset();
        this.endOffset = recovered.endOffset();
        this.flush = new LogFlush(this, recovered.endOffset());
        this.touched = recovered.changed();
        segmentStarted();
    }

    // ---- what it holds

    /// Settings in force.
    public LogConfig config() {
        return config;
    }

    /// Sets other settings.
    public void updateConfig(LogConfig newConfig) {
        config = newConfig;
    }

    /// Offset of the first record that may be read.
    public long logStartOffset() {
        return logStartOffset;
    }

    /// The offset that the next record gets.
    public long endOffset() {
        return endOffset;
    }

    /// The segments.
    public SegmentList segments() {
        return segments;
    }

    /// Leader epochs.
    public LeaderEpochs epochs() {
        return epochs;
    }

    /// A number below `lanes`, the same for the same partition, and neighbours apart.
    public int lane(int lanes) {
        return Math.floorMod(partition.topic().hashCode() + partition.partition(), lanes);
    }

    /// How it becomes durable.
    public LogFlush flush() {
        return flush;
    }

    /// Producers and transactions.
    public SharedProducers producers() {
        return new SharedProducers(producers, writerLock);
    }

    /// The offset below which every transaction is decided, at most `highWatermark`.
    public long lastStableOffset(long highWatermark) {
        // A transaction that began below the log's start has nothing left to wait for there.
        return Math.max(producers.lastStableOffset(highWatermark), Math.min(logStartOffset, highWatermark));
    }

    /// Ended transactions below the high watermark are history.
    public void highWatermark(long highWatermark) {
        producers.highWatermark(highWatermark);
    }

    Disk disk() {
        return home.world().disk();
    }

    // ---- appending

    /// See [io.kurier.log.PartitionLog#append].
    public Appended append(ByteBuffer batches, int leaderEpoch, Origin origin) throws InvalidBatchException {
        home.requireOnline();
        LogConfig now = config;
        long nowMs = home.world().clock().wallMs();
        AppendChecks.check(batches, now, origin, nowMs);
        boolean stamped = !origin.isCopy() && now.timestamps().type() == TimestampType.LOG_APPEND_TIME;
        if (origin == Origin.REPLICA && !now.retention().compact()) {
            long baseOffset = new BatchView(batches, batches.position()).baseOffset();
            if (baseOffset > endOffset) {
                leapTo(baseOffset);
            }
        }
        Appended appended;
        writerLock.lock();
        try {
            appended = appendLocked(batches, leaderEpoch, origin, nowMs, stamped ? nowMs : BatchView.NO_TIMESTAMP);
        } finally {
            writerLock.unlock();
        }
        if (!appended.duplicate() || flush.durableEndOffset() <= appended.lastOffset()) {
            flush.appended(now.flush(), appended.lastOffset() + 1);
        }
        return appended;
    }

    private Appended appendLocked(ByteBuffer batches, int leaderEpoch, Origin origin, long nowMs, long stampedMs)
            throws InvalidBatchException {
        flush.requireRunning();
        if (!origin.isCopy()) {
            epochs.requireNotOver(leaderEpoch);
        }
        BatchView first = new BatchView(batches, batches.position());
        if (origin == Origin.CLIENT) {
            Appended duplicate = duplicate(batches, stampedMs);
            if (duplicate != null) {
                return duplicate;
            }
        }
        long next = endOffset;
        long maxTimestampMs = BatchView.NO_TIMESTAMP;
        BatchView before = null;
        for (BatchView batch = first; ; batch = new BatchView(batches, batch.end())) {
            producers.check(batch, before, origin);
            if (!origin.isCopy()) {
                batch.place(next, leaderEpoch);
            } else if (batch.baseOffset() < next) {
                throw outOfPlace(batch, next);
            }
            next = batch.nextOffset();
            maxTimestampMs = Math.max(maxTimestampMs, batch.maxTimestamp());
            before = batch;
            if (batch.end() >= batches.limit()) {
                break;
            }
        }
        long baseOffset = first.baseOffset();
        touched = true;
        try {
            Segment active = activeFor(batches.remaining(), baseOffset, next - 1, maxTimestampMs);
            write(active, batches, nowMs);
        } catch (IOException e) {
            throw home.failed("append to " + partition, e);
        }
        heat.appended(baseOffset, home.countAppended(batches.remaining()));
        return new Appended(baseOffset, next - 1, stampedMs, false, batches.remaining());
    }

    /// Recovery takes a gap for a loss unless it lies below the recovery point. A copied log that leaps, which is rare,
    /// begins another segment there, and has that written down before it goes on.
    void leapTo(long offset) {
        flush.run();
        writerLock.lock();
        try {
            if (offset <= endOffset) {
                return;
            }
            if (segments.active().size() > 0) {
                roll(offset);
            } else {
                replaceEmpty(segments.active(), offset);
            }
            logStartOffset = Math.max(logStartOffset, segments.first().baseOffset());
            endOffset = offset;
        } catch (IOException e) {
            throw home.failed("append to " + partition, e);
        } finally {
            writerLock.unlock();
        }
        flush.run();
        home.checkpoint();
    }

    private LogException outOfPlace(BatchView batch, long next) {
        return new LogException(
                Errors.OFFSET_OUT_OF_RANGE,
                "A copied batch has base offset " + batch.baseOffset() + ", and " + partition + " ends at " + next);
    }

    /// What was answered the first time, if every batch was appended before; null if none was.
    private @Nullable Appended duplicate(ByteBuffer batches, long stampedMs) throws InvalidBatchException {
        long base = -1;
        long last = -1;
        int seen = 0;
        int all = 0;
        for (int at = batches.position(); at < batches.limit(); all++) {
            BatchView batch = new BatchView(batches, at);
            long known = producers.duplicateOf(batch);
            if (known >= 0) {
                base = seen++ == 0 ? known - batch.lastOffsetDelta() : base;
                last = known;
            }
            at = batch.end();
        }
        if (seen > 0 && seen < all) {
            throw new InvalidBatchException(
                    Errors.OUT_OF_ORDER_SEQUENCE_NUMBER, "Some of the batches were appended before, and some were not");
        }
        return seen == 0 ? null : new Appended(base, last, stampedMs, true, 0);
    }

    private void write(Segment active, ByteBuffer batches, long nowMs) throws IOException {
        TransactionIndex txnIndex = active.txnIndex();
        long from = endOffset;
        boolean indexed = false;
        boolean written = false;
        try {
            for (AbortedTransaction aborted : producers.abortedBy(batches)) {
                txnIndex.append(aborted);
                indexed = true;
            }
            active.write(batches, config.flush().durability() == Durability.DISK);
            written = true;
        } finally {
            if (indexed && !written) {
                txnIndex.truncateToOffset(from);
            }
        }
        for (int at = batches.position(); at < batches.limit(); ) {
            BatchView batch = new BatchView(batches, at);
            active.added(batch, config.segments().indexIntervalBytes());
            epochs.start(batch.leaderEpoch(), batch.baseOffset());
            producers.update(batch, nowMs);
            at = batch.end();
            endOffset = batch.nextOffset();
        }
    }

    // ---- leaders

    /// See [io.kurier.log.PartitionLog#startEpoch].
    public void startEpoch(int leaderEpoch) {
        writerLock.lock();
        try {
            epochs.lead(leaderEpoch, endOffset);
        } finally {
            writerLock.unlock();
        }
    }

    /// See [io.kurier.log.PartitionLog#follow].
    public void follow(int leaderEpoch) {
        writerLock.lock();
        try {
            epochs.follow(leaderEpoch, endOffset);
        } finally {
            writerLock.unlock();
        }
    }

    // ---- rolling

    private Segment activeFor(int bytes, long baseOffset, long lastOffset, long timestampMs) throws IOException {
        Segment active = segments.active();
        LogConfig.Segments limits = config.segments();
        boolean full = bytes > limits.bytes() - active.size() || active.indexIsFull(limits);
        boolean outOfReach = lastOffset - active.baseOffset() > Integer.MAX_VALUE;
        if (active.size() == 0) {
            if (!outOfReach) {
                return active;
            }
            replaceEmpty(active, baseOffset);
            return segments.active();
        }
        if (full || outOfReach || timestampMs - active.firstTimestampMs() > segmentMs) {
            roll(baseOffset);
        }
        return segments.active();
    }

    /// Only a copied log can leap so far that an empty segment's base offset does not do.
    private void replaceEmpty(Segment empty, long baseOffset) throws IOException {
        Segment made = Segment.create(disk(), home.files(), folder, baseOffset, writerLock);
        segments = segments.replaceActive(made);
        empty.files().delete();
        segmentStarted();
        flush.namesChanged();
    }

    /// Closes the active segment and begins the next at `baseOffset`. Under the writer lock.
    void roll(long baseOffset) throws IOException {
        flush.requireRunning();
        touched = true;
        Segment sealed = segments.active();
        Segment made = Segment.create(disk(), home.files(), folder, baseOffset, writerLock);
        sealed.seal();
        producers.expire(home.world().clock().wallMs());
        segments = segments.with(made);
        flush.rolled(sealed, made, producers.snapshot());
        segmentStarted();
    }

    private void segmentStarted() {
        long mostMs = config.segmentMs();
        long jitterMs = Math.min(config.segments().jitterMs(), mostMs);
        segmentMs = mostMs - (jitterMs > 0 ? home.world().random().nextLong(jitterMs) : 0);
        activeSinceMs = home.world().clock().wallMs();
    }

    /// Rolls if the active segment is older than `segment.ms`; by its first record, or by its age if records are from
    /// the future.
    public void rollIfDue(long nowWallMs) {
        writerLock.lock();
        try {
            Segment active = segments.active();
            if (!flush.isStopped()
                    && active.size() > 0
                    && (nowWallMs - active.firstTimestampMs() > segmentMs || nowWallMs - activeSinceMs > segmentMs)) {
                roll(endOffset);
            }
        } catch (IOException e) {
            throw home.failed("roll " + partition, e);
        } finally {
            writerLock.unlock();
        }
    }

    // ---- for those who change it in other ways, under the writer lock

    /// False if the files are as a clean stop left them. Under the writer lock.
    boolean isTouched() {
        return touched;
    }

    void setSegments(SegmentList changed) {
        segments = changed;
    }

    void setEndOffset(long offset) {
        endOffset = offset;
    }

    void setLogStartOffset(long offset) {
        logStartOffset = offset;
    }

    void activeChanged() {
        touched = true;
        heat.clear();
        segmentStarted();
    }
}
