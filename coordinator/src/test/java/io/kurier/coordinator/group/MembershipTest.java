package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.group.classic.GroupEvent;
import io.kurier.coordinator.group.classic.GroupEvent.Kind;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// SyncGroup, Heartbeat, LeaveGroup and expiry, from a group of two whose generation is formed.
class MembershipTest {
    private final GroupFixture groups = GroupFixture.impatient();
    private final TestMember leader = groups.member("a");
    private final TestMember follower = groups.member("b");

    @BeforeEach
    void twoJoined() {
        leader.joined();
        CompletableFuture<JoinGroupResponseData> joining = follower.join();
        leader.joined();
        assertThat(groups.now(joining).generationId()).isEqualTo(2);
    }

    private void stable() {
        assertThat(leader.synced(Map.of(leader.id, "A", follower.id, "B"))).isEqualTo("A");
        assertThat(follower.synced(Map.of())).isEqualTo("B");
    }

    @Test
    void followersWaitForTheLeadersAssignment() {
        CompletableFuture<SyncGroupResponseData> early = follower.sync(Map.of());
        groups.sim.settle();
        assertThat(early).isNotDone();
        assertThat(follower.heartbeat()).as("while waiting").isEqualTo(Errors.NONE);
        assertThat(leader.synced(Map.of(leader.id, "A"))).isEqualTo("A");
        assertThat(groups.now(early).assignment()).as("the leader forgot it").isEmpty();
        assertThat(groups.now(early).protocolName()).isEqualTo("range");
        assertThat(leader.synced(Map.of())).as("asked again").isEqualTo("A");
    }

    @Test
    void assignmentsAreHandedOutOnlyWhenTheyAreStored() {
        groups.log.commitAfterMs(() -> 50);
        CompletableFuture<SyncGroupResponseData> sync = leader.sync(Map.of(leader.id, "A", follower.id, "B"));
        CompletableFuture<SyncGroupResponseData> late = follower.sync(Map.of());
        groups.pass(49);
        assertThat(sync).isNotDone();
        assertThat(late).isNotDone();
        assertThat(leader.heartbeat()).as("needs no storing").isEqualTo(Errors.NONE);
        groups.pass(1);
        assertThat(groups.now(sync).errorCode()).isZero();
        assertThat(groups.now(late).errorCode()).isZero();
    }

    @Test
    void badSyncsAreToldWhy() {
        assertThat(groups.now(groups.coordinator.syncGroup(
                                groups.caller(5), leader.syncRequest(Map.of()).setProtocolName(null)))
                        .errorCode())
                .isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL.code());
        record Case(Errors expected, SyncGroupRequestData request) {}
        for (Case one : List.of(
                new Case(Errors.INVALID_GROUP_ID, leader.syncRequest(Map.of()).setGroupId("")),
                new Case(Errors.UNKNOWN_MEMBER_ID, leader.syncRequest(Map.of()).setGroupId("nowhere")),
                new Case(Errors.UNKNOWN_MEMBER_ID, leader.syncRequest(Map.of()).setMemberId("nobody")),
                new Case(Errors.ILLEGAL_GENERATION, leader.syncRequest(Map.of()).setGenerationId(1)),
                new Case(
                        Errors.INCONSISTENT_GROUP_PROTOCOL,
                        leader.syncRequest(Map.of()).setProtocolName("x")),
                new Case(
                        Errors.INCONSISTENT_GROUP_PROTOCOL,
                        leader.syncRequest(Map.of()).setProtocolType("x")))) {
            SyncGroupResponseData answer = groups.now(groups.coordinator.syncGroup(groups.caller(5), one.request));
            assertThat(Errors.forCode(answer.errorCode())).as(one.toString()).isEqualTo(one.expected);
        }
    }

    @Test
    void aNewRebalanceEndsTheWaitForAnAssignment() {
        CompletableFuture<SyncGroupResponseData> waiting = follower.sync(Map.of());
        groups.member("c").startJoin();
        assertThat(Errors.forCode(groups.now(waiting).errorCode())).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
        assertThat(leader.synced(Map.of())).isEqualTo("REBALANCE_IN_PROGRESS");
    }

    @Test
    void membersThatNeverSyncAreOut() {
        leader.synced(Map.of(leader.id, "A", follower.id, "B"));
        for (int second = 0; second < 60; second += 5) {
            assertThat(leader.heartbeat()).isEqualTo(Errors.NONE);
            follower.heartbeat();
            groups.pass(5_000);
        }
        assertThat(groups.state()).isEqualTo("PreparingRebalance");
        assertThat(follower.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        assertThat(leader.joined().members()).hasSize(1);
    }

    @Test
    void anAssignmentTooLargeToStoreStopsNobodyForEver() {
        GroupFixture small = new GroupFixture(
                GroupSettings.defaults().withInitialRebalanceDelayMs(0).withLimits(1_000, 100, 1_000));
        TestMember only = small.member("a");
        only.joined();
        assertThat(only.synced(Map.of(only.id, "x".repeat(2_000)))).isEqualTo("UNKNOWN_SERVER_ERROR");
        assertThat(only.heartbeat()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
        only.joined();
        assertThat(only.synced(Map.of(only.id, "x"))).isEqualTo("x");
    }

    @Test
    void heartbeatsAreToldTheStateOfThings() {
        stable();
        assertThat(leader.heartbeat()).isEqualTo(Errors.NONE);
        leader.generation = 1;
        assertThat(leader.heartbeat()).isEqualTo(Errors.ILLEGAL_GENERATION);
        leader.id = "nobody";
        assertThat(leader.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        assertThat(leader.in("nowhere").heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        assertThat(leader.in("").heartbeat()).isEqualTo(Errors.INVALID_GROUP_ID);
    }

    @Test
    void aSilentMemberIsOutAfterItsSession() {
        stable();
        for (int i = 0; i < 3; i++) {
            groups.pass(4_000);
            assertThat(leader.heartbeat()).isEqualTo(i == 2 ? Errors.REBALANCE_IN_PROGRESS : Errors.NONE);
        }
        assertThat(leader.joined().members()).hasSize(1);
        assertThat(follower.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aMemberThatWaitsNeedsNoHeartbeats() {
        stable();
        leader.rebalanceTimeoutMs = 60_000;
        CompletableFuture<JoinGroupResponseData> waiting = leader.join();
        for (int second = 0; second < 30; second += 5) {
            follower.heartbeat();
            groups.pass(5_000);
        }
        assertThat(waiting).isNotDone();
        follower.startJoin();
        assertThat(groups.now(waiting).errorCode()).isZero();
    }

    @Test
    void aNewMemberThatWaitsIsNotTrustedForEver() {
        stable();
        TestMember silent = groups.member("c");
        silent.rebalanceTimeoutMs = 1_000_000;
        CompletableFuture<JoinGroupResponseData> joining = silent.join();
        leader.startJoin();
        for (int second = 0; second < 300; second += 5) {
            follower.heartbeat();
            groups.pass(5_000);
        }
        assertThat(Errors.forCode(groups.now(joining).errorCode())).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void whoLeavesIsGoneAtOnce() {
        stable();
        assertThat(follower.leave()).isEqualTo(Errors.NONE);
        assertThat(leader.heartbeat()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
        assertThat(leader.joined().members()).hasSize(1);
        assertThat(follower.leave()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void theLastMemberLeavesAnEmptyGroupThatStays() {
        stable();
        follower.leave();
        leader.leave();
        assertThat(groups.state()).isEqualTo("Empty");
        groups.reload();
        assertThat(groups.state()).isEqualTo("Empty");
        assertThat(leader.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        TestMember again = groups.member("c");
        assertThat(again.joined().generationId()).as("generations go on").isGreaterThan(3);
    }

    @Test
    void oldVersionsLeaveOneByOne() {
        stable();
        LeaveGroupRequestData request =
                new LeaveGroupRequestData().setGroupId(GroupFixture.GROUP).setMemberId(follower.id);
        assertThat(groups.now(groups.coordinator.leaveGroup(groups.caller(2), request))
                        .errorCode())
                .isZero();
        assertThat(groups.now(groups.coordinator.leaveGroup(groups.caller(2), request))
                        .errorCode())
                .isEqualTo(Errors.UNKNOWN_MEMBER_ID.code());
    }

    @Test
    void aReloadedGroupIsStableAndItsMembersHaveAWholeSession() {
        stable();
        groups.pass(9_000);
        groups.reload();
        assertThat(groups.state()).isEqualTo("Stable");
        groups.pass(9_000);
        assertThat(leader.heartbeat()).isEqualTo(Errors.NONE);
        groups.pass(1_000);
        assertThat(leader.heartbeat()).as("the other one was silent").isEqualTo(Errors.REBALANCE_IN_PROGRESS);
    }

    @Test
    void theHistoryTellsWhoAndWhy() {
        stable();
        follower.leave();
        List<GroupEvent> history = groups.now(groups.coordinator.history(GroupFixture.GROUP));
        assertThat(history)
                .extracting(GroupEvent::kind)
                .containsSubsequence(
                        Kind.JOINED,
                        Kind.GENERATION,
                        Kind.JOINED,
                        Kind.REBALANCE,
                        Kind.GENERATION,
                        Kind.STABLE,
                        Kind.LEFT);
        assertThat(history)
                .filteredOn(event -> event.kind() == Kind.LEFT)
                .extracting(GroupEvent::memberId)
                .containsExactly(follower.id);
    }
}
