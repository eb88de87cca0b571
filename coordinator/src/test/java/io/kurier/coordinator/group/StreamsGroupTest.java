package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.coordinator.group.streams.StreamsSettings;
import io.kurier.coordinator.group.streams.topology.InternalTopic;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.StreamsGroupDescribeResponseData.DescribedGroup;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.CopartitionGroup;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Endpoint;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Subtopology;
import org.apache.kafka.common.message.StreamsGroupHeartbeatRequestData.Topology;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Streams groups, through the coordinator's front door.
class StreamsGroupTest {
    private static final int STALE = 0;
    private static final int MISSING_SOURCES = 1;
    private static final int INCORRECT = 2;
    private static final int MISSING_INTERNAL = 3;
    private static final int SHUTDOWN = 4;
    private static final int DELAYED = 5;

    private final StreamsFixture app = StreamsFixture.impatient();

    private static SortedSet<String> set(String... tasks) {
        return new TreeSet<>(List.of(tasks));
    }

    private static void settle(StreamsThread... threads) {
        for (int round = 0; round < 6; round++) {
            for (StreamsThread thread : threads) {
                assertThat(thread.beat()).isEqualTo(Errors.NONE);
            }
        }
    }

    @Test
    void theFirstMemberRunsEverythingOnceTheInternalTopicsAreMade() {
        StreamsThread a = app.thread("p", "a").join();
        assertThat(a.told.active()).containsExactly("0_0", "0_1", "0_2", "0_3", "1_0", "1_1", "1_2", "1_3");
        assertThat(a.statuses()).isEmpty();
        assertThat(a.last.heartbeatIntervalMs()).isEqualTo(5_000);
        assertThat(app.made).extracting(InternalTopic::name).containsExactlyInAnyOrder("words", "counts");
        assertThat(app.made).extracting(InternalTopic::partitions).containsOnly(4);
        assertThat(app.made.stream()
                        .filter(topic -> topic.name().equals("counts"))
                        .findFirst()
                        .orElseThrow()
                        .configs())
                .isEqualTo(Map.of("cleanup.policy", "compact"));
        assertThat(app.describe().groupState()).isEqualTo("Stable");
    }

    @Test
    void aTaskGoesToTheNextOnlyWhenTheFirstHasGivenItUp() {
        StreamsThread a = app.thread("p", "a").join();
        a.beat();
        StreamsThread b = app.thread("q", "b").join();
        assertThat(b.told.active()).isEmpty();
        assertThat(app.describe().groupState()).isEqualTo("Reconciling");

        a.beat();
        int before = a.epoch;
        assertThat(a.told.active()).hasSize(4);
        b.beat();
        assertThat(b.told.active()).as("a may still run them").isEmpty();

        a.beat();
        assertThat(a.epoch).isGreaterThan(before);
        b.beat();
        assertThat(b.told.active()).hasSize(4).doesNotContainAnyElementsOf(a.told.active());
        b.beat();
        assertThat(app.describe().groupState()).isEqualTo("Stable");
    }

    @Test
    void whoLeavesLeavesItsTasksToTheOthers() {
        StreamsThread a = app.thread("p", "a").join();
        StreamsThread b = app.thread("q", "b").join();
        settle(a, b);
        SortedSet<String> ofA = new TreeSet<>(a.told.active());
        assertThat(b.leave(-1)).isEqualTo(Errors.NONE);
        settle(a);
        assertThat(a.told.active()).hasSize(8).containsAll(ofA);
        app.groups.pass(45_001);
        assertThat(app.describe().groupState()).isEqualTo("Empty");
        assertThat(a.beat()).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    @Test
    void whoDoesNotGiveUpInTimeIsOut() {
        StreamsThread a = app.thread("p", "a");
        a.rebalanceTimeoutMs = 10_000;
        a.join();
        a.beat();
        StreamsThread b = app.thread("q", "b").join();
        a.beat();
        for (int i = 0; i < 3; i++) {
            app.groups.pass(4_000);
            b.beat();
            a.heard(a.send(a.small())); // alive, and does not say that it has given up
        }
        assertThat(Errors.forCode(a.last.errorCode())).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        settle(b);
        assertThat(b.told.active()).hasSize(8);
    }

    @Test
    void aReplacedNodeGoesOnFromItsRecords() {
        StreamsThread a = app.thread("p", "a").join();
        StreamsThread b = app.thread("q", "b").join();
        settle(a, b);
        DescribedGroup before = app.describe();
        app.groups.reload();
        DescribedGroup after = app.describe();
        assertThat(after.members()).isEqualTo(before.members());
        assertThat(after.groupEpoch()).isEqualTo(before.groupEpoch());
        settle(a, b);
        assertThat(app.describe().groupEpoch()).as("nothing has changed").isEqualTo(before.groupEpoch());
        assertThat(app.describe()).usingRecursiveComparison().isEqualTo(before);
        b.leave(-1);
        settle(a);
        assertThat(a.told.active()).hasSize(8);
    }

    @Test
    void membersAreToldWhatIsMissing() {
        app.groups.deleteTopic("t");
        StreamsThread a = app.thread("p", "a").join();
        assertThat(a.told.active()).isEmpty();
        assertThat(a.statuses()).containsExactly(MISSING_SOURCES);
        assertThat(a.last.status().getFirst().statusDetail()).contains("t");
        assertThat(app.describe().groupState()).isEqualTo("NotReady");
        app.groups.createTopic("t", new Uuid(7, 7));
        a.beat();
        assertThat(a.told.active()).hasSize(8);
        assertThat(a.statuses()).isEmpty();
    }

    @Test
    void internalTopicsThatCannotBeMadeAreTriedAgain() {
        app.failures.put("counts", "the disk is full");
        StreamsThread a = app.thread("p", "a").join();
        assertThat(a.told.active()).isEmpty();
        assertThat(a.statuses()).containsExactly(MISSING_INTERNAL);
        assertThat(a.last.status().getFirst().statusDetail()).contains("counts (the disk is full)");
        app.failures.clear();
        a.beat();
        assertThat(a.told.active()).hasSize(8);
    }

    @Test
    void topicsThatAreJoinedMustHaveTheSamePartitions() {
        app.topology = new Topology()
                .setSubtopologies(List.of(new Subtopology()
                        .setSubtopologyId("0")
                        .setSourceTopics(List.of("t", "u"))
                        .setCopartitionGroups(
                                List.of(new CopartitionGroup().setSourceTopics(List.of((short) 0, (short) 1))))));
        app.groups.setPartitions("u", 3);
        StreamsThread a = app.thread("p", "a").join();
        assertThat(a.statuses()).containsExactly(INCORRECT);
        assertThat(a.last.status().getFirst().statusDetail())
                .contains("t has 4")
                .contains("u has 3");
    }

    @Test
    void firstMembersWaitForMore() {
        StreamsFixture patient = new StreamsFixture(StreamsSettings.defaults().withInitialRebalanceDelayMs(300));
        StreamsThread a = patient.thread("p", "a").join();
        StreamsThread b = patient.thread("q", "b").join();
        assertThat(a.statuses()).containsExactly(DELAYED);
        assertThat(a.last.heartbeatIntervalMs()).isEqualTo(300);
        assertThat(a.told.active()).isEmpty();
        patient.groups.pass(300);
        a.beat();
        b.beat();
        assertThat(a.told.active()).hasSize(4);
        assertThat(b.told.active()).hasSize(4);
        assertThat(b.last.heartbeatIntervalMs()).isEqualTo(5_000);
    }

    @Test
    void aCoordinatorThatIsReplacedWhileMembersWaitHandsOutTasks() {
        StreamsFixture patient = new StreamsFixture(StreamsSettings.defaults().withInitialRebalanceDelayMs(300));
        StreamsThread a = patient.thread("p", "a").join();
        patient.groups.reload();
        a.beat();
        assertThat(a.told.active()).hasSize(8);
    }

    @Test
    void standbyTasksAreInOtherProcesses() {
        StreamsFixture three = new StreamsFixture(
                StreamsSettings.defaults().withInitialRebalanceDelayMs(0).withStandbyReplicas(1));
        StreamsThread a = three.thread("p", "a").join();
        assertThat(a.told.standby()).isEmpty();
        StreamsThread b = three.thread("q", "b").join();
        settle(a, b);
        assertThat(a.told.standby()).isNotEmpty().allMatch(task -> task.startsWith("1_"));
        assertThat(a.told.standby()).doesNotContainAnyElementsOf(a.told.active());
        assertThat(a.told.standby().size() + b.told.standby().size()).isEqualTo(4);
    }

    @Test
    void aTaskChangesItsRoleWithoutBeingGivenUp() {
        StreamsFixture two = new StreamsFixture(
                StreamsSettings.defaults().withInitialRebalanceDelayMs(0).withStandbyReplicas(1));
        StreamsThread a = two.thread("p", "a").join();
        settle(a);
        StreamsThread b = two.thread("q", "b").join();
        a.beat();
        SortedSet<String> demoted = new TreeSet<>(a.told.standby());
        assertThat(demoted).as("active before, standby at once").hasSize(2);
        b.beat();
        assertThat(b.told.active()).as("still active at a").doesNotContainAnyElementsOf(demoted);
        settle(a, b);
        assertThat(b.told.active()).containsAll(demoted);
        assertThat(a.told.standby()).isEqualTo(demoted);
        b.leave(-1);
        assertThat(a.send(a.small()).errorCode()).as("its answer is lost").isZero();
        assertThat(a.heard(a.send(a.whole()))).isEqualTo(Errors.NONE);
        assertThat(a.told.active())
                .as("promoted in one step")
                .containsAll(demoted)
                .hasSize(8);
        assertThat(a.told.standby()).isEmpty();
    }

    @Test
    void aStaticMemberFindsItsTasksWhereTheyWere() {
        StreamsThread a = app.thread("p", "a");
        a.instanceId = "one";
        a.join();
        StreamsThread b = app.thread("q", "b").join();
        settle(a, b);
        SortedSet<String> had = new TreeSet<>(a.told.active());
        assertThat(a.leave(-2)).isEqualTo(Errors.NONE);
        settle(b);
        assertThat(b.told.active()).as("a is expected back").hasSize(4);
        StreamsThread back = app.thread("p2", "a2");
        back.instanceId = "one";
        back.join();
        settle(back, b);
        assertThat(back.told.active()).isEqualTo(had);
        assertThat(a.beat()).isEqualTo(Errors.FENCED_INSTANCE_ID);
    }

    @Test
    void aMemberCanStopTheWholeApplication() {
        StreamsThread a = app.thread("p", "a").join();
        StreamsThread b = app.thread("q", "b").join();
        settle(a, b);
        b.shutdown = true;
        b.beat();
        a.beat();
        assertThat(a.statuses()).containsExactly(SHUTDOWN);
        a.leave(-1);
        b.leave(-1);
        b.shutdown = false;
        b.join();
        assertThat(b.statuses()).as("a new life").isEmpty();
    }

    @Test
    void endpointsAreToldWhenTheyChange() {
        StreamsThread a = app.thread("p", "a");
        a.endpoint = new Endpoint().setHost("host").setPort(8_080);
        a.join();
        a.beat();
        assertThat(a.last.partitionsByUserEndpoint()).as("nothing has changed").isNull();
        StreamsThread b = app.thread("q", "b").join();
        assertThat(b.last.partitionsByUserEndpoint()).hasSize(1);
        assertThat(b.last.partitionsByUserEndpoint().getFirst().userEndpoint().host())
                .isEqualTo("host");
        assertThat(b.last.partitionsByUserEndpoint().getFirst().activePartitions())
                .extracting("topic")
                .containsExactly("t", "words");
    }

    @Test
    void topologiesAreNewerOlderOrNotTheSame() {
        StreamsThread a = app.thread("p", "a").join();
        a.beat();
        StreamsThread other = app.thread("q", "b");
        other.topology = new Topology()
                .setEpoch(0)
                .setSubtopologies(
                        List.of(new Subtopology().setSubtopologyId("0").setSourceTopics(List.of("u"))));
        other.join();
        assertThat(Errors.forCode(other.last.errorCode())).isEqualTo(Errors.STREAMS_INVALID_TOPOLOGY);
        assertThat(other.last.errorMessage()).contains("another application id");

        other.topology.setEpoch(1);
        other.join();
        settle(a, other);
        assertThat(a.statuses()).containsExactly(STALE);
        assertThat(a.told.active()).isEmpty();
        assertThat(other.told.active()).containsExactly("0_0", "0_1", "0_2", "0_3");
        assertThat(app.describe().topology().epoch()).isEqualTo(1);
    }

    @Test
    void offsetsAreCommittedByWhoRunsTheTask() {
        StreamsThread a = app.thread("p", "a").join();
        a.beat();
        int first = a.epoch;
        StreamsThread b = app.thread("q", "b").join();
        settle(a, b);
        TopicPartition kept = partition(a.told.active().first());
        TopicPartition given = partition(b.told.active().first());
        assertThat(a.commit(a.epoch, kept)).isEqualTo(Errors.NONE);
        assertThat(a.commit(first, kept)).as("had since then").isEqualTo(Errors.NONE);
        assertThat(a.commit(first, given)).isEqualTo(Errors.STALE_MEMBER_EPOCH);
        assertThat(a.commit(a.epoch + 1, kept)).isEqualTo(Errors.STALE_MEMBER_EPOCH);
        a.leave(-1);
        assertThat(a.commit(first, kept)).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }

    private static TopicPartition partition(String task) {
        return new TopicPartition(
                task.startsWith("0_") ? "t" : "words", Integer.parseInt(task.substring(task.indexOf('_') + 1)));
    }

    @Test
    void itIsListedAndDeletedAsWhatItIs() {
        StreamsThread a = app.thread("p", "a").join();
        var listed = app.groups
                .now(app.groups.coordinator.listGroups(
                        app.groups.caller(5), new ListGroupsRequestData().setTypesFilter(List.of("Streams"))))
                .groups();
        assertThat(listed).hasSize(1);
        assertThat(listed.getFirst().groupType()).isEqualTo("streams");
        assertThat(listed.getFirst().protocolType()).isEqualTo("streams");
        assertThat(app.groups.delete(GroupFixture.GROUP)).isEqualTo(Errors.NON_EMPTY_GROUP);
        ModernMember consumer = new ModernMember(app.groups, "c").join();
        assertThat(Errors.forCode(consumer.last.errorCode())).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
        a.leave(-1);
        assertThat(app.groups.delete(GroupFixture.GROUP)).isEqualTo(Errors.NONE);
        app.groups.reload();
        assertThat(Errors.forCode(app.describe().errorCode())).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
        assertThat(new ModernMember(app.groups, "c").join().last.errorCode()).isZero();
    }

    @Test
    void requestsThatMakeNoSenseAreRefusedInWords() {
        StreamsThread a = app.thread("p", "a");
        assertThat(error(a, a.whole())).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(a.last.errorMessage()).contains("topology");
        assertThat(error(a, a.whole().setTopology(new Topology()))).isEqualTo(Errors.STREAMS_INVALID_TOPOLOGY);
        assertThat(error(a, a.whole().setTopology(app.topology).setProcessId(null)))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(error(a, a.whole().setTopology(app.topology).setGroupId(""))).isEqualTo(Errors.INVALID_GROUP_ID);
        assertThat(error(a, a.small().setMemberEpoch(-2))).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(error(a, a.small().setMemberEpoch(3))).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        a.join();
        assertThat(error(a, a.small().setMemberEpoch(a.epoch + 1))).isEqualTo(Errors.FENCED_MEMBER_EPOCH);
    }

    private static Errors error(StreamsThread thread, StreamsGroupHeartbeatRequestData request) {
        thread.last = thread.send(request);
        return Errors.forCode(thread.last.errorCode());
    }

    @Test
    void aBurstOfJoinsIsOneAssignment() {
        app.groups.groupConfigs.put("streams.assignment.interval.ms", "1000");
        StreamsThread a = app.thread("p", "a").join();
        assertThat(a.told.active()).as("it waits for nobody").hasSize(8);
        app.groups.pass(400);
        StreamsThread b = app.thread("q", "b").join();
        assertThat(b.last.heartbeatIntervalMs()).as("when it may get something").isEqualTo(600);
        a.beat();
        assertThat(a.told.active()).hasSize(8);
        assertThat(app.describe().groupState()).isEqualTo("Assigning");
        app.groups.pass(600);
        settle(a, b);
        assertThat(a.told.active()).hasSize(4);
        assertThat(b.told.active()).hasSize(4);
    }
}
