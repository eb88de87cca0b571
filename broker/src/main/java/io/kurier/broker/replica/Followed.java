package io.kurier.broker.replica;

import io.kurier.log.Durability;
import io.kurier.log.EpochEnd;
import io.kurier.log.LogException;
import io.kurier.log.Origin;
import io.kurier.log.PartitionLog;
import io.kurier.protocol.records.InvalidBatchException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One partition that this node follows: its log becomes, batch by batch, what the leader's is. Records are removed
/// only where the leader says, by leader epoch, that its log differs (KIP-101, KIP-279), never by high watermark.
///
/// What comes from the leader of an epoch that is over, or after [#stop()], changes nothing.
///
/// Consumers read it (KIP-392) as soon as the leader of its epoch has said that its log is a beginning of the leader's.
public final class Followed implements ReadablePartition {
    private static final Logger LOG = LoggerFactory.getLogger(Followed.class);

    private final TopicPartition name;
    private final Uuid topicId;
    private final PartitionLog log;
    private final BooleanSupplier inSync;
    private final Set<Runnable> readers = ConcurrentHashMap.newKeySet();
    // written by holders of the lock
    private volatile int leaderEpoch = -1;
    private volatile boolean stopped;
    /// The leader of this epoch has found nothing that differs.
    private volatile boolean agreed;
    private volatile long leaderHighWatermark;

    /// @param inSync true while the metadata says so of this node's replica
    Followed(TopicPartition name, Uuid topicId, PartitionLog log, BooleanSupplier inSync) {
        this.inSync = inSync;
        this.name = name;
        this.topicId = topicId;
        this.log = log;
    }

    /// Where a follower stands.
    ///
    /// @param endOffset the next record that it needs
    /// @param lastEpoch the leader epoch of its last record, -1 if it has none
    /// @param logStartOffset its first record
    /// @param durable true if everything below the end is as safe as the topic demands, so that to ask for more says
    ///     the truth
    public record Position(long endOffset, int lastEpoch, long logStartOffset, boolean durable) {
        /// True if the leader has deleted everything that is here. It cannot tell then whether it ever had the same:
        /// what is here must not be seen again, not even by a start that does not know the leader's first record yet.
        public boolean isAllBelow(long leadersStart) {
            return leadersStart >= endOffset && logStartOffset < endOffset;
        }
    }

    /// What the leader says beside the records.
    ///
    /// @param leaderEpoch of the request that it answers
    /// @param highWatermark the end of what is committed
    /// @param logStartOffset its first record
    public record Told(int leaderEpoch, long highWatermark, long logStartOffset) {}

    @Override
    public TopicPartition name() {
        return name;
    }

    /// The topic's id.
    public Uuid topicId() {
        return topicId;
    }

    @Override
    public PartitionLog log() {
        return log;
    }

    /// Recovers the log and follows the leader of this epoch from now on; what this node still appends as a leader of
    /// earlier ones is refused. Blocks.
    ///
    /// @throws PartitionException KAFKA_STORAGE_ERROR
    void follow(int epoch) {
        try {
            log.setHighWatermark(log.highWatermark()); // no checkpoint may take more for committed
            log.recover();
        } catch (IOException e) {
            throw new PartitionException(Errors.KAFKA_STORAGE_ERROR, name + " cannot be recovered: " + e.getMessage());
        }
        synchronized (this) {
            if (epoch > leaderEpoch) {
                log.follow(epoch);
                leaderEpoch = epoch;
                agreed = false;
            }
        }
        wakeReaders();
    }

    /// Ends it: the log does not change any more by what is done here. Waits for what is being done.
    void stop() {
        synchronized (this) {
            stopped = true;
        }
        wakeReaders();
    }

    /// The epoch of the leader that is followed.
    public int leaderEpoch() {
        return leaderEpoch;
    }

    /// Sets who is told, on the flusher's thread, when more is durable; nobody once it is stopped, as the log then
    /// tells the partition that leads.
    public synchronized void onDurable(Runnable listener) {
        if (!stopped) {
            log.onDurable(durableEnd -> listener.run());
        }
    }

    /// Where it stands.
    ///
    /// @throws LogException with KAFKA_STORAGE_ERROR if the log cannot be read
    public Position position() {
        long end = log.logEndOffset();
        boolean durable = log.config().flush().durability() == Durability.MEMORY || log.durableEndOffset() >= end;
        return new Position(end, log.latestEpoch(), log.logStartOffset(), durable);
    }

    /// Appends batches that follow `offset`; nothing if the log does not end there any more.
    ///
    /// @throws InvalidBatchException if they are damaged
    /// @throws LogException if they do not continue the log, or it cannot be written
    public void append(long offset, ByteBuffer batches, Told told) throws InvalidBatchException {
        if (take(offset, batches, told)) {
            wakeReaders();
        }
    }

    /// True if consumers may have more to read.
    private synchronized boolean take(long offset, ByteBuffer batches, Told told) throws InvalidBatchException {
        if (isOver(told) || log.logEndOffset() != offset) {
            return false;
        }
        agreed = true;
        leaderHighWatermark = told.highWatermark;
        if (batches.hasRemaining()) {
            log.append(batches, told.leaderEpoch, Origin.REPLICA);
        }
        long end = log.logEndOffset();
        log.advanceLogStart(Math.min(told.logStartOffset, end));
        long committed = Math.min(told.highWatermark, end);
        if (committed > log.highWatermark()) {
            log.setHighWatermark(committed);
            return true;
        }
        return false;
    }

    private boolean isOver(Told told) {
        return stopped || told.leaderEpoch != leaderEpoch;
    }

    /// Removes what differs from the leader's log, durably. What this node knows of the leader's epoch may be less than
    /// the leader does: then it asks again from where it stands now.
    ///
    /// @param last the largest epoch of the leader at or below that of this log's last record, and where it ends there
    public synchronized void truncate(EpochEnd last, Told told) {
        if (isOver(told)) {
            return;
        }
        EpochEnd mine = log.endOfEpoch(last.leaderEpoch());
        long end = mine.endOffset() < 0 ? last.endOffset() : Math.min(mine.endOffset(), last.endOffset());
        if (end < log.highWatermark()) {
            LOG.error(
                    "{} loses committed records from offset {} on: the leader of epoch {} does not have them",
                    name,
                    end,
                    leaderEpoch);
            log.setHighWatermark(end);
        }
        agreed = false;
        LOG.info("{} is cut at {}, where the log of its leader of epoch {} differs", name, end, leaderEpoch);
        if (end <= told.logStartOffset) {
            // What is left lies before the leader's first record, where nothing tells whether it is the same.
            log.truncateFullyAndStartAt(told.logStartOffset);
            return;
        }
        log.truncateTo(end);
    }

    /// Begins anew at the leader's first record, if that is behind everything here.
    public synchronized void restartAt(long offset, Told told) {
        long end = log.logEndOffset();
        if (!isOver(told) && (offset > end || offset == end && log.logStartOffset() < end)) {
            agreed = false;
            LOG.info("{} begins anew at {}: its leader has nothing older", name, offset);
            log.truncateFullyAndStartAt(offset);
        }
    }

    // ---- for consumers

    @Override
    public long highWatermark() {
        return Math.min(log.highWatermark(), log.logEndOffset());
    }

    @Override
    public long lastStableOffset() {
        return log.lastStableOffset(highWatermark());
    }

    /// @throws PartitionException NOT_LEADER_OR_FOLLOWER if this node does not follow any more
    @Override
    public void checkOpen() {
        if (stopped) {
            throw new PartitionException(
                    Errors.NOT_LEADER_OR_FOLLOWER, name + " is not followed by this node any more");
        }
    }

    /// Who has not compared its log with that of its leader yet may have another; who is not in sync may stay behind
    /// for long, and its consumers with it. They go back to the leader.
    ///
    /// @throws PartitionException also OFFSET_NOT_AVAILABLE, for those who know the right epoch
    @Override
    public void checkLeaderEpoch(int claimed) {
        PartitionException.checkEpoch(name, claimed, leaderEpoch);
        if (!agreed || !inSync.getAsBoolean()) {
            throw new PartitionException(Errors.OFFSET_NOT_AVAILABLE, name + " is not in sync on this node");
        }
    }

    /// What is committed but has not come here may come (KIP-392).
    @Override
    public Errors missing(long offset) {
        return offset > log.logEndOffset() && offset <= leaderHighWatermark
                ? Errors.OFFSET_NOT_AVAILABLE
                : Errors.OFFSET_OUT_OF_RANGE;
    }

    @Override
    public void addReader(Runnable reader) {
        readers.add(reader);
    }

    @Override
    public void removeReader(Runnable reader) {
        readers.remove(reader);
    }

    private void wakeReaders() {
        readers.forEach(Runnable::run);
    }
}
