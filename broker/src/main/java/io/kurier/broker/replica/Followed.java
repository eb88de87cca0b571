package io.kurier.broker.replica;

import io.kurier.log.Durability;
import io.kurier.log.EpochEnd;
import io.kurier.log.LogException;
import io.kurier.log.Origin;
import io.kurier.log.PartitionLog;
import io.kurier.protocol.records.InvalidBatchException;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One partition that this node follows: its log becomes, batch by batch, what the leader's is. Records are removed
/// only where the leader says, by leader epoch, that its log differs (KIP-101, KIP-279), never by high watermark.
///
/// What comes from the leader of an epoch that is over, or after [#stop()], changes nothing.
public final class Followed {
    private static final Logger LOG = LoggerFactory.getLogger(Followed.class);

    private final TopicPartition name;
    private final Uuid topicId;
    private final PartitionLog log;
    private int leaderEpoch = -1;
    private boolean stopped;

    Followed(TopicPartition name, Uuid topicId, PartitionLog log) {
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
    public record Position(long endOffset, int lastEpoch, long logStartOffset, boolean durable) {}

    /// What the leader says beside the records.
    ///
    /// @param leaderEpoch of the request that it answers
    /// @param highWatermark the end of what is committed
    /// @param logStartOffset its first record
    public record Told(int leaderEpoch, long highWatermark, long logStartOffset) {}

    /// Topic and number.
    public TopicPartition name() {
        return name;
    }

    /// The topic's id.
    public Uuid topicId() {
        return topicId;
    }

    /// Its log.
    PartitionLog log() {
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
            }
        }
    }

    /// Ends it: the log does not change any more by what is done here. Waits for what is being done.
    synchronized void stop() {
        stopped = true;
    }

    /// The epoch of the leader that is followed.
    public synchronized int leaderEpoch() {
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
    public synchronized void append(long offset, ByteBuffer batches, Told told) throws InvalidBatchException {
        if (isOver(told) || log.logEndOffset() != offset) {
            return;
        }
        if (batches.hasRemaining()) {
            log.append(batches, told.leaderEpoch, Origin.REPLICA);
        }
        long end = log.logEndOffset();
        log.advanceLogStart(Math.min(told.logStartOffset, end));
        long committed = Math.min(told.highWatermark, end);
        if (committed > log.highWatermark()) {
            log.setHighWatermark(committed);
        }
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
        LOG.info("{} is cut at {}, where the log of its leader of epoch {} differs", name, end, leaderEpoch);
        log.truncateTo(end);
    }

    /// Begins anew at the leader's first record, which is behind the last one here.
    public synchronized void restartAt(long offset, Told told) {
        if (!isOver(told) && offset > log.logEndOffset()) {
            LOG.info("{} begins anew at {}: its leader has nothing older", name, offset);
            log.truncateFullyAndStartAt(offset);
        }
    }
}
