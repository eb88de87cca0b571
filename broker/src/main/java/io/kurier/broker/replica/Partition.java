package io.kurier.broker.replica;

import io.kurier.broker.replica.leader.Held;
import io.kurier.broker.replica.leader.LeaderState;
import io.kurier.broker.replica.leader.ReplicaFetch;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.kernel.Clock;
import io.kurier.log.Appended;
import io.kurier.log.Durability;
import io.kurier.log.LogException;
import io.kurier.log.Origin;
import io.kurier.log.PartitionLog;
import io.kurier.log.ReplicaMove;
import io.kurier.protocol.records.InvalidBatchException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/// One partition that this node leads: appends to its log, knows what is committed, and wakes those who wait for it.
///
/// Committed is what is durable on all replicas that are in sync ([LeaderState]); a topic that opted out
/// (`kurier.durability=memory`) commits what they appended. Consumers see only what is committed, so nothing that was
/// ever read disappears in a power loss.
public final class Partition implements ReadablePartition {
    private final TopicPartition name;
    private final Uuid topicId;
    private final Surroundings around;
    private final Commitment commitment;
    private final ReadReplicas readReplicas;
    private volatile PartitionLog log;
    private volatile TopicPolicy policy;
    private volatile PartitionImage state;
    private volatile int leaderEpoch;
    private volatile boolean ready;
    private volatile boolean closed;

    /// What a partition needs of its node.
    ///
    /// @param proposed told when a partition has something to ask the controller for: see [Commitment#proposal()]
    record Surroundings(int nodeId, Clock clock, Consumer<Partition> proposed) {}

    Partition(
            TopicPartition name,
            Uuid topicId,
            PartitionLog log,
            PartitionImage state,
            TopicPolicy policy,
            Surroundings around) {
        this.name = name;
        this.topicId = topicId;
        this.log = log;
        this.policy = policy;
        this.leaderEpoch = state.leaderEpoch();
        this.state = state;
        this.around = around;
        this.commitment = new Commitment(end -> this.log.setHighWatermark(end), () -> around.proposed.accept(this));
        this.readReplicas = new ReadReplicas(commitment);
        log.onDurable(durableEnd -> advance());
    }

    @Override
    public TopicPartition name() {
        return name;
    }

    /// The topic's id: a topic of the same name that is made later has another.
    public Uuid topicId() {
        return topicId;
    }

    /// The epoch in which this node leads it.
    public int leaderEpoch() {
        return leaderEpoch;
    }

    /// Reading is free; writing goes through [#append]. Another takes its place when the partition moves to another
    /// directory.
    @Override
    public PartitionLog log() {
        return log;
    }

    /// True once the log is recovered.
    public boolean isReady() {
        return ready;
    }

    /// Recovers the log and starts the leader's epoch, if that has not been done. Blocks.
    void makeReady() {
        if (!ready) {
            recoverOnce();
        }
    }

    private synchronized void recoverOnce() {
        if (!ready) {
            boolean alone = state.replicas().size() == 1;
            if (!alone) {
                log.setHighWatermark(log.highWatermark()); // no checkpoint may take more for committed
            }
            recover();
            log.startEpoch(leaderEpoch);
            long end = log.logEndOffset();
            long committed =
                    alone ? committedEnd() : Math.clamp(log.highWatermark(), Math.min(log.logStartOffset(), end), end);
            commitment.begin(new LeaderState(
                    around.nodeId, state, policy.minInSyncReplicas(), committed, end, around.clock.nanos()));
            ready = true;
            advance();
        }
    }

    private void recover() {
        try {
            log.recover();
        } catch (IOException e) {
            throw new PartitionException(Errors.KAFKA_STORAGE_ERROR, name + " cannot be recovered: " + e.getMessage());
        }
    }

    /// Follows the cluster's metadata.
    synchronized void lead(PartitionImage newState) {
        boolean newEpoch = newState.leaderEpoch() > leaderEpoch;
        state = newState;
        if (newEpoch) {
            leaderEpoch = newState.leaderEpoch();
        }
        if (ready) {
            if (newEpoch) {
                log.startEpoch(leaderEpoch);
            }
            if (newState.replicas().size() > 1) {
                log.setHighWatermark(highWatermark());
            }
            long end = log.logEndOffset();
            commitment.update(leader -> leader.changed(newState, end, around.clock.nanos()));
            advance();
            if (newEpoch) {
                commitment.wakeAll();
            }
        }
    }

    void configure(TopicPolicy newPolicy) {
        policy = newPolicy;
        log.updateConfig(newPolicy.log());
        commitment.update(leader -> leader.minInSync(newPolicy.minInSyncReplicas()));
    }

    @Override
    public void checkLeaderEpoch(int claimed) {
        PartitionException.checkEpoch(name, claimed, leaderEpoch);
    }

    /// True if this replica is in sync.
    public boolean isInSync(int replica) {
        return state.isr().contains(replica);
    }

    /// True if appends with acks=all are refused because too few replicas are in sync.
    public boolean isUnderMinInSync() {
        PartitionImage now = state;
        return now.isr().size() < leastInSync(now);
    }

    /// A topic with fewer replicas than `min.insync.replicas` needs all of them, as in Kafka.
    private int leastInSync(PartitionImage now) {
        return Math.min(policy.minInSyncReplicas(), now.replicas().size());
    }

    /// @throws PartitionException NOT_ENOUGH_REPLICAS if fewer replicas are in sync than appends with acks=all need
    public void checkInSync() {
        if (isUnderMinInSync()) {
            PartitionImage now = state;
            throw new PartitionException(
                    Errors.NOT_ENOUGH_REPLICAS,
                    now.isr().size() + " replicas of " + name + " are in sync, and min.insync.replicas is "
                            + leastInSync(now));
        }
    }

    @Override
    public long highWatermark() {
        return commitment.highWatermark();
    }

    /// @throws PartitionException OFFSET_NOT_AVAILABLE if this node leads only since a moment, and does not know yet
    ///     where the committed records end; KAFKA_STORAGE_ERROR if its disk has failed: others may lead by now
    public void checkKnowsCommitted() {
        if (!log.directory().isOnline()) {
            throw new PartitionException(Errors.KAFKA_STORAGE_ERROR, "The disk of " + name + " has failed");
        }
        if (!commitment.isKnown()) {
            throw new PartitionException(
                    Errors.OFFSET_NOT_AVAILABLE, "How far " + name + " is committed is not known yet");
        }
    }

    /// A follower asks for what is behind what it has on its disk, or wherever its topic demands. Its last record must
    /// have been compared with this log, and be in it.
    ///
    /// @throws PartitionException UNKNOWN_LEADER_EPOCH if this node does not know it as a follower, or knows a later
    ///     process of it
    public void fetched(ReplicaFetch fetch, Held held) {
        if (!commitment.fetched(fetch, held, log.logEndOffset())) {
            throw new PartitionException(
                    Errors.UNKNOWN_LEADER_EPOCH, "Node " + fetch.replicaId() + " does not follow " + name + " here");
        }
    }

    @Override
    public Errors missing(long offset) {
        return Errors.OFFSET_OUT_OF_RANGE;
    }

    /// Which followers consumers read instead.
    public ReadReplicas readReplicas() {
        return readReplicas;
    }

    /// The leader's view of its replicas.
    Commitment commitment() {
        return commitment;
    }

    @Override
    public long lastStableOffset() {
        return log.lastStableOffset(highWatermark());
    }

    /// Appends batches and returns when they are in the page cache.
    ///
    /// @throws InvalidBatchException if they may not enter the log
    /// @throws PartitionException if the partition is closed
    public Appended append(ByteBuffer batches, Origin origin) throws InvalidBatchException {
        checkOpen();
        Appended appended = null;
        while (appended == null) {
            PartitionLog now = log;
            int epoch = leaderEpoch;
            try {
                appended = now.append(batches, epoch, origin);
            } catch (LogException e) {
                if (e.error() != Errors.FENCED_LEADER_EPOCH) {
                    requireMoved(now, e);
                } else if (epoch == leaderEpoch) {
                    throw notLed();
                }
            }
        }
        if (isMemoryDurable()) {
            advance();
        }
        commitment.wakeFollowers();
        return appended;
    }

    /// Another log has taken the place of `used` meanwhile: it is to be tried again there. Else throws `e`.
    private void requireMoved(PartitionLog used, LogException e) {
        if (log == used) {
            throw e;
        }
    }

    /// Lets the copy of a move, which has caught up, take the place of the log. Appends wait meanwhile.
    ///
    /// @param taken called when there is no way back
    /// @throws LogException if that is not possible
    /// @throws PartitionException if the partition is closed
    void takeOver(ReplicaMove move, Runnable taken) {
        move.prepare();
        try {
            synchronized (this) {
                checkOpen();
                move.finish(moved -> {
                    if (state.replicas().size() > 1) {
                        moved.setHighWatermark(highWatermark());
                    }
                    log = moved;
                    moved.onDurable(durableEnd -> advance());
                    taken.run();
                });
                log.updateConfig(policy.log());
                log.startEpoch(leaderEpoch);
            }
        } finally {
            advance();
        }
        commitment.wakeAll();
    }

    /// Tells `listener` once all below `endOffset` is committed, or that it cannot wait any longer: at once if it is.
    ///
    /// @param deadlineNs by the monotonic clock; observed to about a second
    public void whenCommitted(long endOffset, long deadlineNs, CommitListener listener) {
        commitment.await(endOffset, deadlineNs, listener);
        if (closed) {
            commitment.fail(Errors.NOT_LEADER_OR_FOLLOWER);
        }
    }

    @Override
    public void addReader(Runnable reader) {
        commitment.addReader(reader);
    }

    /// Runs `follower` after each append, and when the partition closes or this node leads anew, until it is taken out.
    public void addFollower(Runnable follower) {
        commitment.addFollower(follower);
    }

    /// Takes a reader or follower out again.
    @Override
    public void removeReader(Runnable reader) {
        commitment.remove(reader);
    }

    private boolean isMemoryDurable() {
        return log.config().flush().durability() == Durability.MEMORY;
    }

    private long committedEnd() {
        return isMemoryDurable() ? log.logEndOffset() : log.durableEndOffset();
    }

    private void advance() {
        if (ready) {
            commitment.ownEnd(this::committedEnd);
        }
    }

    /// Gives up on appends that waited too long.
    void expire(long nowNs) {
        commitment.expire(nowNs);
    }

    /// Tells all who wait that their append will not be committed by this node.
    void fail(Errors error) {
        commitment.fail(error);
    }

    /// Ends it: all who wait are told `error`. Its log stays the same from then on.
    void close(Errors error) {
        synchronized (this) {
            closed = true;
        }
        commitment.end();
        fail(error);
    }

    /// @throws PartitionException if the partition was closed: deleted, or led by another node
    @Override
    public void checkOpen() {
        if (closed) {
            throw notLed();
        }
    }

    private PartitionException notLed() {
        return new PartitionException(Errors.NOT_LEADER_OR_FOLLOWER, name + " is not led by this node any more");
    }
}
