package io.kurier.broker.replica.leader;

import io.kurier.broker.replica.leader.IsrProposal.Member;
import io.kurier.cluster.image.PartitionImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What the leader of one partition knows of its replicas: how far each has come, what is committed, and which should
/// be in sync. Pure: offsets and times come in, a high watermark and proposals come out. Not safe for several threads.
///
/// Committed is what all members of the *maximal* ISR have on their disks: those in sync, and those that the controller
/// may have made so by now because this leader asked for it. It stands still while fewer than `min.insync.replicas` are
/// in sync (KIP-966), and never goes back.
public final class LeaderState {
    /// A replica that the controller refused is not proposed again before that.
    private static final long REFUSED_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private final int nodeId;
    private PartitionImage state;
    private int minInSync;
    private FollowerProgress[] followers;
    private long ownEnd;
    private long epochStart;
    private long highWatermark;
    private @Nullable IsrProposal proposal;
    /// The controller may have taken, or still take, a proposal of which nothing was heard.
    private boolean doubtful;

    /// Begins a leadership.
    ///
    /// @param state what the controller says
    /// @param minInSync `min.insync.replicas`
    /// @param highWatermark what is known to be committed
    /// @param logEnd the end of this node's log, where the epoch begins
    public LeaderState(int nodeId, PartitionImage state, int minInSync, long highWatermark, long logEnd, long nowNs) {
        this.nodeId = nodeId;
        this.minInSync = minInSync;
        this.highWatermark = highWatermark;
        this.ownEnd = highWatermark;
        this.epochStart = logEnd;
        this.state = state;
        this.followers = new FollowerProgress[0];
        follow(state, true, nowNs);
    }

    /// The end of what is committed, exclusive.
    public long highWatermark() {
        return highWatermark;
    }

    /// False as long as a new leader may not know yet of all that was committed before its time: it must not say where
    /// the committed records end.
    public boolean knowsCommitted() {
        return highWatermark >= epochStart;
    }

    /// The last moment ([Moments]) at which surely nobody else led in a later epoch: all who could be elected in this
    /// leader's place have sent a fetch after it. `Long.MAX_VALUE` if nobody could.
    public long ledAt() {
        long moment = Long.MAX_VALUE;
        for (FollowerProgress follower : followers) {
            if (follower.counts || state.elr().contains(follower.id)) {
                moment = Math.min(moment, follower.followedAt);
            }
        }
        return moment;
    }

    /// True if there are other replicas.
    public boolean hasFollowers() {
        return followers.length > 0;
    }

    /// What is to be asked of the controller, until it is answered; null for nothing.
    public @Nullable IsrProposal proposal() {
        return proposal;
    }

    /// The followers in sync that have the record at `offset`, or end there.
    public List<ReadCandidate> inSyncAt(long offset) {
        List<ReadCandidate> found = new ArrayList<>();
        for (FollowerProgress follower : followers) {
            if (state.isr().contains(follower.id) && follower.reaches(offset)) {
                found.add(follower.candidate());
            }
        }
        return found;
    }

    // ---- what happens

    /// The controller has changed the partition. In a new leader epoch nothing is known of any follower: it may have
    /// followed another leader meanwhile.
    ///
    /// @param logEnd the end of this node's log
    public void changed(PartitionImage newState, long logEnd, long nowNs) {
        if (newState.partitionEpoch() <= state.partitionEpoch() && newState.leaderEpoch() <= state.leaderEpoch()) {
            return;
        }
        boolean newEpoch = newState.leaderEpoch() > state.leaderEpoch();
        if (newEpoch) {
            epochStart = logEnd;
        }
        proposal = null;
        doubtful = false;
        follow(newState, newEpoch, nowNs);
        advance();
    }

    /// `min.insync.replicas` was changed.
    public void minInSync(int replicas) {
        minInSync = replicas;
        advance();
    }

    /// This node has everything below `end` on its own disk.
    public void ownEnd(long end) {
        ownEnd = end;
        advance();
    }

    /// A follower fetches, after the leader found that its log is a beginning of its own up to where it ends.
    ///
    /// @param logEnd the end of this node's log
    /// @return false if the fetch comes from no follower of this partition, or from one that is not there any more
    public boolean fetched(ReplicaFetch fetch, Held held, long logEnd) {
        FollowerProgress follower = find(fetch.replicaId());
        if (follower == null || fetch.brokerEpoch() < follower.brokerEpoch) {
            return false;
        }
        if (!follower.isOld(fetch)) {
            follower.fetched(fetch, held, logEnd);
            advance();
            proposeAfter(follower, fetch.receivedNs());
        }
        return true;
    }

    /// Time has passed: followers that were behind for longer than `lagNs` are not in sync any more.
    ///
    /// @param logEnd the end of this node's log
    public void checkLag(long logEnd, long nowNs, long lagNs) {
        if (proposal != null || state.isr().size() == 1) {
            return;
        }
        List<Member> keep = members(state.isr());
        keep.removeIf(member -> {
            FollowerProgress follower = find(member.id());
            return follower != null && !follower.keepsUp(logEnd, nowNs, lagNs);
        });
        if (keep.size() < state.isr().size()) {
            propose(keep);
        }
    }

    /// The controller will not do what was proposed. What it may do of an earlier attempt is ruled out by another
    /// proposal, of the ISR as it is.
    public void refused(IsrProposal refused, long nowNs) {
        if (refused != proposal) {
            return;
        }
        for (FollowerProgress follower : followers) {
            if (refused.names(follower.id) && !state.isr().contains(follower.id)) {
                follower.refused = true;
                follower.refusedNs = nowNs;
            }
        }
        if (doubtful) {
            proposal = new IsrProposal(state.leaderEpoch(), state.partitionEpoch(), members(state.isr()));
        } else {
            proposal = null;
            count();
            advance();
        }
    }

    /// It is not known whether the controller did, or will do, what was proposed: it is to be asked again.
    public void unanswered(IsrProposal asked) {
        if (asked == proposal) {
            doubtful = true;
        }
    }

    // ---- what follows from it

    private void follow(PartitionImage newState, boolean newEpoch, long nowNs) {
        FollowerProgress[] now = new FollowerProgress[newState.replicas().size()];
        int count = 0;
        for (int id : newState.replicas()) {
            if (id != nodeId) {
                FollowerProgress known = newEpoch ? null : find(id);
                now[count++] = known == null ? new FollowerProgress(id, nowNs) : known;
            }
        }
        followers = Arrays.copyOf(now, count);
        state = newState;
        count();
    }

    private @Nullable FollowerProgress find(int id) {
        for (FollowerProgress follower : followers) {
            if (follower.id == id) {
                return follower;
            }
        }
        return null;
    }

    /// Whom the high watermark waits for. In doubt, also those of earlier proposals.
    private void count() {
        IsrProposal asked = proposal;
        for (FollowerProgress follower : followers) {
            follower.counts = state.isr().contains(follower.id)
                    || asked != null && asked.names(follower.id)
                    || asked != null && doubtful && follower.counts;
        }
    }

    private void advance() {
        if (state.isr().size() < Math.min(minInSync, followers.length + 1)) {
            return;
        }
        long end = ownEnd;
        for (FollowerProgress follower : followers) {
            if (follower.counts) {
                end = Math.min(end, follower.end);
            }
        }
        highWatermark = Math.max(highWatermark, end);
    }

    /// A member that lacks what is committed has lost it, and must not be elected; who has all of it, and all that was
    /// there when this leader began, may join.
    private void proposeAfter(FollowerProgress follower, long nowNs) {
        if (proposal != null) {
            return;
        }
        List<Member> members = members(state.isr());
        if (state.isr().contains(follower.id)) {
            if (follower.end < highWatermark) {
                members.removeIf(member -> member.id() == follower.id);
                propose(members);
            }
        } else if (follower.end >= highWatermark
                && follower.end >= epochStart
                && follower.eligible
                && !(follower.refused && nowNs - follower.refusedNs < REFUSED_NS)) {
            follower.refused = false;
            members.add(new Member(follower.id, follower.brokerEpoch));
            propose(members);
        }
    }

    private void propose(List<Member> isr) {
        proposal = new IsrProposal(state.leaderEpoch(), state.partitionEpoch(), List.copyOf(isr));
        doubtful = false;
        count();
    }

    private List<Member> members(List<Integer> ids) {
        List<Member> members = new ArrayList<>();
        for (int id : ids) {
            FollowerProgress follower = find(id);
            members.add(new Member(id, follower == null ? -1 : follower.brokerEpoch));
        }
        return members;
    }
}
