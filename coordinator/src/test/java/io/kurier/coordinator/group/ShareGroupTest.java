package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.Caller;
import io.kurier.coordinator.group.consumer.assignor.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData;
import org.apache.kafka.common.message.DescribeShareGroupOffsetsRequestData.DescribeShareGroupOffsetsRequestGroup;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.ShareGroupDescribeRequestData;
import org.apache.kafka.common.message.ShareGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.ShareGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Share groups, through the coordinator's front door.
class ShareGroupTest {
    private final GroupFixture groups = GroupFixture.impatient();

    /// A member of the share group `g`, by hand.
    private final class Member {
        final String id;
        int epoch;
        List<String> topics = List.of("t");
        final Set<String> reads = new TreeSet<>();
        ShareGroupHeartbeatResponseData last = new ShareGroupHeartbeatResponseData();

        Member(String id) {
            this.id = id;
        }

        Member join() {
            epoch = 0;
            assertThat(send(topics)).isEqualTo(Errors.NONE);
            assertThat(beat()).isEqualTo(Errors.NONE);
            return this;
        }

        Errors beat() {
            return send(null);
        }

        Errors leave() {
            epoch = -1;
            return send(null);
        }

        Errors send(List<String> wanted) {
            last = groups.now(groups.coordinator
                    .shares()
                    .heartbeat(
                            new Caller((short) 1, id, "/127.0.0.1"),
                            new ShareGroupHeartbeatRequestData()
                                    .setGroupId(GroupFixture.GROUP)
                                    .setMemberId(id)
                                    .setMemberEpoch(epoch)
                                    .setSubscribedTopicNames(wanted)));
            groups.sim.settle();
            if (last.errorCode() == Errors.NONE.code()) {
                epoch = last.memberEpoch();
                if (last.assignment() != null) {
                    reads.clear();
                    last.assignment()
                            .topicPartitions()
                            .forEach(topic -> topic.partitions()
                                    .forEach(partition -> reads.add(
                                            groups.nameOf(topic.topicId()).orElse("?") + partition)));
                }
            }
            return Errors.forCode(last.errorCode());
        }
    }

    private DescribedGroup describe() {
        return groups.now(groups.coordinator
                        .shares()
                        .describe(new ShareGroupDescribeRequestData().setGroupIds(List.of(GroupFixture.GROUP))))
                .groups()
                .getFirst();
    }

    private List<ListedGroup> list(String... types) {
        return groups.now(groups.coordinator.listGroups(
                        groups.caller(5), new ListGroupsRequestData().setTypesFilter(List.of(types))))
                .groups();
    }

    @Test
    void aMemberReadsWhenTheStatesHaveBegun() {
        groups.states.holds = true;
        Member a = new Member("a");
        assertThat(a.send(a.topics)).isEqualTo(Errors.NONE);
        assertThat(a.reads).isEmpty();
        assertThat(a.last.heartbeatIntervalMs()).as("it is to come again soon").isLessThan(1_000);
        assertThat(groups.states.asked).hasSize(1);
        assertThat(groups.states.asked.getFirst().topics().getFirst().partitions())
                .allSatisfy(partition -> {
                    assertThat(partition.stateEpoch()).isEqualTo(a.epoch);
                    assertThat(partition.startOffset()).isEqualTo(-1);
                })
                .hasSize(4);
        a.beat();
        assertThat(groups.states.asked).as("one request at a time").hasSize(1);
        groups.states.release();
        groups.sim.settle();
        a.beat();
        assertThat(a.reads).containsExactly("t0", "t1", "t2", "t3");
        assertThat(a.last.heartbeatIntervalMs()).isEqualTo(5_000);
        assertThat(a.epoch).isEqualTo(2);
        a.beat();
        assertThat(a.last.assignment()).as("nothing new").isNull();
    }

    @Test
    void whatCouldNotBeginIsAskedForAgain() {
        groups.states.failing.add(new Place(new Uuid(1, 1), 2));
        Member a = new Member("a").join();
        assertThat(a.reads).containsExactly("t0", "t1", "t3");
        groups.states.failing.clear();
        a.beat();
        assertThat(groups.states.asked).as("not at once").hasSize(1);
        groups.pass(1_000);
        a.beat();
        assertThat(groups.states.asked).hasSize(2);
        assertThat(groups.states.asked.getLast().topics().getFirst().partitions())
                .singleElement()
                .satisfies(partition -> assertThat(partition.partition()).isEqualTo(2));
        a.beat();
        assertThat(a.reads).containsExactly("t0", "t1", "t2", "t3");
    }

    @Test
    void membersShareEvenlyAndWithMoreMembersThanPartitionsSeveralReadOne() {
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            members.add(new Member("m" + i).join());
        }
        members.forEach(Member::beat);
        assertThat(members).allSatisfy(member -> assertThat(member.reads).hasSize(1));
        assertThat(members.stream().flatMap(member -> member.reads.stream()).distinct())
                .hasSize(4);
        members.subList(2, 6).forEach(Member::leave);
        members.subList(0, 2).forEach(Member::beat);
        assertThat(members.subList(0, 2))
                .allSatisfy(member -> assertThat(member.reads).hasSize(2));
    }

    @Test
    void aSilentMemberIsOut() {
        Member a = new Member("a").join();
        Member b = new Member("b").join();
        for (int second = 0; second < 46; second += 5) {
            groups.pass(5_000);
            a.beat();
        }
        assertThat(a.reads).hasSize(4);
        assertThat(b.beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        assertThat(b.join().reads).hasSize(2);
    }

    @Test
    void anEpochThatIsNotTheMembersIsFenced() {
        Member a = new Member("a").join();
        a.epoch = 7;
        assertThat(a.beat()).isEqualTo(Errors.FENCED_MEMBER_EPOCH);
        assertThat(a.join().reads).hasSize(4);
    }

    @Test
    void aLostAnswerIsGivenAgain() {
        Member a = new Member("a").join();
        int before = a.epoch;
        new Member("b").join();
        a.beat();
        assertThat(a.epoch).isGreaterThan(before);
        a.epoch = before;
        a.reads.clear();
        assertThat(a.beat()).isEqualTo(Errors.NONE);
        assertThat(a.reads).hasSize(2);
    }

    @Test
    void everythingSurvivesAChangeOfCoordinator() {
        Member a = new Member("a").join();
        Member b = new Member("b");
        b.topics = List.of("t", "u");
        b.join();
        a.beat();
        b.beat();
        DescribedGroup before = describe();
        groups.reload();
        assertThat(describe()).isEqualTo(before);
        assertThat(a.beat()).isEqualTo(Errors.NONE);
        assertThat(b.beat()).isEqualTo(Errors.NONE);
        assertThat(describe()).as("and nothing moves").isEqualTo(before);
        groups.pass(46_000);
        assertThat(describe().groupState()).as("sessions go on").isEqualTo("Empty");
    }

    @Test
    void aRequestForStatesThatWasLostWithItsCoordinatorIsMadeAgain() {
        groups.states.holds = true;
        Member a = new Member("a");
        a.send(a.topics);
        groups.reload();
        a.beat();
        assertThat(groups.states.asked).hasSize(2);
        groups.states.release();
        groups.sim.settle();
        a.beat();
        assertThat(a.reads).hasSize(4);
    }

    @Test
    void whatIsNeverAnsweredIsAskedForAgain() {
        groups.states.holds = true;
        Member a = new Member("a");
        a.send(a.topics);
        groups.pass(30_000);
        a.beat();
        assertThat(groups.states.asked).hasSize(1);
        groups.pass(30_000);
        a.beat();
        assertThat(groups.states.asked).hasSize(2);
    }

    @Test
    void newPartitionsAndTopicsAreReadAndDeletedOnesAreNot() {
        Member a = new Member("a");
        a.topics = List.of("t", "later");
        a.join();
        groups.setPartitions("t", 5);
        a.beat();
        a.beat();
        assertThat(a.reads).hasSize(5).contains("t4");
        groups.createTopic("later", new Uuid(1, 9));
        a.beat();
        a.beat();
        assertThat(a.reads).hasSize(9).contains("later0");
        groups.deleteTopic("t");
        a.beat();
        assertThat(a.reads).hasSize(4).contains("later0");
    }

    @Test
    void wishesMayChange() {
        Member a = new Member("a").join();
        assertThat(a.send(List.of("u"))).isEqualTo(Errors.NONE);
        a.beat();
        assertThat(a.reads).containsExactly("u0", "u1", "u2", "u3");
        assertThat(describe().members().getFirst().subscribedTopicNames()).containsExactly("u");
    }

    @Test
    void administratorsSeeIt() {
        new Member("a").join();
        assertThat(describe().groupState()).isEqualTo("Stable");
        assertThat(describe().assignorName()).isEqualTo("simple");
        assertThat(list("share")).singleElement().satisfies(group -> {
            assertThat(group.groupType()).isEqualTo("share");
            assertThat(group.protocolType()).isEqualTo("share");
            assertThat(group.groupState()).isEqualTo("Stable");
        });
        assertThat(list("consumer")).isEmpty();
        assertThat(groups.describe().errorMessage()).contains("not a classic group");
        assertThat(groups.delete(GroupFixture.GROUP)).isEqualTo(Errors.NON_EMPTY_GROUP);
    }

    @Test
    void anEmptyGroupIsKeptUntilItIsDeleted() {
        Member a = new Member("a").join();
        a.leave();
        groups.pass(8L * 24 * 3_600_000);
        assertThat(describe().groupState()).isEqualTo("Empty");
        assertThat(groups.delete(GroupFixture.GROUP)).isEqualTo(Errors.NONE);
        groups.reload();
        assertThat(describe().errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
        assertThat(list()).isEmpty();
    }

    @Test
    void itsStatesEndBeforeIt() {
        Member a = new Member("a").join();
        a.leave();
        groups.states.failing.add(new Place(new Uuid(1, 1), 2));
        assertThat(groups.delete(GroupFixture.GROUP)).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE);
        assertThat(groups.states.deleted).hasSize(4);
        groups.reload();
        groups.states.failing.clear();
        groups.states.deleted.clear();
        assertThat(groups.delete(GroupFixture.GROUP)).isEqualTo(Errors.NONE);
        assertThat(groups.states.deleted)
                .as("also those of which nobody knows whether they have ended")
                .hasSize(4);
        assertThat(groups.states.endingEpoch).isEqualTo(3);
        groups.reload();
        assertThat(new Member("b").join().epoch)
                .as("behind all epochs of the former, so that nothing late ends its states")
                .isEqualTo(5);
    }

    @Test
    void aGroupOvertakesTheEpochsThatAFormerOneLeft() {
        groups.states.leftEpoch = 9;
        Member a = new Member("a").join();
        for (int i = 0; i < 5; i++) {
            groups.pass(1_000);
            a.beat();
        }
        assertThat(a.reads).containsExactly("t0", "t1", "t2", "t3");
        assertThat(a.epoch).isGreaterThan(9);
    }

    @Test
    void itsLagIsWhatIsNotDone() {
        new Member("a").join();
        groups.ends.put(new Place(new Uuid(1, 1), 0), 30L);
        groups.ends.put(new Place(new Uuid(1, 1), 1), 8L);
        groups.states.failing.add(new Place(new Uuid(1, 1), 3));
        var request = new DescribeShareGroupOffsetsRequestData()
                .setGroups(List.of(new DescribeShareGroupOffsetsRequestGroup().setGroupId(GroupFixture.GROUP)));
        request.groups().getFirst().setTopics(null);
        var answer = groups.now(groups.coordinator.shares().offsets().describe(request));
        assertThat(answer.groups().getFirst().topics().getFirst().partitions())
                .as("from 7 on, where 2 are done; never less than nothing, and -1 where nobody can tell")
                .extracting(partition -> partition.lag())
                .containsExactly(21L, 0L, -1L, -1L);
    }

    @Test
    void whoeverComesWhileStatesEndIsToComeAgain() {
        Member a = new Member("a").join();
        a.leave();
        groups.states.holds = true;
        var deletion = groups.coordinator.deleteGroups(
                groups.caller(2), new DeleteGroupsRequestData().setGroupsNames(List.of(GroupFixture.GROUP)));
        groups.sim.settle();
        assertThat(new Member("b").send(List.of("t"))).isEqualTo(Errors.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(deletion).isNotCompleted();
        groups.states.release();
        assertThat(groups.now(deletion).results().find(GroupFixture.GROUP).errorCode())
                .isZero();
        new Member("b").join();
        assertThat(groups.states.asked.getLast().topics().getFirst().partitions())
                .as("all states begin anew")
                .hasSize(4);
    }

    @Test
    void deletedTopicsAreForgotten() {
        Member a = new Member("a").join();
        a.leave();
        groups.deleteTopic("t");
        groups.reload();
        assertThat(groups.delete(GroupFixture.GROUP)).isEqualTo(Errors.NONE);
        assertThat(groups.states.deleted).as("they go by themselves").isEmpty();
    }

    @Test
    void aGroupMayHaveSettingsOfItsOwn() {
        groups.groupConfigs.put("share.heartbeat.interval.ms", "7000");
        groups.groupConfigs.put("share.session.timeout.ms", "50000");
        Member a = new Member("a").join();
        assertThat(a.last.heartbeatIntervalMs()).isEqualTo(7_000);
        groups.pass(49_000);
        assertThat(a.beat()).isEqualTo(Errors.NONE);
        groups.pass(51_000);
        assertThat(a.beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void kindsDoNotMix() {
        new Member("a").join();
        assertThat(new ModernMember(groups, "b").join().last.errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
        assertThat(new ModernMember(groups, "b").commit(-1, new TopicPartition("t", 0)))
                .isEqualTo(Errors.GROUP_ID_NOT_FOUND);
        assertThat(groups.member("c").joinError()).isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL);
    }

    @Test
    void aConsumerGroupIsNoShareGroup() {
        new ModernMember(groups, "b").join();
        assertThat(new Member("a").send(List.of("t"))).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
        assertThat(describe().errorMessage()).contains("not a share group");
    }

    @Test
    void aGroupIsFullSomeTime() {
        for (int i = 0; i < 200; i++) {
            assertThat(new Member("m" + i).send(List.of("t"))).isEqualTo(Errors.NONE);
        }
        Member late = new Member("late");
        assertThat(late.send(List.of("t"))).isEqualTo(Errors.GROUP_MAX_SIZE_REACHED);
        assertThat(late.last.errorMessage()).contains("group.share.max.size");
    }

    @Test
    void requestsThatMakeNoSenseAreRefused() {
        assertThat(new Member("").send(List.of("t"))).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(new Member("a").send(null)).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(new Member("a").send(List.of())).isEqualTo(Errors.INVALID_REQUEST);
        Member a = new Member("a");
        a.epoch = -2;
        assertThat(a.beat()).isEqualTo(Errors.INVALID_REQUEST);
        a.epoch = 3;
        assertThat(a.beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        assertThat(a.leave()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        assertThat(list()).as("nothing is left of it").isEmpty();
    }

    @Test
    void aBurstOfJoinsIsOneAssignment() {
        groups.groupConfigs.put("share.assignment.interval.ms", "1000");
        Member a = new Member("a").join();
        assertThat(a.reads).as("it waits for nobody").hasSize(4);
        groups.pass(400);
        Member b = new Member("b").join();
        assertThat(b.reads).isEmpty();
        assertThat(b.last.heartbeatIntervalMs()).as("when it may get something").isEqualTo(600);
        assertThat(a.beat()).isEqualTo(Errors.NONE);
        assertThat(a.reads).hasSize(4);
        groups.pass(600);
        b.beat();
        assertThat(b.reads).isNotEmpty();
        assertThat(b.last.heartbeatIntervalMs()).isEqualTo(5_000);
    }
}
