package io.kurier.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.VoterGrowth.Step;
import io.kurier.cluster.config.QuorumMembers;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeQuorumResponseData.PartitionData;
import org.apache.kafka.common.message.DescribeQuorumResponseData.ReplicaState;
import org.junit.jupiter.api.Test;

/// Who becomes a voter when a cluster grows.
class VoterGrowthTest {
    private static ReplicaState replica(int id) {
        return new ReplicaState().setReplicaId(id).setReplicaDirectoryId(new Uuid(1, id));
    }

    private static PartitionData quorum(int voters, int nodes) {
        return new PartitionData()
                .setCurrentVoters(IntStream.rangeClosed(1, voters)
                        .mapToObj(VoterGrowthTest::replica)
                        .toList())
                .setObservers(IntStream.rangeClosed(voters + 1, nodes)
                        .mapToObj(VoterGrowthTest::replica)
                        .toList());
    }

    @Test
    void oneThreeThenFive() {
        assertThat(IntStream.rangeClosed(1, 8).map(VoterGrowth::voters)).containsExactly(1, 1, 3, 3, 5, 5, 5, 5);
    }

    @Test
    void aNodeJoinsWhileThereIsRoom() {
        assertThat(VoterGrowth.next(quorum(1, 2), 2, new Uuid(1, 2))).isInstanceOf(Step.Stay.class);
        assertThat(VoterGrowth.next(quorum(1, 3), 2, new Uuid(1, 2))).isInstanceOf(Step.Join.class);
        assertThat(VoterGrowth.next(quorum(2, 3), 3, new Uuid(1, 3))).isInstanceOf(Step.Join.class);
        assertThat(VoterGrowth.next(quorum(3, 4), 4, new Uuid(1, 4))).isInstanceOf(Step.Stay.class);
        assertThat(VoterGrowth.next(quorum(3, 5), 4, new Uuid(1, 4))).isInstanceOf(Step.Join.class);
        assertThat(VoterGrowth.next(quorum(5, 9), 9, new Uuid(1, 9))).isInstanceOf(Step.Stay.class);
    }

    @Test
    void aNodeThatIsNotSeenYetCountsItself() {
        assertThat(VoterGrowth.next(quorum(1, 2), 3, new Uuid(1, 3))).isInstanceOf(Step.Join.class);
    }

    @Test
    void anObserverThatHasGoneCountsNoMore() {
        PartitionData quorum = quorum(1, 3);
        quorum.observers().getFirst().setLastFetchTimestamp(50_000);
        quorum.observers().getLast().setLastFetchTimestamp(40_000);
        assertThat(VoterGrowth.next(quorum, 2, new Uuid(1, 2))).isInstanceOf(Step.Stay.class);
        quorum.observers().getLast().setLastFetchTimestamp(49_000);
        assertThat(VoterGrowth.next(quorum, 2, new Uuid(1, 2))).isInstanceOf(Step.Join.class);
    }

    @Test
    void aVoterStaysAndOneWithAnotherDirectoryReplacesItself() {
        assertThat(VoterGrowth.next(quorum(3, 3), 2, new Uuid(1, 2))).isInstanceOf(Step.Stay.class);
        assertThat(VoterGrowth.next(quorum(3, 3), 2, new Uuid(7, 7))).isEqualTo(new Step.Replace(new Uuid(1, 2)));
        PartitionData removed = quorum(3, 3).setCurrentVoters(List.of(replica(1), replica(3)));
        assertThat(VoterGrowth.next(removed, 2, new Uuid(7, 7))).isInstanceOf(Step.Join.class);
    }

    @Test
    void anEvenNumberThatARaceHasMadeLosesItsLastVoterButNotItsLeader() {
        PartitionData four = quorum(4, 4).setLeaderId(2);
        assertThat(VoterGrowth.next(four, 4, new Uuid(1, 4))).isInstanceOf(Step.Leave.class);
        for (int other = 1; other <= 3; other++) {
            assertThat(VoterGrowth.next(four, other, new Uuid(1, other))).isInstanceOf(Step.Stay.class);
        }
        four.setLeaderId(4);
        assertThat(VoterGrowth.next(four, 4, new Uuid(1, 4))).isInstanceOf(Step.Stay.class);
        assertThat(VoterGrowth.next(four, 3, new Uuid(1, 3))).isInstanceOf(Step.Leave.class);
    }

    @Test
    void anEvenNumberOnItsWayToTheNextOddOneStays() {
        assertThat(VoterGrowth.next(quorum(2, 3).setLeaderId(1), 2, new Uuid(1, 2)))
                .isInstanceOf(Step.Stay.class);
        assertThat(VoterGrowth.next(quorum(4, 5).setLeaderId(1), 4, new Uuid(1, 4)))
                .isInstanceOf(Step.Stay.class);
    }

    @Test
    void moreVotersThanAreMadeByGrowthStayIfTheirNumberIsOdd() {
        assertThat(VoterGrowth.next(quorum(7, 7).setLeaderId(1), 7, new Uuid(1, 7)))
                .isInstanceOf(Step.Stay.class);
    }

    @Test
    void nodesThatNeverVoteAreNotCounted() {
        PartitionData oneAndABroker = quorum(1, 2);
        oneAndABroker.setObservers(
                List.of(replica(2), replica(3).setReplicaDirectoryId(QuorumMembers.neverVoting(new Uuid(1, 3)))));
        assertThat(VoterGrowth.next(oneAndABroker, 2, new Uuid(1, 2))).isInstanceOf(Step.Stay.class);
    }

    @Test
    void aFixedListStaysAsItIs() {
        PartitionData fixed = quorum(1, 3);
        fixed.currentVoters().getFirst().setReplicaDirectoryId(Uuid.ZERO_UUID);
        for (int node = 1; node <= 3; node++) {
            assertThat(VoterGrowth.next(fixed, node, new Uuid(1, node))).isInstanceOf(Step.Stay.class);
        }
    }
}
