package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.JoinGroupResponseData.JoinGroupResponseMember;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class JoinTest {
    private static final int DELAY_MS = 3_000;

    private static JoinGroupResponseData answered(CompletableFuture<JoinGroupResponseData> join) {
        assertThat(join).isCompleted();
        return join.join();
    }

    private static GroupFixture patient() {
        return new GroupFixture(GroupSettings.defaults().withInitialRebalanceDelayMs(DELAY_MS));
    }

    /// Two members in a stable generation; the first leads.
    private static List<TestMember> twoStable(GroupFixture groups) {
        TestMember a = groups.member("a");
        TestMember b = groups.member("b");
        a.joined();
        CompletableFuture<JoinGroupResponseData> joinB = b.join();
        a.joined();
        answered(joinB);
        assertThat(a.synced(Map.of(a.id, "A", b.id, "B"))).isEqualTo("A");
        assertThat(b.synced(Map.of())).isEqualTo("B");
        return List.of(a, b);
    }

    @Test
    void aNewDynamicMemberIsFirstGivenItsId() {
        GroupFixture groups = GroupFixture.impatient();
        TestMember a = groups.member("a");
        JoinGroupResponseData first = groups.now(a.joinOnce());
        assertThat(Errors.forCode(first.errorCode())).isEqualTo(Errors.MEMBER_ID_REQUIRED);
        assertThat(first.memberId()).startsWith("a-");

        JoinGroupResponseData second = groups.now(a.joinOnce());
        assertThat(second.errorCode()).isZero();
        assertThat(second.memberId()).isEqualTo(first.memberId());
        assertThat(second.generationId()).isEqualTo(1);
        assertThat(second.leader()).isEqualTo(a.id);
        assertThat(second.protocolName()).isEqualTo("range");
        assertThat(second.protocolType()).isEqualTo("consumer");
        assertThat(second.members())
                .extracting(JoinGroupResponseMember::memberId)
                .containsExactly(a.id);
        assertThat(groups.state()).isEqualTo("CompletingRebalance");
    }

    @Test
    void versionsBeforeFourJoinAtOnce() {
        GroupFixture groups = GroupFixture.impatient();
        TestMember a = groups.member("a");
        a.joinVersion = 3;
        assertThat(groups.now(a.joinOnce()).errorCode()).isZero();
    }

    @Test
    void anIdThatIsNotUsedIsForgotten() {
        GroupFixture groups = GroupFixture.impatient();
        TestMember a = groups.member("a");
        groups.now(a.joinOnce());
        groups.pass(a.sessionTimeoutMs);
        assertThat(a.joinError()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        assertThat(groups.state()).isEqualTo("Dead");
    }

    @Test
    void theFirstRebalanceWaitsForLateComers() {
        GroupFixture groups = patient();
        CompletableFuture<JoinGroupResponseData> a = groups.member("a").join();
        groups.pass(2_000);
        CompletableFuture<JoinGroupResponseData> b = groups.member("b").join();
        groups.pass(1_000);
        assertThat(a).as("someone came, so it waits once more").isNotDone();
        CompletableFuture<JoinGroupResponseData> c = groups.member("c").join();
        groups.pass(3_000);
        assertThat(a).isNotDone();
        groups.pass(3_000);
        assertThat(List.of(answered(a), answered(b), answered(c)))
                .extracting(JoinGroupResponseData::generationId)
                .containsOnly(1);
        assertThat(answered(a).members()).hasSize(3);
        assertThat(answered(b).members()).isEmpty();
        assertThat(answered(b).leader()).isEqualTo(answered(a).memberId());
    }

    @Test
    void theFirstRebalanceWaitsNoLongerThanTheRebalanceTimeout() {
        GroupFixture groups = patient();
        TestMember first = groups.member("m");
        first.rebalanceTimeoutMs = 7_000;
        CompletableFuture<JoinGroupResponseData> join = first.join();
        for (int second = 1; second <= 7; second++) {
            assertThat(join).isNotDone();
            TestMember more = groups.member("m" + second);
            more.rebalanceTimeoutMs = 7_000;
            more.startJoin();
            groups.pass(1_000);
        }
        assertThat(answered(join).members()).hasSize(8);
    }

    @Test
    void aNewMemberMakesTheOthersJoinAgain() {
        GroupFixture groups = GroupFixture.impatient();
        List<TestMember> two = twoStable(groups);
        assertThat(groups.state()).isEqualTo("Stable");
        TestMember c = groups.member("c");
        CompletableFuture<JoinGroupResponseData> joinC = c.join();
        groups.sim.settle();
        assertThat(groups.state()).isEqualTo("PreparingRebalance");
        assertThat(two).extracting(TestMember::heartbeat).containsOnly(Errors.REBALANCE_IN_PROGRESS);
        CompletableFuture<JoinGroupResponseData> joinA = two.get(0).join();
        CompletableFuture<JoinGroupResponseData> joinB = two.get(1).join();
        groups.sim.settle();
        assertThat(answered(joinA).generationId()).isEqualTo(3);
        assertThat(answered(joinA).members()).hasSize(3);
        assertThat(answered(joinB).memberId()).isEqualTo(two.get(1).id);
        assertThat(answered(joinC).leader()).isEqualTo(two.get(0).id);
    }

    @Test
    void membersThatDoNotComeBackInTimeAreOut() {
        GroupFixture groups = GroupFixture.impatient();
        List<TestMember> two = twoStable(groups);
        two.forEach(member -> member.sessionTimeoutMs = 600_000);
        CompletableFuture<JoinGroupResponseData> joinC = groups.member("c").join();
        TestMember b = two.get(1);
        CompletableFuture<JoinGroupResponseData> joinB = b.join();
        for (int second = 0; second < 60; second += 5) {
            two.get(0).heartbeat();
            assertThat(joinC).isNotDone();
            groups.pass(5_000);
        }
        assertThat(answered(joinB).leader()).as("the old leader is out").isEqualTo(b.id);
        assertThat(answered(joinB).members()).hasSize(2);
        assertThat(answered(joinC).errorCode()).isZero();
        assertThat(two.get(0).heartbeat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aPendingIdHoldsTheRebalanceBack() {
        GroupFixture groups = GroupFixture.impatient();
        TestMember a = groups.member("a");
        a.joined();
        a.synced(Map.of(a.id, "A"));
        TestMember b = groups.member("b");
        groups.now(b.joinOnce());
        assertThat(groups.state()).as("nobody is disturbed yet").isEqualTo("Stable");
        a.protocols = new LinkedHashMap<>(Map.of("range", "changed"));
        CompletableFuture<JoinGroupResponseData> joinA = a.join();
        groups.sim.settle();
        assertThat(joinA).isNotDone();
        CompletableFuture<JoinGroupResponseData> joinB = b.joinOnce();
        groups.sim.settle();
        assertThat(answered(joinA).members()).hasSize(2);
        assertThat(answered(joinB).errorCode()).isZero();
    }

    @Test
    void aFollowerThatLostTheAnswerGetsItAgain() {
        GroupFixture groups = GroupFixture.impatient();
        List<TestMember> two = twoStable(groups);
        JoinGroupResponseData again = two.get(1).joined();
        assertThat(again.generationId()).isEqualTo(2);
        assertThat(again.members()).isEmpty();
        assertThat(groups.state()).isEqualTo("Stable");
    }

    @Test
    void aLeaderThatJoinsAgainWantsARebalance() {
        GroupFixture groups = GroupFixture.impatient();
        List<TestMember> two = twoStable(groups);
        CompletableFuture<JoinGroupResponseData> join = two.get(0).join();
        groups.sim.settle();
        assertThat(join).isNotDone();
        assertThat(two.get(1).heartbeat()).isEqualTo(Errors.REBALANCE_IN_PROGRESS);
    }

    @Test
    void theProtocolOfMostVotesAmongCommonOnesWins() {
        GroupFixture groups = patient();
        List<CompletableFuture<JoinGroupResponseData>> joins = new ArrayList<>();
        List<List<String>> offers =
                List.of(List.of("range", "sticky"), List.of("sticky", "range"), List.of("own", "sticky", "range"));
        for (List<String> offer : offers) {
            TestMember member = groups.member("m");
            member.protocols = new LinkedHashMap<>();
            offer.forEach(name -> member.protocols.put(name, name));
            joins.add(member.join());
        }
        groups.pass(6_000);
        assertThat(joins)
                .extracting(JoinTest::answered)
                .extracting(JoinGroupResponseData::protocolName)
                .containsOnly("sticky");
        assertThat(answered(joins.getFirst()).members())
                .extracting(member -> new String(member.metadata(), StandardCharsets.UTF_8))
                .containsOnly("sticky");
    }

    @Test
    void badRequestsAreToldWhy() {
        GroupFixture groups = GroupFixture.impatient();
        twoStable(groups);
        record Case(Errors expected, Consumer<TestMember> how) {}
        List<Case> cases = List.of(
                new Case(Errors.INVALID_GROUP_ID, m -> m.in("")),
                new Case(Errors.INVALID_SESSION_TIMEOUT, m -> m.sessionTimeoutMs = 5_999),
                new Case(Errors.INVALID_SESSION_TIMEOUT, m -> m.sessionTimeoutMs = 1_800_001),
                new Case(Errors.INCONSISTENT_GROUP_PROTOCOL, m -> m.protocols = Map.of("other", "x")),
                new Case(Errors.INCONSISTENT_GROUP_PROTOCOL, m -> m.protocols = Map.of()),
                new Case(Errors.INCONSISTENT_GROUP_PROTOCOL, m -> m.protocolType = "connect"),
                new Case(Errors.UNKNOWN_MEMBER_ID, m -> m.id = "nobody"),
                new Case(Errors.UNKNOWN_MEMBER_ID, m -> m.in("nowhere").id = "nobody"));
        for (Case one : cases) {
            TestMember member = groups.member("x");
            one.how.accept(member);
            assertThat(member.joinError()).as(one.toString()).isEqualTo(one.expected);
        }
        assertThat(groups.state()).isEqualTo("Stable");
    }

    @Test
    void namesThatCannotBeStoredAreRefusedBeforeTheyDoHarm() {
        GroupFixture groups = GroupFixture.impatient();
        String tooLong = "ä".repeat(40_000);
        assertThat(groups.member("a").in(tooLong).joinError()).isEqualTo(Errors.INVALID_GROUP_ID);
        assertThat(groups.member("a").in(tooLong).commit("t", 0, 1)).isEqualTo(Errors.INVALID_GROUP_ID);
        assertThat(groups.member("a").named(tooLong).joinError()).isEqualTo(Errors.INVALID_REQUEST);
        TestMember odd = groups.member("a");
        odd.protocols = Map.of(tooLong, "x");
        assertThat(odd.joinError()).isEqualTo(Errors.INVALID_REQUEST);
        TestMember longClient = groups.member("c".repeat(32_767));
        assertThat(longClient.joinError()).isEqualTo(Errors.NONE);
        assertThat(longClient.synced(Map.of(longClient.id, "A"))).isEqualTo("A");
    }

    @Test
    void aFullGroupTakesNobodyElse() {
        GroupFixture groups = new GroupFixture(
                GroupSettings.defaults().withInitialRebalanceDelayMs(0).withMaxGroupSize(2));
        List<TestMember> two = twoStable(groups);
        assertThat(groups.member("c").joinError()).isEqualTo(Errors.GROUP_MAX_SIZE_REACHED);
        assertThat(two).extracting(TestMember::heartbeat).containsOnly(Errors.NONE);
    }

    @Test
    void aMemberThatLeavesWhileOthersWaitLetsThemGoOn() {
        GroupFixture groups = GroupFixture.impatient();
        List<TestMember> two = twoStable(groups);
        CompletableFuture<JoinGroupResponseData> joinC = groups.member("c").join();
        CompletableFuture<JoinGroupResponseData> joinB = two.get(1).join();
        groups.sim.settle();
        assertThat(joinC).isNotDone();
        assertThat(two.get(0).leave()).isEqualTo(Errors.NONE);
        assertThat(answered(joinB).members()).hasSize(2);
        assertThat(answered(joinC).generationId()).isEqualTo(3);
    }

    @Test
    void aThousandMembersJoinAtOnce() {
        GroupFixture groups = patient();
        List<TestMember> members = new ArrayList<>();
        List<CompletableFuture<JoinGroupResponseData>> joins = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            TestMember member = groups.member("m" + i);
            members.add(member);
            joins.add(member.join());
        }
        groups.pass(2 * DELAY_MS);
        Map<String, String> assignments = new LinkedHashMap<>();
        joins.forEach(join ->
                assignments.put(answered(join).memberId(), "p-" + answered(join).memberId()));
        assertThat(assignments).hasSize(1_000);
        var syncs = members.reversed().stream()
                .map(m -> m.sync(m == members.getFirst() ? assignments : Map.of()))
                .toList();
        groups.sim.settle();
        assertThat(syncs).allSatisfy(sync -> assertThat(sync.join().errorCode()).isZero());
        assertThat(groups.state()).isEqualTo("Stable");
    }
}
