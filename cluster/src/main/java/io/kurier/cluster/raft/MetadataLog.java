package io.kurier.cluster.raft;

import io.kurier.log.EpochEnd;
import io.kurier.log.Origin;
import io.kurier.log.PartitionLog;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.InvalidBatchException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.record.internal.Records;
import org.apache.kafka.raft.Isolation;
import org.apache.kafka.raft.LogAppendInfo;
import org.apache.kafka.raft.LogFetchInfo;
import org.apache.kafka.raft.LogOffsetMetadata;
import org.apache.kafka.raft.RaftLog;
import org.apache.kafka.raft.ValidOffsetAndEpoch;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.RawSnapshotReader;
import org.apache.kafka.snapshot.RawSnapshotWriter;

/// The metadata log as the engine wants it, on a partition's log of our own: one more partition, with snapshots beside
/// it.
///
/// An append as leader is durable when it returns: the engine announces a commit of a lone voter right after it, before
/// it asks for a flush.
final class MetadataLog implements RaftLog {
    private final PartitionLog log;
    private final SnapshotStore snapshots;
    private final SpaceWait space;
    private volatile LogOffsetMetadata highWatermark;

    /// A recovered log, and its snapshots.
    MetadataLog(PartitionLog log, SnapshotStore snapshots, SpaceWait space) {
        this.log = log;
        this.snapshots = snapshots;
        this.space = space;
        this.highWatermark = new LogOffsetMetadata(log.logStartOffset());
    }

    @Override
    public LogAppendInfo appendAsLeader(Records records, int epoch) {
        if (records.sizeInBytes() == 0) {
            throw new IllegalArgumentException("Nothing to append");
        }
        ByteBuffer bytes = Batches.bytes(records);
        long base = new BatchView(bytes, bytes.position()).baseOffset();
        if (base != log.logEndOffset()) {
            throw new IllegalStateException(
                    "The metadata log ends at " + log.logEndOffset() + ", and the engine appends at " + base);
        }
        LogAppendInfo appended = space.patiently(() -> append(bytes));
        return space.patiently(() -> {
            log.flush();
            return appended;
        });
    }

    @Override
    public LogAppendInfo appendAsFollower(Records records, int epoch) {
        ByteBuffer bytes = Batches.bytes(records);
        int end = endOfValid(bytes, epoch);
        if (end == bytes.position()) {
            throw new CorruptRecordException("The leader sent no valid batch of epoch " + epoch + " or before");
        }
        return append(bytes.duplicate().limit(end));
    }

    /// The batches up to the first that is cut, damaged, or of a later epoch than the leader's.
    private static int endOfValid(ByteBuffer bytes, int epoch) {
        int at = bytes.position();
        while (at < bytes.limit()) {
            BatchView batch = new BatchView(bytes, at);
            if (!batch.isWhole() || !batch.checksumFits() || batch.leaderEpoch() > epoch) {
                break;
            }
            at = batch.end();
        }
        return at;
    }

    private LogAppendInfo append(ByteBuffer batches) {
        try {
            var appended = log.append(batches, 0, Origin.REPLICA);
            return new LogAppendInfo(appended.baseOffset(), appended.lastOffset());
        } catch (InvalidBatchException e) {
            throw new CorruptRecordException("A batch of the metadata log cannot be appended: " + e.getMessage(), e);
        }
    }

    @Override
    public LogFetchInfo read(long startOffset, Isolation isolation, int maxBytes) {
        long end = switch (isolation) {
            case COMMITTED -> highWatermark.offset();
            case UNCOMMITTED -> log.logEndOffset();
        };
        ByteBuffer bytes = startOffset >= end
                ? ByteBuffer.allocate(0)
                : log.read(startOffset, end, maxBytes, true).bytes();
        return new LogFetchInfo((Records) Batches.inMemory(bytes), new LogOffsetMetadata(startOffset));
    }

    @Override
    public int lastFetchedEpoch() {
        // A snapshot at the very end of the log knows the epoch of what it replaced.
        int ofSnapshot = latestSnapshotId()
                .filter(id -> id.offset() >= log.logEndOffset())
                .map(OffsetAndEpoch::epoch)
                .orElse(0);
        return Math.max(ofSnapshot, log.latestEpoch());
    }

    @Override
    public OffsetAndEpoch endOffsetForEpoch(int epoch) {
        EpochEnd end = log.endOfEpoch(epoch);
        OffsetAndEpoch earliest = earliestSnapshotId().orElse(null);
        boolean inLog = !end.equals(EpochEnd.UNKNOWN);
        if (earliest != null && (!inLog || (epoch >= earliest.epoch() && end.endOffset() <= earliest.offset()))) {
            return earliest;
        }
        return inLog
                ? new OffsetAndEpoch(end.endOffset(), end.leaderEpoch())
                : new OffsetAndEpoch(log.logEndOffset(), lastFetchedEpoch());
    }

    @Override
    public LogOffsetMetadata endOffset() {
        return new LogOffsetMetadata(log.logEndOffset());
    }

    @Override
    public LogOffsetMetadata highWatermark() {
        return highWatermark;
    }

    @Override
    public void updateHighWatermark(LogOffsetMetadata newHighWatermark) {
        highWatermark = newHighWatermark;
        log.setHighWatermark(newHighWatermark.offset());
    }

    @Override
    public long startOffset() {
        return log.logStartOffset();
    }

    @Override
    public void initializeLeaderEpoch(int epoch) {
        log.startEpoch(epoch);
    }

    @Override
    public void truncateTo(long offset) {
        if (offset < highWatermark.offset()) {
            throw new IllegalArgumentException("The metadata log cannot be cut to " + offset + ": everything below "
                    + highWatermark.offset() + " is committed");
        }
        log.truncateTo(offset);
    }

    @Override
    public boolean truncateToLatestSnapshot() {
        OffsetAndEpoch latest = latestSnapshotId().orElse(null);
        if (latest == null) {
            return false;
        }
        int epoch = lastFetchedEpoch();
        boolean ahead = latest.epoch() > epoch || (latest.epoch() == epoch && latest.offset() > log.logEndOffset());
        if (ahead) {
            log.truncateFullyAndStartAt(latest.offset());
            highWatermark = new LogOffsetMetadata(latest.offset());
            snapshots.deleteBefore(latest);
        }
        return ahead;
    }

    @Override
    public boolean deleteBeforeSnapshot(OffsetAndEpoch id) {
        if (!snapshots.ids().contains(id)
                || id.offset() <= log.logStartOffset()
                || id.offset() > highWatermark.offset()) {
            return false;
        }
        log.advanceLogStart(id.offset());
        snapshots.deleteBefore(id);
        log.applyRetention(0, highWatermark.offset());
        return true;
    }

    @Override
    public void flush(boolean forceFlushActiveSegment) {
        if (log.durableEndOffset() < log.logEndOffset()) {
            log.flush();
        }
    }

    /// Keeps the two newest snapshots, and the log from the older of them on.
    @Override
    public boolean maybeClean() {
        Iterator<OffsetAndEpoch> newestFirst = snapshots.ids().descendingIterator();
        if (!newestFirst.hasNext()) {
            return false;
        }
        newestFirst.next();
        return newestFirst.hasNext() && deleteBeforeSnapshot(newestFirst.next());
    }

    @Override
    public TopicPartition topicPartition() {
        return log.partition();
    }

    @Override
    public Uuid topicId() {
        return log.topicId();
    }

    @Override
    public Optional<RawSnapshotWriter> createNewSnapshot(OffsetAndEpoch id) {
        if (id.offset() < log.logStartOffset()) {
            return Optional.empty();
        }
        if (id.offset() > highWatermark.offset()) {
            throw new IllegalArgumentException(
                    "No snapshot of " + id + ": only what is below " + highWatermark.offset() + " is committed");
        }
        if (validateOffsetAndEpoch(id.offset(), id.epoch()).kind() != ValidOffsetAndEpoch.Kind.VALID) {
            throw new IllegalArgumentException("No snapshot of " + id + ": the log has no such offset in that epoch");
        }
        return createNewSnapshotUnchecked(id);
    }

    @Override
    public Optional<RawSnapshotWriter> createNewSnapshotUnchecked(OffsetAndEpoch id) {
        return snapshots.ids().contains(id) ? Optional.empty() : Optional.of(snapshots.create(id));
    }

    @Override
    public Optional<RawSnapshotReader> readSnapshot(OffsetAndEpoch id) {
        return snapshots.read(id);
    }

    @Override
    public Optional<RawSnapshotReader> latestSnapshot() {
        return latestSnapshotId().flatMap(snapshots::read);
    }

    @Override
    public Optional<OffsetAndEpoch> latestSnapshotId() {
        return snapshots.ids().isEmpty()
                ? Optional.empty()
                : Optional.of(snapshots.ids().last());
    }

    @Override
    public Optional<OffsetAndEpoch> earliestSnapshotId() {
        return snapshots.ids().isEmpty()
                ? Optional.empty()
                : Optional.of(snapshots.ids().first());
    }

    @Override
    public void onSnapshotFrozen(OffsetAndEpoch id) {
        // The store knows it already.
    }

    @Override
    public void close() {
        // The partition's log belongs to its data directory, which closes it.
    }
}
