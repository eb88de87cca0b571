package io.kurier.broker.replica.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.broker.replica.leader.IsrProposal.Member;
import io.kurier.cluster.image.PartitionImage;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// What is committed and who is in sync, as a leader with followers 2 and 3 sees it.
class LeaderStateTest {
    private static final int SELF = 1;
    private static final long LAG_NS = TimeUnit.SECONDS.toNanos(30);

    private long nowNs = 1_000;
    private int partitionEpoch;

    private LeaderState leader(int minInSync, long highWatermark, long logEnd, Integer... isr) {
        return new LeaderState(SELF, state(5, isr), minInSync, highWatermark, logEnd, nowNs);
    }

    private PartitionImage state(int leaderEpoch, Integer... isr) {
        List<Integer> replicas = List.of(1, 2, 3);
        return new PartitionImage(
                replicas,
                List.of(Uuid.ZERO_UUID, Uuid.ZERO_UUID, Uuid.ZERO_UUID),
                List.of(isr),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                SELF,
                leaderEpoch,
                partitionEpoch,
                false);
    }

    private void controllerSays(LeaderState leader, long logEnd, Integer... isr) {
        partitionEpoch++;
        leader.changed(state(5, isr), logEnd, nowNs);
    }

    private boolean fetch(LeaderState leader, int id, long offset, long logEnd) {
        return leader.fetched(new ReplicaFetch(id, 70 + id, nowNs, true, 0), new Held(0, offset), logEnd);
    }

    private static List<Integer> asked(LeaderState leader) {
        IsrProposal proposal = Objects.requireNonNull(leader.proposal());
        return proposal.isr().stream().map(Member::id).toList();
    }

    @Test
    void committedIsWhatAllInSyncHaveOnTheirDisks() {
        LeaderState leader = leader(1, 0, 0, 1, 2, 3);
        leader.ownEnd(10);
        assertThat(leader.highWatermark()).isZero();
        fetch(leader, 2, 10, 10);
        assertThat(leader.highWatermark()).as("3 has not fetched").isZero();
        fetch(leader, 3, 7, 10);
        assertThat(leader.highWatermark()).isEqualTo(7);
        fetch(leader, 3, 10, 12);
        assertThat(leader.highWatermark()).isEqualTo(10);
        fetch(leader, 2, 12, 12);
        fetch(leader, 3, 12, 12);
        assertThat(leader.highWatermark())
                .as("the leader's own disk counts too")
                .isEqualTo(10);
        leader.ownEnd(12);
        assertThat(leader.highWatermark()).isEqualTo(12);
    }

    @Test
    void aloneItWaitsForNobody() {
        PartitionImage single = new PartitionImage(
                List.of(1),
                List.of(Uuid.ZERO_UUID),
                List.of(1),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                1,
                0,
                0,
                false);
        LeaderState leader = new LeaderState(SELF, single, 2, 4, 4, nowNs);
        leader.ownEnd(9);
        assertThat(leader.highWatermark()).isEqualTo(9);
        assertThat(leader.hasFollowers()).isFalse();
        assertThat(leader.knowsCommitted()).isTrue();
    }

    @Test
    void nothingIsCommittedBelowTheMinimum() {
        LeaderState leader = leader(2, 5, 5, 1);
        leader.ownEnd(9);
        assertThat(leader.highWatermark()).isEqualTo(5);
        leader.minInSync(1);
        assertThat(leader.highWatermark()).isEqualTo(9);
    }

    @Test
    void whoMayBeInSyncByNowIsWaitedFor() {
        LeaderState leader = leader(1, 0, 0, 1, 2);
        leader.ownEnd(10);
        fetch(leader, 2, 10, 10);
        assertThat(leader.highWatermark()).isEqualTo(10);
        fetch(leader, 3, 10, 10);
        assertThat(asked(leader)).containsExactly(1, 2, 3);

        leader.ownEnd(20);
        fetch(leader, 2, 20, 20);
        assertThat(leader.highWatermark())
                .as("the controller may have added 3 already")
                .isEqualTo(10);
        fetch(leader, 3, 15, 20);
        assertThat(leader.highWatermark()).isEqualTo(15);
        controllerSays(leader, 20, 1, 2, 3);
        assertThat(leader.proposal()).isNull();
        assertThat(leader.highWatermark()).isEqualTo(15);
    }

    @Test
    void whoIsToBeRemovedIsWaitedForUntilItIs() {
        LeaderState leader = leader(1, 0, 0, 1, 2);
        leader.ownEnd(10);
        nowNs += LAG_NS + 1;
        leader.checkLag(10, nowNs, LAG_NS);
        assertThat(asked(leader)).containsExactly(1);
        assertThat(leader.highWatermark()).isZero();
        controllerSays(leader, 10, 1);
        assertThat(leader.highWatermark()).isEqualTo(10);
    }

    @Test
    void onlyWhoHasAllThatIsCommittedAndThisEpochsBeginningMayJoin() {
        LeaderState leader = leader(1, 4, 8, 1);
        fetch(leader, 2, 7, 8);
        assertThat(leader.proposal())
                .as("8 was there when the epoch began and may be committed")
                .isNull();
        leader.ownEnd(9);
        fetch(leader, 2, 8, 9);
        assertThat(leader.proposal()).as("9 is committed").isNull();
        fetch(leader, 2, 9, 9);
        assertThat(asked(leader)).containsExactly(1, 2);
    }

    @Test
    void whoIsFencedMayNotJoin() {
        LeaderState leader = leader(1, 0, 0, 1);
        leader.fetched(new ReplicaFetch(2, 72, nowNs, false, 0), new Held(0, 0), 0);
        assertThat(leader.proposal()).isNull();
    }

    @Test
    void aNewLeaderKnowsWhatIsCommittedOnlyWhenItsEpochsBeginningIs() {
        LeaderState leader = leader(1, 4, 8, 1, 2);
        leader.ownEnd(8);
        assertThat(leader.knowsCommitted()).isFalse();
        fetch(leader, 2, 7, 8);
        assertThat(leader.knowsCommitted()).isFalse();
        fetch(leader, 2, 8, 8);
        assertThat(leader.knowsCommitted()).isTrue();
    }

    @Test
    void aNewEpochForgetsHowFarFollowersWere() {
        LeaderState leader = leader(1, 0, 0, 1, 2);
        fetch(leader, 2, 50, 50);
        partitionEpoch++;
        leader.changed(state(6, 1, 2), 50, nowNs);
        leader.ownEnd(50);
        assertThat(leader.highWatermark()).isZero();
        assertThat(leader.knowsCommitted()).isFalse();
        fetch(leader, 2, 50, 50);
        assertThat(leader.highWatermark()).isEqualTo(50);
    }

    @Test
    void aMemberThatLacksWhatIsCommittedHasLostIt() {
        LeaderState leader = leader(1, 0, 0, 1, 2, 3);
        leader.ownEnd(10);
        fetch(leader, 2, 10, 10);
        fetch(leader, 3, 10, 10);
        leader.fetched(new ReplicaFetch(3, 99, nowNs, true, 0), new Held(0, 0), 10);
        assertThat(asked(leader)).containsExactly(1, 2);
        assertThat(leader.highWatermark()).isEqualTo(10);
    }

    @Test
    void anEarlierProcessOfANodeIsNotHeard() {
        LeaderState leader = leader(1, 0, 0, 1, 2);
        leader.ownEnd(10);
        assertThat(leader.fetched(new ReplicaFetch(2, 99, nowNs, true, 0), new Held(0, 3), 10))
                .isTrue();
        assertThat(leader.fetched(new ReplicaFetch(2, 98, nowNs + 1, true, 0), new Held(0, 10), 10))
                .isFalse();
        assertThat(leader.highWatermark()).isEqualTo(3);
        assertThat(fetch(leader, 4, 10, 10)).as("no replica").isFalse();
    }

    @Test
    void aFetchThatWasOvertakenSaysNothing() {
        LeaderState leader = leader(1, 0, 0, 1, 2);
        leader.ownEnd(10);
        leader.fetched(new ReplicaFetch(2, 72, nowNs + 5, true, 0), new Held(0, 4), 10);
        leader.fetched(new ReplicaFetch(2, 72, nowNs, true, 0), new Held(0, 10), 10);
        assertThat(leader.highWatermark()).isEqualTo(4);
    }

    @Test
    void whoKeepsUpStaysThoughItIsNeverQuiteThere() {
        LeaderState leader = leader(1, 0, 0, 1, 2);
        long logEnd = 10;
        for (int second = 0; second < 100; second++) {
            fetch(leader, 2, logEnd - 10, logEnd); // always one fetch behind
            logEnd += 10;
            nowNs += TimeUnit.SECONDS.toNanos(1);
            leader.checkLag(logEnd, nowNs, LAG_NS);
        }
        assertThat(leader.proposal()).isNull();
        for (int second = 0; second < 32; second++) {
            fetch(leader, 2, 500, logEnd);
            nowNs += TimeUnit.SECONDS.toNanos(1);
        }
        leader.checkLag(logEnd, nowNs, LAG_NS);
        assertThat(asked(leader)).containsExactly(1);
    }

    @Test
    void aRefusedReplicaIsProposedAgainLater() {
        LeaderState leader = leader(1, 0, 0, 1);
        fetch(leader, 2, 0, 0);
        leader.refused(Objects.requireNonNull(leader.proposal()), nowNs);
        leader.ownEnd(3);
        assertThat(leader.highWatermark()).as("2 is not waited for").isEqualTo(3);
        fetch(leader, 2, 3, 3);
        assertThat(leader.proposal()).isNull();
        nowNs += TimeUnit.SECONDS.toNanos(1);
        fetch(leader, 2, 3, 3);
        assertThat(asked(leader)).containsExactly(1, 2);
    }

    /// The first attempt may still be on its way when the second is refused.
    @Test
    void inDoubtAReplicaIsWaitedForUntilTheControllersStateHasMoved() {
        LeaderState leader = leader(1, 0, 0, 1);
        fetch(leader, 2, 0, 0);
        leader.unanswered(Objects.requireNonNull(leader.proposal()));
        leader.refused(Objects.requireNonNull(leader.proposal()), nowNs);
        assertThat(asked(leader)).as("what rules the first attempt out").containsExactly(1);
        leader.ownEnd(9);
        assertThat(leader.highWatermark()).isZero();
        controllerSays(leader, 9, 1);
        assertThat(leader.highWatermark()).isEqualTo(9);
    }

    @Test
    void stateThatIsKnownAlreadyChangesNothing() {
        LeaderState leader = leader(1, 0, 0, 1, 2);
        fetch(leader, 3, 0, 0);
        leader.changed(state(5, 1, 2), 0, nowNs);
        assertThat(asked(leader)).containsExactly(1, 2, 3);
    }

    @Test
    void consumersMayReadFromFollowersInSyncThatHaveTheOffset() {
        LeaderState leader = leader(1, 0, 0, 1, 2);
        leader.fetched(new ReplicaFetch(2, 72, nowNs, true, 0), new Held(5, 10), 12);
        leader.fetched(new ReplicaFetch(3, 73, nowNs, true, 0), new Held(0, 12), 12);
        assertThat(leader.inSyncAt(10)).extracting(ReadCandidate::id).containsExactly(2);
        assertThat(leader.inSyncAt(5)).hasSize(1);
        assertThat(leader.inSyncAt(4)).as("before its first record").isEmpty();
        assertThat(leader.inSyncAt(11)).as("behind its end").isEmpty();
        controllerSays(leader, 12, 1, 2, 3);
        assertThat(leader.inSyncAt(10)).extracting(ReadCandidate::id).containsExactly(2, 3);
        controllerSays(leader, 12, 1, 3);
        assertThat(leader.inSyncAt(10)).extracting(ReadCandidate::id).containsExactly(3);
    }
}
