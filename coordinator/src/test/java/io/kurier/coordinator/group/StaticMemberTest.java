package io.kurier.coordinator.group;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.group.records.GroupRecord;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StaticMemberTest {
    private final GroupFixture groups = GroupFixture.impatient();
    private final TestMember leader = groups.member("a").named("one");
    private final TestMember follower = groups.member("b").named("two");

    @BeforeEach
    void twoStable() {
        assertThat(leader.joined().errorCode())
                .as("static members need no id first")
                .isZero();
        CompletableFuture<JoinGroupResponseData> joining = follower.join();
        leader.joined();
        assertThat(groups.now(joining).generationId()).isEqualTo(2);
        leader.synced(Map.of(leader.id, "A", follower.id, "B"));
        assertThat(follower.synced(Map.of())).isEqualTo("B");
        assertThat(leader.id).startsWith("one-");
    }

    @Test
    void aRestartedFollowerKeepsItsAssignmentWithoutARebalance() {
        TestMember restarted = groups.member("b").named("two");
        JoinGroupResponseData answer = restarted.joined();
        assertThat(answer.generationId()).isEqualTo(2);
        assertThat(answer.memberId()).isNotEqualTo(follower.id).startsWith("two-");
        assertThat(answer.leader()).isEqualTo(leader.id);
        assertThat(answer.skipAssignment()).isFalse();
        assertThat(restarted.synced(Map.of())).isEqualTo("B");
        assertThat(leader.heartbeat()).isEqualTo(Errors.NONE);
        assertThat(groups.records().getLast())
                .isInstanceOfSatisfying(
                        GroupRecord.Group.class,
                        stored -> assertThat(requireNonNull(stored.value()).members())
                                .extracting(member -> member.memberId())
                                .containsExactlyInAnyOrder(leader.id, restarted.id));
    }

    @Test
    void aRestartedLeaderLeadsButSkipsTheAssignment() {
        TestMember restarted = groups.member("a").named("one");
        JoinGroupResponseData answer = restarted.joined();
        assertThat(answer.leader()).isEqualTo(restarted.id);
        assertThat(answer.skipAssignment()).isTrue();
        assertThat(answer.members()).hasSize(2);
        assertThat(restarted.synced(Map.of())).isEqualTo("A");
        assertThat(groups.state()).isEqualTo("Stable");
    }

    @Test
    void aRestartedLeaderOfAnOldVersionIsToldTheOldLeadersName() {
        TestMember restarted = groups.member("a").named("one");
        restarted.joinVersion = 8;
        JoinGroupResponseData answer = restarted.joined();
        assertThat(answer.leader()).isEqualTo(leader.id).isNotEqualTo(restarted.id);
        assertThat(answer.skipAssignment()).isFalse();
        assertThat(answer.members()).isEmpty();
    }

    @Test
    void theReplacedMemberIsFencedEverywhere() {
        String oldId = follower.id;
        groups.member("b").named("two").joined();
        follower.id = oldId;
        assertThat(follower.heartbeat()).isEqualTo(Errors.FENCED_INSTANCE_ID);
        assertThat(follower.joinError()).isEqualTo(Errors.FENCED_INSTANCE_ID);
        assertThat(follower.synced(Map.of())).isEqualTo("FENCED_INSTANCE_ID");
        assertThat(follower.commit("t", 0, 5)).isEqualTo(Errors.FENCED_INSTANCE_ID);
        assertThat(follower.leave()).isEqualTo(Errors.FENCED_INSTANCE_ID);
        follower.instanceId = null;
        assertThat(follower.heartbeat()).as("its id is gone as well").isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aWaitingMemberIsFencedWhenItIsReplaced() {
        leader.protocols = new LinkedHashMap<>(Map.of("range", "changed"));
        CompletableFuture<JoinGroupResponseData> waiting = leader.join();
        groups.sim.settle();
        assertThat(waiting).isNotDone();
        CompletableFuture<JoinGroupResponseData> replacement =
                groups.member("a").named("one").join();
        assertThat(Errors.forCode(groups.now(waiting).errorCode())).isEqualTo(Errors.FENCED_INSTANCE_ID);
        follower.startJoin();
        assertThat(groups.now(replacement).errorCode()).isZero();
        assertThat(groups.now(replacement).members()).hasSize(2);
    }

    @Test
    void anotherSelectedProtocolMeansARebalance() {
        TestMember restarted = groups.member("b").named("two");
        restarted.protocols = new LinkedHashMap<>(Map.of("sticky", "s"));
        assertThat(restarted.joinError()).isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL);
        assertThat(leader.heartbeat()).isEqualTo(Errors.NONE);
    }

    @Test
    void absentStaticMembersStayUntilTheirSessionEnds() {
        TestMember third = groups.member("c");
        CompletableFuture<JoinGroupResponseData> joinThird = third.join();
        leader.sessionTimeoutMs = 600_000;
        CompletableFuture<JoinGroupResponseData> joinLeader = leader.join();
        for (int second = 0; second < 60; second += 5) {
            follower.heartbeat();
            groups.pass(5_000);
        }
        assertThat(groups.now(joinThird).errorCode()).isZero();
        assertThat(groups.now(joinLeader).members()).as("the absent one is in").hasSize(3);
    }

    @Test
    void membersCanBeRemovedByTheirInstance() {
        LeaveGroupRequestData request = new LeaveGroupRequestData()
                .setGroupId(GroupFixture.GROUP)
                .setMembers(List.of(
                        new MemberIdentity().setGroupInstanceId("two"),
                        new MemberIdentity().setGroupInstanceId("three"),
                        new MemberIdentity().setMemberId("nobody")));
        assertThat(groups.now(groups.coordinator.leaveGroup(groups.caller(5), request))
                        .members())
                .extracting(MemberResponse::errorCode)
                .containsExactly(Errors.NONE.code(), Errors.UNKNOWN_MEMBER_ID.code(), Errors.UNKNOWN_MEMBER_ID.code());
        assertThat(groups.state()).isEqualTo("PreparingRebalance");
        assertThat(follower.heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void staticMembersSurviveAReload() {
        groups.reload();
        assertThat(groups.state()).isEqualTo("Stable");
        assertThat(leader.heartbeat()).isEqualTo(Errors.NONE);
        TestMember restarted = groups.member("b").named("two");
        assertThat(restarted.joined().generationId()).isEqualTo(2);
        assertThat(restarted.synced(Map.of())).isEqualTo("B");
    }
}
