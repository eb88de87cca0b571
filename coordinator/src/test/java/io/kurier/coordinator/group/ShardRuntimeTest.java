package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.MemoryCoordinatorLog.Fate;
import io.kurier.coordinator.group.records.GroupRecord;
import io.kurier.coordinator.group.records.GroupRecords;
import io.kurier.protocol.records.NewRecord;
import io.kurier.testkit.SimWorld;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.coordinator.group.generated.OffsetCommitValue;
import org.junit.jupiter.api.Test;

/// Loading, batching, and failures of the log, seen through groups.
class ShardRuntimeTest {
    private final GroupFixture groups = GroupFixture.impatient();
    private final TestMember simple = groups.member("simple");

    @Test
    void groupsLieWhereKafkaPutsThem() {
        GroupFixture many = new GroupFixture(SimWorld.inOrder(1), GroupSettings.defaults(), 50);
        assertThat(many.coordinator.shardOf("my-group"))
                .as("hash code -1906497762")
                .isEqualTo(1_906_497_762 % 50);
        assertThat(many.coordinator.shardOf("orders"))
                .as("hash code -1008770331")
                .isEqualTo(1_008_770_331 % 50);
        assertThat(many.coordinator.shardOf("polygenelubricants"))
                .as("hash code -2^31")
                .isZero();
    }

    @Test
    void requestsDuringTheLoadAreToldToComeAgain() {
        GroupFixture fresh = new GroupFixture(SimWorld.inOrder(1), GroupSettings.defaults(), 1);
        TestMember early = fresh.member("a");
        assertThat(early.joinError()).isEqualTo(Errors.NOT_COORDINATOR);
        fresh.coordinator.becomeLeader(0, 1);
        CompletableFuture<JoinGroupResponseData> during = early.joinOnce();
        fresh.sim.settle();
        assertThat(Errors.forCode(during.join().errorCode())).isEqualTo(Errors.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(early.commit("t", 0, 1)).isEqualTo(Errors.NONE);
    }

    @Test
    void aShardThatCannotBeReadIsTriedAgain() {
        simple.commit("t", 0, 5);
        groups.log.failReplays(3);
        groups.reload();
        assertThat(simple.commit("t", 0, 6)).isEqualTo(Errors.COORDINATOR_LOAD_IN_PROGRESS);
        groups.pass(100 + 200 + 400);
        assertThat(simple.fetch("t", 0)).isEqualTo(5);
    }

    @Test
    void aStoredOffsetThatCannotBeReadKeepsTheShardClosed() {
        NewRecord good = GroupRecords.offset("g", "t", 0, new OffsetCommitValue().setOffset(4), 1);
        groups.log.put(0, new NewRecord(1, good.key(), ByteBuffer.wrap(new byte[] {0, 99})));
        groups.reload();
        groups.pass(60_000);
        assertThat(simple.commit("t", 0, 6)).isEqualTo(Errors.COORDINATOR_LOAD_IN_PROGRESS);
        groups.log.put(0, good);
        groups.log.records(0).removeFirst();
        groups.pass(10_000);
        assertThat(simple.fetch("t", 0)).isEqualTo(4);
    }

    @Test
    void commitsThatComeDuringAWriteShareTheNextOne() {
        groups.log.commitAfterMs(() -> 10);
        List<CompletableFuture<OffsetCommitResponseData>> commits = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            commits.add(simple.commitLater("t", i, i));
        }
        groups.pass(10);
        assertThat(commits.get(0)).isDone();
        assertThat(commits.get(1)).isNotDone();
        groups.pass(10);
        assertThat(commits).allMatch(CompletableFuture::isDone);
        assertThat(groups.log.batchSizes()).containsExactly(1, 99);
    }

    @Test
    void batchesAreBounded() {
        GroupFixture small = new GroupFixture(GroupSettings.defaults().withLimits(1_000, 100, 1_000));
        small.log.commitAfterMs(() -> 10);
        TestMember member = small.member("a");
        for (int i = 0; i < 101; i++) {
            CompletableFuture<OffsetCommitResponseData> _ = member.commitLater("t", i, i);
        }
        small.pass(1_000);
        assertThat(small.log.batchSizes()).hasSizeGreaterThan(5);
        assertThat(small.log.batchSizes().stream().mapToInt(size -> size).sum()).isEqualTo(101);
        small.log.commitAfterMs(() -> 0);
        assertThat(small.delete("g")).as("more tombstones than one batch holds").isEqualTo(Errors.NONE);
        small.reload();
        assertThat(small.state()).isEqualTo("Dead");
    }

    @Test
    void readsWaitForWhatTheyHaveSeen() {
        groups.log.commitAfterMs(() -> 10);
        CompletableFuture<OffsetCommitResponseData> _ = simple.commitLater("t", 0, 7);
        CompletableFuture<OffsetFetchResponseData> fetch = groups.coordinator.fetchOffsets(
                groups.caller(9),
                new OffsetFetchRequestData()
                        .setGroups(List.of(
                                new OffsetFetchRequestGroup().setGroupId("g").setTopics(null))));
        groups.pass(9);
        assertThat(fetch).isNotDone();
        groups.pass(1);
        assertThat(fetch.join().groups().getFirst().topics()).hasSize(1);
    }

    @Test
    void whatCouldNotBeWrittenDidNotHappen() {
        simple.commit("t", 0, 1);
        for (Fate fate : List.of(Fate.REFUSED, Fate.LOST)) {
            groups.log.next(fate);
            assertThat(simple.commit("t", 0, 2)).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE);
            assertThat(simple.fetch("t", 0)).isEqualTo(1);
        }
        groups.log.next(Fate.KEPT_UNKNOWN);
        assertThat(simple.commit("t", 0, 3)).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE);
        assertThat(simple.fetch("t", 0)).as("it is in the log").isEqualTo(3);
    }

    @Test
    void aFailedWriteTellsAllWhoWait() {
        TestMember a = groups.member("a");
        a.joined();
        a.synced(Map.of(a.id, "A"));
        CompletableFuture<JoinGroupResponseData> waiting = groups.member("b").join();
        groups.log.commitAfterMs(() -> 10);
        groups.log.next(Fate.LOST);
        CompletableFuture<OffsetCommitResponseData> first = a.commitLater("t", 0, 1);
        CompletableFuture<OffsetCommitResponseData> second = a.commitLater("t", 0, 2);
        groups.pass(10);
        assertThat(TestMember.errorOf(groups.now(first))).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE);
        assertThat(TestMember.errorOf(groups.now(second))).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE);
        assertThat(Errors.forCode(groups.now(waiting).errorCode())).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE);
        assertThat(groups.state()).as("as the log has it").isEqualTo("Stable");
        assertThat(a.heartbeat()).isEqualTo(Errors.NONE);
    }

    @Test
    void aLostShardAnswersAllWhoWait() {
        TestMember a = groups.member("a");
        a.joined();
        a.synced(Map.of(a.id, "A"));
        CompletableFuture<JoinGroupResponseData> waiting = groups.member("b").join();
        groups.sim.settle();
        assertThat(waiting).isNotDone();
        groups.coordinator.resign(0, 1);
        assertThat(Errors.forCode(groups.now(waiting).errorCode())).isEqualTo(Errors.NOT_COORDINATOR);
        assertThat(a.heartbeat()).isEqualTo(Errors.NOT_COORDINATOR);
    }

    @Test
    void onlyNewerEpochsCount() {
        simple.commit("t", 0, 1);
        groups.coordinator.becomeLeader(0, 5);
        groups.sim.settle();
        groups.coordinator.resign(0, 4);
        groups.coordinator.becomeLeader(0, 3);
        assertThat(simple.fetch("t", 0)).isEqualTo(1);
        groups.coordinator.resign(0, 6);
        assertThat(simple.commit("t", 0, 1)).isEqualTo(Errors.NOT_COORDINATOR);
    }

    @Test
    void aFullQueueIsToldToComeAgain() {
        GroupFixture small = new GroupFixture(GroupSettings.defaults().withLimits(1_000_000, 4_096, 10));
        TestMember member = small.member("a");
        List<CompletableFuture<OffsetCommitResponseData>> commits = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            commits.add(member.commitLater("t", i, i));
        }
        small.sim.settle();
        assertThat(commits)
                .extracting(commit -> TestMember.errorOf(commit.join()))
                .containsOnly(Errors.NONE, Errors.COORDINATOR_LOAD_IN_PROGRESS)
                .filteredOn(error -> error == Errors.COORDINATOR_LOAD_IN_PROGRESS)
                .hasSize(2);
    }

    /// Records of kinds that newer releases do not write any more, which Apache Kafka left behind: nothing of it is
    /// lost or disturbed until somebody uses its name, and then it is taken back in the order that Apache Kafka wants.
    @Test
    void groupsOfOtherKindsAreLeftAloneUntilTheirNameIsUsed() {
        String group = "000167";
        for (String key : List.of("0004" + group, "0012" + group, "0009" + group + "00016d")) {
            groups.log.put(0, new NewRecord(1, ByteBuffer.wrap(HexFormat.of().parseHex(key)), ByteBuffer.allocate(9)));
        }
        groups.log.put(0, GroupRecords.offset("g", "t", 0, new OffsetCommitValue().setOffset(4), 1));
        groups.reload();
        groups.pass(600_000);
        assertThat(simple.fetch("t", 0)).as("long past its retention").isEqualTo(4);
        assertThat(groups.records()).hasSize(4);

        simple.joined();
        assertThat(groups.records().subList(4, 7))
                .extracting(record -> ((GroupRecord.Foreign) record).type())
                .containsExactly((short) 18, (short) 9, (short) 4);
        groups.reload();
        assertThat(simple.fetch("t", 0)).isEqualTo(4);
    }
}
