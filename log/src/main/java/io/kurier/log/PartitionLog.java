package io.kurier.log;

import io.kurier.log.file.PartitionMetadataFile;
import io.kurier.log.partition.LogIdentity;
import io.kurier.log.partition.LogReader;
import io.kurier.log.partition.LogTruncation;
import io.kurier.log.partition.OpenLog;
import io.kurier.log.partition.Recovery;
import io.kurier.log.partition.Retention;
import io.kurier.log.partition.TimestampSearch;
import io.kurier.log.producer.ProducerSnapshot;
import io.kurier.log.producer.SharedProducers;
import io.kurier.protocol.records.InvalidBatchException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// One partition's records on one disk: appended at the end, read from anywhere, removed at the start.
///
/// Safe for any number of threads. Appends, rolls and truncations are serialized by one lock; readers take none of it.
/// What needs the log's content recovers it first if that was not done, and then blocks: see [#isReady()].
public final class PartitionLog {
    private final LogDirectory directory;
    private final TopicPartition partition;
    private final Uuid topicId;
    private final ReentrantLock recovering = new ReentrantLock();

    private volatile @Nullable OpenLog open;
    private volatile LogConfig config;
    private volatile long highWatermark;
    private volatile boolean highWatermarkSet;
    private boolean isNew;
    private boolean closed;
    private int epochToStart = -1;
    private LongConsumer durableListener = _ -> {};

    PartitionLog(LogDirectory directory, TopicPartition partition, Uuid topicId, LogConfig config, boolean isNew) {
        this.directory = directory;
        this.partition = partition;
        this.topicId = topicId;
        this.config = config;
        this.isNew = isNew;
        this.highWatermark = isNew ? 0 : directory.checkpoints().highWatermark(partition);
    }

    // ---- identity

    /// Which partition it is.
    public TopicPartition partition() {
        return partition;
    }

    /// The topic's id.
    public Uuid topicId() {
        return topicId;
    }

    /// The directory that it lies in.
    public LogDirectory directory() {
        return directory;
    }

    /// The settings in force.
    public LogConfig config() {
        return config;
    }

    /// Sets other settings.
    public void updateConfig(LogConfig newConfig) {
        recovering.lock();
        try {
            config = newConfig;
            OpenLog log = open;
            if (log != null) {
                log.updateConfig(newConfig);
            }
        } finally {
            recovering.unlock();
        }
    }

    // ---- readiness

    /// True if the log is recovered: nothing on it has to wait for that.
    public boolean isReady() {
        return open != null;
    }

    /// Recovers the log if that was not done yet; returns when it is ready. Call it on a slow thread.
    ///
    /// @throws IOException if the disk fails; trying again is harmless
    public void recover() throws IOException {
        if (open == null) {
            recovering.lock();
            try {
                if (open == null) {
                    recoverNow();
                }
            } finally {
                recovering.unlock();
            }
        }
    }

    private void recoverNow() throws IOException {
        directory.health().requireOnline();
        if (closed) {
            throw new LogException(Errors.KAFKA_STORAGE_ERROR, "The log of " + partition + " is closed");
        }
        checkTopic();
        Recovery.Start start = new Recovery.Start(
                directory.checkpoints().recoveryPoint(partition),
                directory.checkpoints().logStart(partition),
                directory.wasCleanlyClosed(),
                config.segments().indexIntervalBytes(),
                config.retention().compact());
        LogIdentity identity = new LogIdentity(partition, directory.folder(partition), isNew);
        OpenLog log = new Recovery(directory.home(), identity, start).run(config);
        log.flush().onDurable(durableListener);
        if (epochToStart >= 0) {
            log.startEpoch(epochToStart);
        }
        open = log;
    }

    private void checkTopic() throws IOException {
        Path folder = directory.folder(partition);
        if (!isNew && !topicId.equals(Uuid.ZERO_UUID)) {
            Optional<Uuid> owner = PartitionMetadataFile.read(directory.disk(), folder);
            if (owner.isEmpty()) {
                PartitionMetadataFile.write(directory.disk(), folder, topicId);
            } else if (!owner.get().equals(topicId)) {
                directory.partitions().replaceFolder(partition, topicId);
                isNew = true;
                highWatermark = 0;
            }
        }
    }

    OpenLog opened() {
        OpenLog log = open;
        if (log != null) {
            return log;
        }
        try {
            recover();
        } catch (IOException e) {
            throw new LogException(
                    Errors.KAFKA_STORAGE_ERROR, "Cannot recover " + partition + ": " + e.getMessage(), e);
        }
        return opened();
    }

    /// What to write into the checkpoint of an open log.
    long highWatermarkOf(OpenLog log) {
        return highWatermarkSet ? highWatermark : log.flush().durableEndOffset();
    }

    /// True if its folder was made in this run: there is nothing to recover.
    boolean isNew() {
        return isNew;
    }

    @Nullable
    OpenLog openOrNull() {
        return open;
    }

    /// No more work on this log; what is open stays readable for those who have it. Waits for a recovery that runs.
    void close() {
        recovering.lock();
        try {
            closed = true;
            OpenLog log = open;
            if (log != null) {
                log.flush().stop();
            }
        } finally {
            recovering.unlock();
        }
    }

    // ---- records

    /// Checks all batches between the buffer's position and limit, gives them offsets and leader epoch in place (not
    /// for [Origin#REPLICA]), and writes them into the page cache; all or nothing. The buffer's position stays. Blocks
    /// if a client's batches are compressed and [LogConfig#looksAtRecords()] is true.
    ///
    /// @param leaderEpoch the leader's epoch; ignored for [Origin#REPLICA]
    /// @throws InvalidBatchException if a batch must not be stored; nothing was
    /// @throws LogException with KAFKA_STORAGE_ERROR if the directory is offline or full, FENCED_LEADER_EPOCH if a
    ///     later epoch has begun; nothing was stored
    public Appended append(ByteBuffer batches, int leaderEpoch, Origin origin) throws InvalidBatchException {
        return opened().append(batches, leaderEpoch, origin);
    }

    /// Finds whole batches from the one that contains `offset` on, up to (excluding) `endOffset`, within one segment.
    ///
    /// @param maxBytes how many bytes at most
    /// @param atLeastOne if the first batch is larger than `maxBytes`, it is returned nevertheless
    /// @throws OffsetOutOfRangeException if `offset` is before the start or behind the end of the log
    /// @throws LogException with KAFKA_STORAGE_ERROR if the disk fails, CORRUPT_MESSAGE if it is seen that bytes are
    ///     damaged
    public Slice read(long offset, long endOffset, int maxBytes, boolean atLeastOne) {
        return new LogReader(opened()).read(offset, endOffset, maxBytes, atLeastOne);
    }

    /// As [#read], without waiting for the disk: null if what is asked for, or what is needed to find it, is not surely
    /// in memory.
    public @Nullable Slice tryRead(long offset, long endOffset, int maxBytes, boolean atLeastOne) {
        return new LogReader(opened()).tryRead(offset, endOffset, maxBytes, atLeastOne);
    }

    /// Offset of the first record that may be read.
    public long logStartOffset() {
        return opened().logStartOffset();
    }

    /// The offset that the next record gets.
    public long logEndOffset() {
        return opened().endOffset();
    }

    /// Bytes of all segments, without indexes.
    public long sizeBytes() {
        return opened().segments().sizeBytes();
    }

    // ---- durability

    /// Everything below is on the disk.
    public long durableEndOffset() {
        return opened().flush().durableEndOffset();
    }

    /// Sets the one listener that is told the durable end after each flush, on the flusher's thread.
    public void onDurable(LongConsumer listener) {
        recovering.lock();
        try {
            durableListener = listener;
            OpenLog log = open;
            if (log != null) {
                log.flush().onDurable(listener);
            }
        } finally {
            recovering.unlock();
        }
    }

    /// Asks the directory's flusher to sync this log soon. Appends to a disk-durable log do it themselves.
    public void requestFlush() {
        directory.home().flushSoon(opened());
    }

    /// Syncs this log on the calling thread; everything appended before is durable afterwards. The listener is told
    /// here as well.
    ///
    /// @throws LogException with KAFKA_STORAGE_ERROR if that failed; the directory is offline then
    public void flush() {
        opened().flush().run();
    }

    /// Remembers the high watermark, for `replication-offset-checkpoint`. Without it the durable end is written there.
    public void setHighWatermark(long newHighWatermark) {
        highWatermark = newHighWatermark;
        highWatermarkSet = true;
        OpenLog log = open;
        if (log != null) {
            log.highWatermark(newHighWatermark);
        }
    }

    /// The high watermark that was remembered, also by an earlier run; 0 for none.
    public long highWatermark() {
        return highWatermark;
    }

    /// The first record below `endOffset` whose timestamp is at or after `timestampMs`. Looks inside the batch.
    public Optional<TimestampOffset> offsetForTimestamp(long timestampMs, long endOffset) {
        return new TimestampSearch(opened()).firstAtOrAfter(timestampMs, endOffset);
    }

    /// The first of the records below `endOffset` that have the largest timestamp. Looks inside the batch.
    public Optional<TimestampOffset> maxTimestamp(long endOffset) {
        return new TimestampSearch(opened()).largest(endOffset);
    }

    // ---- leader epochs

    /// Where the largest epoch at or below `leaderEpoch` ends (KIP-279).
    public EpochEnd endOfEpoch(int leaderEpoch) {
        OpenLog log = opened();
        return log.epochs().endOf(leaderEpoch, log.endOffset());
    }

    /// The largest leader epoch that this log knows, -1 for none.
    public int latestEpoch() {
        return opened().epochs().latest();
    }

    /// The epoch of the leader that wrote the record at `offset`, -1 if it is not known.
    public int epochAt(long offset) {
        return opened().epochs().epochAt(offset);
    }

    /// A leader's epoch begins at the end of this log, and appends of an earlier epoch's leader are refused from now
    /// on; harmless if it is known. Does not recover the log: the epoch begins when that is done.
    public void startEpoch(int leaderEpoch) {
        recovering.lock();
        try {
            OpenLog log = open;
            if (log == null) {
                epochToStart = Math.max(epochToStart, leaderEpoch);
            } else {
                log.startEpoch(leaderEpoch);
            }
        } finally {
            recovering.unlock();
        }
    }

    /// Another node leads in this epoch: this one's appends as leader of it, or of an earlier one, are refused from now
    /// on, and an epoch that had begun here without a record is forgotten.
    public void follow(int leaderEpoch) {
        opened().follow(leaderEpoch);
    }

    // ---- removing

    /// Removes all records at and behind `offset`, durably. Harmless if there are none. A batch that contains `offset`
    /// goes whole.
    public void truncateTo(long offset) {
        new LogTruncation(opened()).truncateTo(offset);
    }

    /// Removes all records; the next gets `offset`.
    public void truncateFullyAndStartAt(long offset) {
        new LogTruncation(opened()).truncateFullyAndStartAt(offset);
    }

    /// Records below `offset` may not be read any more; their segments go with the next retention round. Never goes
    /// back. It is durable with the next checkpoint: see [LogDirectory#checkpointDurably()].
    ///
    /// @throws OffsetOutOfRangeException if `offset` is behind the log's end
    public void advanceLogStart(long offset) {
        new Retention(opened()).advanceLogStart(offset);
    }

    /// Deletes segments that are past retention or wholly below the log start; never one that reaches behind
    /// `highWatermark`. Blocks: call it on a slow thread, now and then.
    ///
    /// @return how many segments went
    public int applyRetention(long nowWallMs, long newHighWatermark) {
        return new Retention(opened()).apply(nowWallMs, newHighWatermark);
    }

    /// Closes the active segment and begins the next if it is older than `segment.ms` and not empty.
    public void rollIfDue(long nowWallMs) {
        opened().rollIfDue(nowWallMs);
    }

    // ---- producers and transactions

    /// The offset below which every transaction is decided, at most `highWatermark`.
    public long lastStableOffset(long upTo) {
        return opened().lastStableOffset(upTo);
    }

    /// The aborted transactions that touch the offsets from `from` up to (excluding) `to`.
    public List<AbortedTransaction> abortedTransactions(long from, long to) {
        try {
            return opened().segments().abortedTransactions(from, to);
        } catch (IOException e) {
            throw new LogException(Errors.KAFKA_STORAGE_ERROR, "Cannot read " + partition + ": " + e.getMessage(), e);
        }
    }

    /// The idempotent producers that this log remembers.
    public List<ProducerSnapshot> activeProducers() {
        return producers().snapshot();
    }

    /// Producers and transactions in detail.
    public SharedProducers producers() {
        return opened().producers();
    }

    @Override
    public String toString() {
        return directory.folder(partition).toString();
    }
}
