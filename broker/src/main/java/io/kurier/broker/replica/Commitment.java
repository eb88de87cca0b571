package io.kurier.broker.replica;

import io.kurier.broker.replica.leader.Held;
import io.kurier.broker.replica.leader.IsrProposal;
import io.kurier.broker.replica.leader.LeaderState;
import io.kurier.broker.replica.leader.ReadCandidate;
import io.kurier.broker.replica.leader.ReplicaFetch;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// How far a partition is committed: its leader's state behind a lock, and all who wait for it or for more records.
/// Those are told without the lock held.
final class Commitment {
    private final LongConsumer remember;
    private final Runnable asked;
    private final CommitQueue commits = new CommitQueue();
    /// Who wants to know whether this node led at a moment, which is an offset here.
    private final CommitQueue doubts = new CommitQueue();

    private final Set<Runnable> readers = ConcurrentHashMap.newKeySet();
    private final Set<Runnable> followers = ConcurrentHashMap.newKeySet();
    private volatile long highWatermark;
    private volatile boolean known;
    private volatile long ledAt;
    /// The latest moment that somebody doubts, or has doubted.
    private volatile long doubted;

    // guarded by this
    private @Nullable LeaderState leader;

    /// @param remember told the high watermark of a partition with followers when it moves
    /// @param asked called when there is something to ask the controller for
    Commitment(LongConsumer remember, Runnable asked) {
        this.remember = remember;
        this.asked = asked;
    }

    /// The log is ready: from now on it moves.
    synchronized void begin(LeaderState state) {
        leader = state;
        highWatermark = state.highWatermark();
        known = state.knowsCommitted();
        ledAt = state.ledAt();
    }

    /// Nothing moves it any more.
    synchronized void end() {
        leader = null;
    }

    long highWatermark() {
        return highWatermark;
    }

    /// See [LeaderState#knowsCommitted()].
    boolean isKnown() {
        return known;
    }

    synchronized @Nullable IsrProposal proposal() {
        return leader == null ? null : leader.proposal();
    }

    /// See [LeaderState#inSyncAt]; none if nobody leads here any more.
    synchronized List<ReadCandidate> inSyncAt(long offset) {
        return leader == null ? List.of() : leader.inSyncAt(offset);
    }

    // ---- what moves it

    /// Everything below `end` is as safe on this node as its topic demands. It is asked with the lock held: several
    /// threads tell, and what one of them has read before another must not be said after it.
    void ownEnd(LongSupplier end) {
        long moved;
        synchronized (this) {
            if (leader == null) {
                return;
            }
            leader.ownEnd(end.getAsLong());
            moved = publish(leader);
        }
        tell(moved);
    }

    /// See [LeaderState#fetched].
    boolean fetched(ReplicaFetch fetch, Held held, long logEnd) {
        boolean[] heard = new boolean[1];
        update(state -> heard[0] = state.fetched(fetch, held, logEnd));
        return heard[0];
    }

    /// Lets something happen to the leader's state.
    void update(Consumer<LeaderState> event) {
        long moved;
        boolean isNew;
        synchronized (this) {
            if (leader == null) {
                return;
            }
            IsrProposal before = leader.proposal();
            event.accept(leader);
            isNew = leader.proposal() != null && leader.proposal() != before;
            moved = publish(leader);
        }
        if (isNew) {
            asked.run();
        }
        tell(moved);
    }

    /// The high watermark if it has moved, else -1.
    private long publish(LeaderState state) {
        known = state.knowsCommitted();
        ledAt = state.ledAt();
        long end = state.highWatermark();
        if (end <= highWatermark) {
            return -1;
        }
        highWatermark = end;
        if (state.hasFollowers()) {
            remember.accept(end);
        }
        return end;
    }

    private void tell(long moved) {
        doubts.advance(ledAt);
        if (moved >= 0) {
            commits.advance(moved);
            readers.forEach(Runnable::run);
        }
    }

    // ---- who waits

    /// See [Partition#whenCommitted]; the caller looks whether the partition was closed meanwhile.
    void await(long endOffset, long deadlineNs, CommitListener listener) {
        if (endOffset <= highWatermark) {
            listener.done(Errors.NONE);
            return;
        }
        commits.add(endOffset, deadlineNs, listener);
        if (endOffset <= highWatermark) {
            commits.advance(highWatermark);
        }
    }

    /// Tells `listener` once this node is known to have led at that moment ([LeaderState#ledAt()]), and has the
    /// followers answer soon if it is not.
    void whenLedAt(long moment, long deadlineNs, CommitListener listener) {
        if (moment <= ledAt) {
            listener.done(Errors.NONE);
            return;
        }
        doubts.add(moment, deadlineNs, listener);
        boolean over;
        synchronized (this) {
            doubted = Math.max(doubted, moment);
            over = leader == null;
        }
        doubts.advance(ledAt);
        if (over) {
            doubts.fail(Errors.NOT_LEADER_OR_FOLLOWER);
        }
        wakeFollowers();
    }

    /// True if this fetch is to be answered at once, so that the next one of its follower dispels a doubt.
    boolean isWaitedFor(ReplicaFetch fetch) {
        return fetch.sentAfter() != ReplicaFetch.UNDATED && fetch.sentAfter() < doubted && ledAt < doubted;
    }

    void addReader(Runnable reader) {
        readers.add(reader);
    }

    void addFollower(Runnable follower) {
        followers.add(follower);
    }

    void remove(Runnable waiting) {
        readers.remove(waiting);
        followers.remove(waiting);
    }

    /// There may be more for followers, which they are to have at once.
    void wakeFollowers() {
        if (!followers.isEmpty()) {
            followers.forEach(Runnable::run);
        }
    }

    /// All must look again: the log's start moved, or who leads.
    void wakeAll() {
        readers.forEach(Runnable::run);
        wakeFollowers();
    }

    void expire(long nowNs) {
        commits.expire(nowNs);
        doubts.expire(nowNs);
    }

    void fail(Errors error) {
        commits.fail(error);
        doubts.fail(error);
        wakeAll();
    }
}
