package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.BatchKind;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestPartition;
import org.apache.kafka.common.message.TxnOffsetCommitRequestData.TxnOffsetCommitRequestTopic;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Offsets that are committed in transactions hold when the marker comes, also after the shard was loaded again.
class TxnOffsetsTest {
    private static final long ID = 7;

    private final GroupFixture groups = GroupFixture.impatient();
    private final TestMember simple = groups.member("simple");

    private TxnOffsetCommitRequestData request(long producerId, int epoch, long offset) {
        return new TxnOffsetCommitRequestData()
                .setTransactionalId("tx")
                .setProducerId(producerId)
                .setProducerEpoch((short) epoch)
                .setGroupId(GroupFixture.GROUP)
                .setTopics(List.of(new TxnOffsetCommitRequestTopic()
                        .setName("t")
                        .setPartitions(List.of(new TxnOffsetCommitRequestPartition()
                                .setPartitionIndex(0)
                                .setCommittedOffset(offset)
                                .setCommittedMetadata("")))));
    }

    private Errors commit(TxnOffsetCommitRequestData request, long markers) {
        return Errors.forCode(groups.now(groups.coordinator.commitOffsets(groups.caller(3), request, markers))
                .topics()
                .getFirst()
                .partitions()
                .getFirst()
                .errorCode());
    }

    private Errors commit(int epoch, long offset) {
        return commit(request(ID, epoch, offset), -1);
    }

    private Errors end(int epoch, int coordinatorEpoch, boolean commit) {
        return end(epoch, coordinatorEpoch, commit, false);
    }

    private Errors end(int epoch, int coordinatorEpoch, boolean commit, boolean nextEpoch) {
        return groups.now(groups.coordinator.endTransaction(
                0, new BatchKind.Marker(ID, (short) epoch, coordinatorEpoch, commit, nextEpoch)));
    }

    private OffsetFetchResponsePartitions fetch(boolean stable) {
        return groups.now(groups.coordinator.fetchOffsets(
                        groups.caller(9),
                        new OffsetFetchRequestData()
                                .setRequireStable(stable)
                                .setGroups(List.of(new OffsetFetchRequestGroup()
                                        .setGroupId(GroupFixture.GROUP)
                                        .setTopics(List.of(new OffsetFetchRequestTopics()
                                                .setName("t")
                                                .setPartitionIndexes(List.of(0))))))))
                .groups()
                .getFirst()
                .topics()
                .getFirst()
                .partitions()
                .getFirst();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anOffsetHoldsWhenItsTransactionCommits(boolean loadedAgain) {
        simple.commit("t", 0, 1);
        for (boolean commit : new boolean[] {false, true}) {
            assertThat(commit(0, 5)).isEqualTo(Errors.NONE);
            if (loadedAgain) {
                groups.reload();
            }
            assertThat(fetch(false).committedOffset()).isEqualTo(1);
            assertThat(Errors.forCode(fetch(true).errorCode())).isEqualTo(Errors.UNSTABLE_OFFSET_COMMIT);
            assertThat(end(0, 1, commit)).isEqualTo(Errors.NONE);
            if (loadedAgain) {
                groups.reload();
            }
            assertThat(fetch(true).errorCode()).isZero();
            assertThat(fetch(true).committedOffset()).isEqualTo(commit ? 5 : 1);
        }
    }

    @Test
    void ofTwoCommitsTheLaterHoldsWhicheverTransactionEndsFirst() {
        commit(0, 5);
        simple.commit("t", 0, 9);
        assertThat(fetch(true).committedOffset())
                .as("nothing is pending any more")
                .isEqualTo(9);
        end(0, 1, true);
        assertThat(fetch(true).committedOffset()).isEqualTo(9);
        commit(0, 11);
        commit(request(8, 0, 12), -1);
        groups.now(groups.coordinator.endTransaction(0, new BatchKind.Marker(8, (short) 0, 1, true, false)));
        assertThat(fetch(true).committedOffset()).isEqualTo(12);
        end(0, 1, true);
        assertThat(fetch(true).committedOffset()).isEqualTo(12);
        groups.reload();
        assertThat(fetch(true).committedOffset()).isEqualTo(12);
    }

    @Test
    void aLateCopyOfAMarkerDoesNotEndTheNextTransaction() {
        assertThat(commit(3, 5)).isEqualTo(Errors.NONE);
        assertThat(end(4, 1, true, true)).isEqualTo(Errors.NONE);
        assertThat(commit(4, 6)).as("in the next transaction").isEqualTo(Errors.NONE);
        assertThat(end(4, 1, true, true)).as("the copy").isEqualTo(Errors.INVALID_PRODUCER_EPOCH);
        assertThat(fetch(false).committedOffset()).isEqualTo(5);
        assertThat(Errors.forCode(fetch(true).errorCode())).isEqualTo(Errors.UNSTABLE_OFFSET_COMMIT);
        assertThat(end(5, 1, true, true)).isEqualTo(Errors.NONE);
        assertThat(fetch(true).committedOffset()).isEqualTo(6);
    }

    @Test
    void whatIsOverIsRefused() {
        assertThat(commit(3, 5)).isEqualTo(Errors.NONE);
        assertThat(end(2, 1, true)).isEqualTo(Errors.INVALID_PRODUCER_EPOCH);
        assertThat(end(4, 5, true)).isEqualTo(Errors.NONE);
        assertThat(commit(3, 6)).as("a late commit").isEqualTo(Errors.INVALID_PRODUCER_EPOCH);
        assertThat(end(4, 4, true)).isEqualTo(Errors.TRANSACTION_COORDINATOR_FENCED);
        assertThat(fetch(true).committedOffset()).isEqualTo(5);
    }

    @Test
    void aTransactionThatEndsDuringItsVerificationTakesNoOffsets() {
        long before = groups.now(groups.coordinator.markersOf(GroupFixture.GROUP, ID));
        assertThat(commit(request(ID, 0, 5), before)).isEqualTo(Errors.NONE);
        end(0, 1, true);
        assertThat(commit(request(ID, 0, 6), before)).isEqualTo(Errors.INVALID_TXN_STATE);
        long after = groups.now(groups.coordinator.markersOf(GroupFixture.GROUP, ID));
        assertThat(commit(request(ID, 0, 6), after)).isEqualTo(Errors.NONE);
    }

    @Test
    void membersProveTheirGeneration() {
        TestMember a = groups.member("a");
        a.joined();
        a.synced(Map.of(a.id, "A"));
        assertThat(commit(request(ID, 0, 5).setMemberId(a.id).setGenerationIdOrMemberEpoch(1), -1))
                .isEqualTo(Errors.NONE);
        assertThat(commit(request(ID, 0, 5).setMemberId(a.id).setGenerationIdOrMemberEpoch(0), -1))
                .isEqualTo(Errors.ILLEGAL_GENERATION);
        assertThat(commit(request(ID, 0, 5).setMemberId("b").setGenerationIdOrMemberEpoch(1), -1))
                .isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        assertThat(commit(request(ID, 0, 5), -1)).as("without a member").isEqualTo(Errors.NONE);
    }
}
