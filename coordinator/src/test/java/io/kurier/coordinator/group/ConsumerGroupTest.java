package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.group.consumer.ConsumerSettings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerGroupDescribeRequestData;
import org.apache.kafka.common.message.ConsumerGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ConsumerGroupHeartbeatResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Consumer groups of the new protocol, through the coordinator's front door.
class ConsumerGroupTest {
    private final GroupFixture groups = GroupFixture.impatient();

    private ModernMember member(String id) {
        return new ModernMember(groups, id);
    }

    private static Set<TopicPartition> t(int... partitions) {
        return IntStream.of(partitions)
                .mapToObj(partition -> new TopicPartition("t", partition))
                .collect(Collectors.toSet());
    }

    private DescribedGroup describe() {
        return groups.now(groups.coordinator.describeConsumerGroups(
                        new ConsumerGroupDescribeRequestData().setGroupIds(List.of(GroupFixture.GROUP))))
                .groups()
                .getFirst();
    }

    @Test
    void theFirstMemberReadsEverythingAtOnce() {
        ModernMember a = member("a").join();
        assertThat(a.told).isEqualTo(t(0, 1, 2, 3));
        assertThat(a.epoch).isEqualTo(1);
        assertThat(a.last.heartbeatIntervalMs()).isEqualTo(5_000);
        assertThat(describe().groupState()).isEqualTo("Stable");
    }

    @Test
    void aPartitionGoesToTheNextOnlyWhenTheFirstHasGivenItUp() {
        ModernMember a = member("a").join();
        a.beat();
        ModernMember b = member("b").join();
        assertThat(b.told).isEmpty();
        assertThat(b.epoch).isEqualTo(2);
        assertThat(describe().groupState()).isEqualTo("Reconciling");

        assertThat(a.beat()).isEqualTo(Errors.NONE);
        assertThat(a.told).isEqualTo(t(0, 1));
        assertThat(a.epoch).as("until it has given up").isEqualTo(1);
        b.beat();
        assertThat(b.told).as("a may still read them").isEmpty();

        a.beat();
        assertThat(a.epoch).isEqualTo(2);
        b.beat();
        assertThat(b.told).isEqualTo(t(2, 3));
        assertThat(describe().groupState()).isEqualTo("Stable");
    }

    @Test
    void whoKeepsItsPartitionsIsNotDisturbed() {
        ModernMember a = member("a").join();
        a.beat();
        ModernMember b = member("b").join();
        settle(a, b);
        Set<TopicPartition> ofA = Set.copyOf(a.told);
        ModernMember c = member("c").join();
        settle(a, b, c);
        assertThat(ofA).containsAll(a.told);
        assertThat(a.told.size() + b.told.size() + c.told.size()).isEqualTo(4);
        Set<TopicPartition> keptByB = Set.copyOf(b.told);
        c.leave(-1);
        settle(a, b);
        assertThat(b.told).containsAll(keptByB);
        assertThat(a.told.size()).isEqualTo(2);
    }

    private static void settle(ModernMember... members) {
        for (int round = 0; round < 4; round++) {
            for (ModernMember member : members) {
                assertThat(member.beat()).isEqualTo(Errors.NONE);
            }
        }
    }

    @Test
    void aSilentMemberIsOutAndItsPartitionsAreOthers() {
        ModernMember a = member("a").join();
        a.beat();
        ModernMember b = member("b").join();
        settle(a, b);
        for (int second = 0; second < 46; second += 5) {
            groups.pass(5_000);
            a.beat();
        }
        assertThat(a.told).isEqualTo(t(0, 1, 2, 3));
        assertThat(b.beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void whoDoesNotGiveUpInTimeIsOut() {
        ModernMember a = member("a");
        a.rebalanceTimeoutMs = 20_000;
        a.join().beat();
        ModernMember b = member("b").join();
        for (int second = 0; second < 25; second += 5) {
            a.send(a.small()); // alive, and silent about what it reads
            b.beat();
            groups.pass(5_000);
        }
        b.beat();
        assertThat(b.told).isEqualTo(t(0, 1, 2, 3));
        assertThat(a.beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aLostAnswerIsMadeGood() {
        ModernMember a = member("a").join();
        a.beat();
        ModernMember b = member("b").join();
        a.beat();
        a.send(a.small().setTopicPartitions(b.whole().topicPartitions())); // says "nothing": the answer is lost
        assertThat(a.beatWhole()).as("it is in the epoch before").isEqualTo(Errors.NONE);
        assertThat(a.epoch).isEqualTo(2);
    }

    @Test
    void anOldEpochIsFenced() {
        ModernMember a = member("a").join();
        a.beat();
        ModernMember b = member("b").join();
        settle(a, b);
        ModernMember c = member("c").join();
        settle(a, b, c);
        a.epoch = 1;
        assertThat(a.beat()).isEqualTo(Errors.FENCED_MEMBER_EPOCH);
        assertThat(a.last.errorMessage()).contains("join again");
        a.epoch = 99;
        assertThat(a.beat()).isEqualTo(Errors.FENCED_MEMBER_EPOCH);
        ModernMember stranger = member("stranger");
        stranger.epoch = 2;
        assertThat(stranger.beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aJoinThatWasOnItsWayForLongTakesNothingAway() {
        ModernMember a = member("a");
        ConsumerGroupHeartbeatRequestData late = a.whole();
        a.join().beat();
        ModernMember b = member("b").join();
        a.beat();
        a.send(late);
        b.beat();
        assertThat(b.told).as("a may still read").isEmpty();
    }

    @Test
    void everythingSurvivesAReload() {
        ModernMember a = member("a").join();
        a.beat();
        ModernMember b = member("b").join();
        a.beat();
        DescribedGroup before = describe();
        groups.reload();
        assertThat(describe()).isEqualTo(before);
        settle(a, b);
        assertThat(b.told).isEqualTo(t(2, 3));
        a.leave(-1);
        b.leave(-1);
        assertThat(describe().groupState()).isEqualTo("Empty");
        assertThat(groups.delete(GroupFixture.GROUP)).isEqualTo(Errors.NONE);
        groups.reload();
        assertThat(describe().errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
    }

    @Test
    void newPartitionsAndTopicsAreHandedOut() {
        ModernMember a = member("a");
        a.topics = List.of("t", "later");
        a.join().beat();
        groups.setPartitions("t", 6);
        a.beat();
        assertThat(a.told).isEqualTo(t(0, 1, 2, 3, 4, 5));
        groups.createTopic("later", new Uuid(9, 9));
        a.beat();
        assertThat(a.told).hasSize(10);
        groups.deleteTopic("later");
        a.beat();
        assertThat(a.told).isEqualTo(t(0, 1, 2, 3, 4, 5));
    }

    @Test
    void aPatternIsFollowed() {
        ModernMember a = member("a");
        a.topics = List.of();
        a.pattern = "t|logs-.*";
        a.join().beat();
        assertThat(a.told).isEqualTo(t(0, 1, 2, 3));
        groups.createTopic("logs-1", new Uuid(9, 9));
        a.beat();
        assertThat(a.told).as("patterns are looked at every ten seconds").isEqualTo(t(0, 1, 2, 3));
        groups.pass(10_000);
        a.beat();
        assertThat(a.told).contains(new TopicPartition("logs-1", 3));
        a.pattern = "(t";
        assertThat(a.beatWhole()).isEqualTo(Errors.INVALID_REGULAR_EXPRESSION);
        assertThat(a.last.errorMessage()).contains("(t");
    }

    @Test
    void aStaticMemberComesBackToWhatItHad() {
        ModernMember a = member("a");
        a.instanceId = "i";
        a.join().beat();
        ModernMember b = member("b").join();
        settle(a, b);
        Set<TopicPartition> had = Set.copyOf(a.told);
        ModernMember thief = member("thief");
        thief.instanceId = "i";
        assertThat(thief.heard(thief.send(thief.whole()))).isEqualTo(Errors.UNRELEASED_INSTANCE_ID);

        assertThat(a.leave(-2)).isEqualTo(Errors.NONE);
        settle(b);
        int epochOfB = b.epoch;
        ModernMember again = member("again");
        again.instanceId = "i";
        again.join();
        assertThat(again.told).isEqualTo(had);
        settle(again, b);
        assertThat(b.epoch).as("nobody else notices").isEqualTo(epochOfB);
        assertThat(a.beat()).isEqualTo(Errors.FENCED_INSTANCE_ID);
    }

    @Test
    void commitsOfAnEpochBeforeAreTakenForWhatItHadAllTheTime() {
        ModernMember a = member("a").join();
        a.beat();
        ModernMember b = member("b").join();
        assertThat(a.commit(1, new TopicPartition("t", 0))).isEqualTo(Errors.NONE);
        settle(a, b);
        assertThat(a.epoch).isEqualTo(2);
        assertThat(a.commit(1, new TopicPartition("t", 0))).isEqualTo(Errors.NONE);
        assertThat(a.commit(1, new TopicPartition("t", 3))).isEqualTo(Errors.STALE_MEMBER_EPOCH);
        assertThat(b.commit(1, new TopicPartition("t", 3))).isEqualTo(Errors.STALE_MEMBER_EPOCH);
        assertThat(member("stranger").commit(2, new TopicPartition("t", 3))).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aGroupIsOfOneKindWhileItHasMembers() {
        TestMember classic = groups.member("classic");
        assertThat(classic.joinError()).isEqualTo(Errors.NONE);
        assertThat(classic.synced(Map.of(classic.id, "x"))).isEqualTo("x");
        ModernMember a = member("a");
        assertThat(a.heard(a.send(a.whole()))).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
        classic.leave();
        a.join();
        assertThat(a.told).isNotEmpty();
        assertThat(classic.joinError()).isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL);
        groups.reload();
        assertThat(groups.now(groups.coordinator.listGroups(groups.caller(5), new ListGroupsRequestData()))
                        .groups())
                .singleElement()
                .satisfies(listed -> {
                    assertThat(listed.groupType()).isEqualTo("consumer");
                    assertThat(listed.groupState()).isEqualTo("Stable");
                });
        a.leave(-1);
        TestMember late = groups.member("late");
        assertThat(late.joinError()).isEqualTo(Errors.NONE);
        assertThat(late.synced(Map.of(late.id, "x"))).isEqualTo("x");
        groups.reload();
        assertThat(groups.state()).isEqualTo("Stable");
    }

    @Test
    void nonsenseIsRefusedWithWords() {
        ModernMember a = member("a");
        assertRefused(a, a.whole().setGroupId(""), Errors.INVALID_GROUP_ID);
        assertRefused(a, a.whole().setMemberId(""), Errors.INVALID_REQUEST);
        assertRefused(a, a.whole().setMemberEpoch(-3), Errors.INVALID_REQUEST);
        assertRefused(a, a.whole().setMemberEpoch(-2), Errors.INVALID_REQUEST);
        assertRefused(a, a.whole().setInstanceId(""), Errors.INVALID_REQUEST);
        assertRefused(a, a.whole().setRebalanceTimeoutMs(-1), Errors.INVALID_REQUEST);
        assertRefused(a, a.whole().setSubscribedTopicNames(null), Errors.INVALID_REQUEST);
        assertRefused(a, a.whole().setTopicPartitions(null), Errors.INVALID_REQUEST);
        assertRefused(a, a.whole().setServerAssignor("best"), Errors.UNSUPPORTED_ASSIGNOR);
        assertRefused(a, a.whole().setSubscribedTopicRegex("["), Errors.INVALID_REGULAR_EXPRESSION);
        assertRefused(a, a.whole().setSubscribedTopicRegex("a".repeat(10_001)), Errors.INVALID_REGULAR_EXPRESSION);
        assertThat(describe().errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
    }

    private static void assertRefused(ModernMember member, ConsumerGroupHeartbeatRequestData request, Errors expected) {
        ConsumerGroupHeartbeatResponseData answer = member.send(request);
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(expected);
        assertThat(answer.errorMessage()).isNotBlank();
    }

    @Test
    void aGroupTakesNoMoreThanItsSettingAllows() {
        GroupFixture small = new GroupFixture(GroupSettings.defaults()
                .withConsumers(new ConsumerSettings(
                        45_000, 5_000, 0, 1, List.of("uniform", "range"), ConsumerSettings.Migration.BIDIRECTIONAL)));
        ModernMember a = new ModernMember(small, "a").join();
        ModernMember b = new ModernMember(small, "b");
        assertThat(b.heard(b.send(b.whole()))).isEqualTo(Errors.GROUP_MAX_SIZE_REACHED);
        assertThat(a.beat()).isEqualTo(Errors.NONE);
    }

    @Test
    void theAssignorThatMostAskForHolds() {
        groups.createTopic("v", new Uuid(9, 9));
        groups.setPartitions("t", 3);
        groups.setPartitions("v", 3);
        ModernMember a = member("a");
        ModernMember b = member("b");
        for (ModernMember member : List.of(a, b)) {
            member.topics = List.of("t", "v");
            member.assignor = "range";
            member.join();
        }
        settle(a, b);
        assertThat(describe().assignorName()).isEqualTo("range");
        assertThat(a.told).hasSize(4);
    }

    @Test
    void aBurstOfJoinsIsOneAssignment() {
        groups.groupConfigs.put("consumer.assignment.interval.ms", "1000");
        ModernMember a = member("a").join();
        assertThat(a.told).as("it waits for nobody").hasSize(4);
        groups.pass(200);
        ModernMember b = member("b").join();
        assertThat(b.epoch).as("of the target that there is").isEqualTo(1);
        assertThat(b.last.heartbeatIntervalMs()).as("when it may get something").isEqualTo(800);
        groups.pass(300);
        ModernMember c = member("c").join();
        a.beat();
        assertThat(a.told).hasSize(4);
        assertThat(a.last.heartbeatIntervalMs()).as("it has something to read").isEqualTo(5_000);
        assertThat(describe().groupState()).isEqualTo("Assigning");
        groups.pass(499);
        b.beat();
        assertThat(b.epoch).isEqualTo(1);
        groups.pass(1);
        c.beat();
        assertThat(c.epoch).as("one target for both").isEqualTo(3);
        assertThat(c.last.heartbeatIntervalMs()).isEqualTo(5_000);
        settle(a, b, c);
        assertThat(a.told.size() + b.told.size() + c.told.size()).isEqualTo(4);
        assertThat(describe().groupState()).isEqualTo("Stable");
        groups.pass(200);
        c.leave(-1);
        settle(a, b);
        assertThat(a.told.size() + b.told.size())
                .as("what nobody reads waits as well")
                .isEqualTo(3);
        groups.pass(800);
        settle(a, b);
        assertThat(a.told.size() + b.told.size()).isEqualTo(4);
    }

    @Test
    void whoIsAloneWaitsForNoAssignment() {
        groups.groupConfigs.put("consumer.assignment.interval.ms", "1000");
        member("a").join().leave(-1);
        assertThat(member("b").join().told).hasSize(4);
    }

    @Test
    void aNewCoordinatorMakesTheAssignmentThatWaited() {
        groups.groupConfigs.put("consumer.assignment.interval.ms", "1000");
        ModernMember a = member("a").join();
        ModernMember b = member("b").join();
        groups.reload();
        settle(a, b);
        assertThat(a.told).hasSize(2);
        assertThat(b.told).hasSize(2);
    }

    /// A Java client that is slow reports what it had while it takes what it was told since.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatAMemberWasToldAndHasNotTakenIsNotGivenToAnother(boolean byANewCoordinator) {
        ModernMember a = member("a").join();
        a.beat();
        ModernMember b = member("b").join();
        settle(a);
        b.beat();
        assertThat(b.told).hasSize(2);
        if (byANewCoordinator) {
            groups.reload();
        }
        ModernMember c = member("c").join();
        if (byANewCoordinator) {
            assertThat(b.heard(b.send(b.small()))).as("asked once").isEqualTo(Errors.COORDINATOR_LOAD_IN_PROGRESS);
        }
        b.heard(b.send(b.small().setTopicPartitions(List.of())));
        assertThat(b.told).as("it is told the same again").hasSize(2);
        ModernMember d = member("d").join();
        settle(a);
        c.beat();
        d.beat();
        assertThat(a.told).doesNotContainAnyElementsOf(b.told);
        assertThat(c.told).doesNotContainAnyElementsOf(b.told);
        assertThat(d.told).doesNotContainAnyElementsOf(b.told);
        settle(a, b, c, d);
        assertThat(List.of(a.told.size(), b.told.size(), c.told.size(), d.told.size()))
                .containsOnly(1);
    }

    @Test
    void whoDoesNotSayItToANewCoordinatorHasTakenWhatItWasTold() {
        ModernMember a = member("a").join();
        a.beat();
        groups.reload();
        ModernMember b = member("b").join();
        assertThat(a.heard(a.send(a.small()))).isEqualTo(Errors.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(a.heard(a.send(a.small()))).isEqualTo(Errors.NONE);
        settle(a, b);
        assertThat(List.of(a.told.size(), b.told.size())).containsOnly(2);
    }

    @Test
    void whoDoesNotTakeWhatOthersAreToReadIsOut() {
        ModernMember a = member("a").join();
        a.beat();
        ModernMember b = member("b");
        b.rebalanceTimeoutMs = 20_000;
        b.join();
        settle(a);
        b.beat();
        ModernMember c = member("c").join();
        ModernMember d = member("d").join();
        for (int second = 0; second < 25; second += 5) {
            settle(a, c, d);
            b.send(b.small());
            groups.pass(5_000);
        }
        settle(a, c, d);
        assertThat(a.told.size() + c.told.size() + d.told.size()).isEqualTo(4);
        assertThat(b.beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }
}
