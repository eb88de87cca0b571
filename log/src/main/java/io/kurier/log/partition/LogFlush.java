package io.kurier.log.partition;

import io.kurier.kernel.DiskFile;
import io.kurier.log.Durability;
import io.kurier.log.LogConfig;
import io.kurier.log.LogException;
import io.kurier.log.file.DiskFull;
import io.kurier.log.file.EpochCheckpoint;
import io.kurier.log.file.ProducerSnapshotFile;
import io.kurier.log.file.SegmentNames;
import io.kurier.log.producer.ProducerSnapshot;
import io.kurier.log.segment.Segment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Makes one log durable: syncs what was written since the last time, in order, then moves the durable end and tells
/// the listener. A little of it can become durable in the directory's journal first, along with that of other logs
/// ([JournalShare]); the log is settled when its own files are durable as well.
///
/// A failed sync is never tried again: the directory goes offline and the durable end stays where it was.
public final class LogFlush {
    /// A log so small is read through at the next start sooner than a snapshot that says nothing is made durable.
    private static final long REPLAYED_QUICKLY_BYTES = 4 << 20;

    private static final long RETRY_AFTER_FULL_NS = TimeUnit.SECONDS.toNanos(1);

    private final OpenLog log;
    /// Held for a whole flush, and by whoever removes what a flush may be syncing. Taken before the writer lock.
    final ReentrantLock mutex = new ReentrantLock();
    /// In the flusher's queue.
    private final AtomicBoolean queued = new AtomicBoolean();
    private final AtomicBoolean timed = new AtomicBoolean();

    private final JournalShare share;

    private volatile long durableEndOffset;
    /// Everything below is on the disk in the log's own files.
    private volatile long settledEndOffset;
    private volatile long recoveryPoint;
    private volatile LongConsumer listener = _ -> {};

    // guarded by the writer lock
    private boolean namesChanged;
    private boolean stopped;
    private final List<Sealed> sealed = new ArrayList<>();

    /// A segment that was closed, and the producers as of its end.
    private record Sealed(Segment segment, Segment next, List<ProducerSnapshot> producers) {}

    LogFlush(OpenLog log, long durableEndOffset) {
        this.log = log;
        this.share = new JournalShare(log, this);
        this.durableEndOffset = durableEndOffset;
        this.settledEndOffset = durableEndOffset;
        this.recoveryPoint = durableEndOffset;
    }

    /// Everything below is on the disk.
    public long durableEndOffset() {
        return durableEndOffset;
    }

    /// Its part in the directory's journal.
    public JournalShare share() {
        return share;
    }

    /// Where recovery has to begin after a power loss.
    public long recoveryPoint() {
        return recoveryPoint;
    }

    /// Sets who is told the durable end after each flush.
    public void onDurable(LongConsumer newListener) {
        listener = newListener;
    }

    /// True if the log was not queued yet: the caller queues it. The flusher calls [#unqueued()] before it flushes.
    public boolean queue() {
        return !queued.get() && queued.compareAndSet(false, true);
    }

    /// The flusher took the log out of its queue.
    public void unqueued() {
        queued.set(false);
    }

    /// Records up to `endOffset` were appended: asks for a flush now, or later where the topic allows it.
    void appended(LogConfig.Flush policy, long endOffset) {
        if (policy.durability() == Durability.DISK || endOffset - durableEndOffset >= policy.messages()) {
            log.home.flushSoon(log);
        } else if (policy.ms() != Long.MAX_VALUE && timed.compareAndSet(false, true)) {
            log.home.world().timers().after(TimeUnit.MILLISECONDS.toNanos(policy.ms()), () -> {
                timed.set(false);
                log.home.flushSoon(log);
            });
        }
    }

    /// A segment was closed and the next one made. Under the writer lock.
    void rolled(Segment segment, Segment next, List<ProducerSnapshot> producers) {
        sealed.add(new Sealed(segment, next, producers));
        namesChanged = true;
        log.home.flushSoon(log);
    }

    /// Files were made in the folder. Under the writer lock.
    void namesChanged() {
        namesChanged = true;
    }

    /// What one flush has to do.
    private record Round(long end, List<Segment> dirty, boolean names, JournalShare.Mark mark) {}

    /// Syncs on the calling thread all that was appended before, in the log's own files.
    ///
    /// @throws LogException with KAFKA_STORAGE_ERROR if that failed
    public void run() {
        if (runQuietly()) {
            tell();
        }
        afterwards();
    }

    /// Tells the listener where the durable end is.
    void tell() {
        listener.accept(durableEndOffset);
    }

    /// The same, but the listener is not told. True if the durable end moved.
    boolean runQuietly() {
        mutex.lock();
        try {
            log.home.requireOnline();
            Round round = begin();
            if (round == null) {
                return false;
            }
            boolean done = false;
            boolean advanced = false;
            try {
                sync(round);
                writeEpochs(round.end());
                done = true;
            } finally {
                advanced = end(round, done);
            }
            return advanced;
        } catch (IOException e) {
            throw failed(e);
        } finally {
            mutex.unlock();
        }
    }

    private LogException failed(IOException e) {
        if (DiskFull.is(e)) {
            log.home.world().timers().after(RETRY_AFTER_FULL_NS, () -> log.home.flushSoon(log));
        }
        return log.home.failed("flush " + log.partition, e);
    }

    /// Null if nothing is to be written any more: the folder may be gone.
    private @Nullable Round begin() {
        log.writerLock.lock();
        try {
            if (stopped) {
                return null;
            }
            long end = log.endOffset();
            List<Segment> dirty = new ArrayList<>(1);
            SegmentList segments = log.segments();
            if (end > settledEndOffset) {
                for (int i = segments.floor(settledEndOffset); i < segments.size(); i++) {
                    if (segments.get(i).nextOffset() > settledEndOffset) {
                        dirty.add(segments.get(i));
                    }
                }
            }
            Round round = new Round(end, dirty, namesChanged, JournalShare.Mark.settled(segments.active()));
            namesChanged = false;
            return round;
        } finally {
            log.writerLock.unlock();
        }
    }

    private void sync(Round round) {
        try {
            for (Segment segment : round.dirty()) {
                DiskFile file = segment.log().acquire();
                try {
                    file.sync();
                } finally {
                    segment.log().release();
                }
            }
            if (round.names()) {
                log.disk().syncDirectory(log.folder);
            }
        } catch (IOException e) {
            throw log.home.syncFailed("sync " + log.partition, e);
        }
    }

    /// Writes the epoch checkpoint if it changed.
    void writeEpochs(long endOffset) throws IOException {
        if (log.epochs.takeChanged(endOffset)) {
            boolean written = false;
            try {
                EpochCheckpoint.write(log.disk(), log.folder.resolve(EpochCheckpoint.NAME), log.epochs.entries());
                written = true;
            } finally {
                if (!written) {
                    log.epochs.markChanged();
                }
            }
        }
    }

    private boolean end(Round round, boolean done) {
        log.writerLock.lock();
        try {
            if (!done) {
                namesChanged |= round.names();
                return false;
            }
            for (Segment segment : round.dirty()) {
                if (segment.nextOffset() <= round.end()) {
                    segment.unpin();
                }
            }
            boolean advanced = round.end() > durableEndOffset;
            durableEndOffset = Math.max(durableEndOffset, round.end());
            settledEndOffset = Math.max(settledEndOffset, round.end());
            share.durableUpTo(round.mark());
            return advanced;
        } finally {
            log.writerLock.unlock();
        }
    }

    /// What recovery profits from, but nobody waits for. The recovery point passes no closed segment before that is
    /// done for it.
    private void afterwards() {
        mutex.lock();
        try {
            for (Sealed one = nextSealed(); one != null; one = nextSealed()) {
                List<Segment> all = log.segments().all();
                if (all.contains(one.segment()) && all.contains(one.next())) {
                    one.segment().index().sync();
                    one.segment().timeIndex().sync();
                    one.segment().txnIndex().sync();
                    writeSnapshot(one.next().baseOffset(), one.producers());
                }
                done(one);
            }
            recoveryPoint = settledEndOffset;
            log.heat.settle(log);
        } catch (IOException e) {
            throw failed(e);
        } finally {
            mutex.unlock();
        }
    }

    private @Nullable Sealed nextSealed() {
        log.writerLock.lock();
        try {
            return stopped || sealed.isEmpty() || sealed.getFirst().next().baseOffset() > settledEndOffset
                    ? null
                    : sealed.getFirst();
        } finally {
            log.writerLock.unlock();
        }
    }

    private void done(Sealed one) {
        log.writerLock.lock();
        try {
            sealed.remove(one);
        } finally {
            log.writerLock.unlock();
        }
    }

    private void writeSnapshot(long offset, List<ProducerSnapshot> producers) throws IOException {
        Path file = SegmentNames.file(log.folder, offset, SegmentNames.SNAPSHOT);
        ProducerSnapshotFile.write(log.disk(), file, ProducerSnapshotFile.encode(producers));
    }

    /// Leaves the log so that nothing has to be recovered: flushed, indexes and producers written.
    public void close() throws IOException {
        run();
        mutex.lock();
        log.writerLock.lock();
        try {
            if (stopped) {
                return;
            }
            Segment active = log.segments().active();
            long end = log.endOffset();
            if (log.isTouched() && end > settledEndOffset) {
                throw new IOException("records came in while the log was closed");
            }
            if (log.isTouched()) {
                active.spillIndexes();
                active.txnIndex().sync();
                if (!log.producers.isEmpty() || log.segments().sizeBytes() > REPLAYED_QUICKLY_BYTES) {
                    writeSnapshot(end, log.producers.snapshot());
                }
            }
            recoveryPoint = settledEndOffset;
        } finally {
            stopped = true;
            log.writerLock.unlock();
            mutex.unlock();
        }
    }

    /// No flush does anything any more: the log's folder is gone, or closed.
    public void stop() {
        mutex.lock();
        log.writerLock.lock();
        try {
            stopped = true;
        } finally {
            log.writerLock.unlock();
            mutex.unlock();
        }
    }

    /// True if the log was stopped: its files may be gone. Under the writer lock.
    boolean isStopped() {
        return stopped;
    }

    /// Throws if the log was stopped. Under the writer lock.
    void requireRunning() {
        if (stopped) {
            throw new LogException(Errors.KAFKA_STORAGE_ERROR, "The log of " + log.partition + " is closed");
        }
    }

    /// Before anything but an append is done to the log's files, or to its folder's name: all is durable there, and the
    /// journal holds nothing of it.
    ///
    /// @throws LogException with KAFKA_STORAGE_ERROR if that failed
    void leaveJournal() {
        mutex.lock();
        try {
            if (settledEndOffset < durableEndOffset) {
                runQuietly();
            }
            log.home.journal().forget(share);
        } catch (IOException e) {
            throw log.home.failed("write to the journal for " + log.partition, e);
        } finally {
            mutex.unlock();
        }
    }

    // ---- for the share in the journal, under both locks

    /// True if nothing but the newest batches of the active segment has to become durable.
    boolean isPlain() {
        return !stopped && !namesChanged && sealed.isEmpty() && !log.epochs.hasChanged();
    }

    /// The end moved by way of the journal.
    void durableInJournal(long end) {
        durableEndOffset = Math.max(durableEndOffset, end);
    }

    /// The log was cut at `endOffset`, durably. Under both locks.
    void truncated(long endOffset) {
        durableEndOffset = Math.min(durableEndOffset, endOffset);
        settledEndOffset = Math.min(settledEndOffset, endOffset);
        recoveryPoint = Math.min(recoveryPoint, endOffset);
        share.unknown();
        sealed.removeIf(one -> one.next().baseOffset() > endOffset);
    }

    /// The log begins anew at `offset`, durably. Under both locks.
    void restarted(long offset) {
        durableEndOffset = offset;
        settledEndOffset = offset;
        recoveryPoint = offset;
        share.unknown();
        sealed.clear();
    }
}
