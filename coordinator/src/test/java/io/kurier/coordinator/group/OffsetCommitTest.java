package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponsePartition;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class OffsetCommitTest {
    private final GroupFixture groups = GroupFixture.impatient();
    private final TestMember member = groups.member("a");
    private final TestMember simple = groups.member("simple");

    private void stable() {
        member.joined();
        member.synced(Map.of(member.id, "A"));
    }

    @Test
    void aSimpleConsumerCommitsWithoutAGroup() {
        assertThat(simple.fetch("t", 0)).isEqualTo(-1);
        assertThat(simple.commit("t", 0, 42)).isEqualTo(Errors.NONE);
        assertThat(simple.fetch("t", 0)).isEqualTo(42);
        assertThat(simple.fetch("t", 1)).isEqualTo(-1);
        assertThat(groups.state()).isEqualTo("Empty");
        groups.reload();
        assertThat(simple.fetch("t", 0)).isEqualTo(42);
    }

    @Test
    void membersProveThatTheyAreInTheGeneration() {
        member.joined();
        assertThat(member.commit("t", 0, 1)).as("before its assignment").isEqualTo(Errors.REBALANCE_IN_PROGRESS);
        member.synced(Map.of(member.id, "A"));
        assertThat(member.commit("t", 0, 1)).isEqualTo(Errors.NONE);
        assertThat(simple.commit("t", 0, 2)).as("no member").isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        member.generation = 7;
        assertThat(member.commit("t", 0, 2)).isEqualTo(Errors.ILLEGAL_GENERATION);
        member.id = "nobody";
        assertThat(member.commit("t", 0, 2)).isEqualTo(Errors.UNKNOWN_MEMBER_ID);
        assertThat(simple.fetch("t", 0)).isEqualTo(1);
    }

    @Test
    void commitsAreAcceptedWhileTheGroupRebalances() {
        stable();
        groups.member("b").startJoin();
        groups.sim.settle();
        assertThat(groups.state()).isEqualTo("PreparingRebalance");
        assertThat(member.commit("t", 0, 5)).isEqualTo(Errors.NONE);
    }

    @Test
    void aCommitCountsAsASignOfLife() {
        stable();
        for (int i = 0; i < 5; i++) {
            groups.pass(9_000);
            assertThat(member.commit("t", 0, i)).isEqualTo(Errors.NONE);
        }
    }

    @Test
    void aGenerationOfNoGroupIsRefused() {
        OffsetCommitRequestData request =
                member.in("nowhere").commitRequest("t", 0, 1).setGenerationIdOrMemberEpoch(3);
        assertThat(TestMember.errorOf(groups.now(groups.coordinator.commitOffsets(groups.caller(8), request))))
                .isEqualTo(Errors.ILLEGAL_GENERATION);
        assertThat(TestMember.errorOf(groups.now(groups.coordinator.commitOffsets(groups.caller(9), request))))
                .isEqualTo(Errors.GROUP_ID_NOT_FOUND);
    }

    @Test
    void eachPartitionIsJudgedByItself() {
        OffsetCommitRequestData request = simple.commitRequest("t", 0, 10);
        request = request.duplicate()
                .setTopics(List.of(
                        topic("t", partition(0, 10, "x".repeat(4_096)), partition(1, 11, "x".repeat(4_097))),
                        topic("unknown", partition(0, 12, ""))));
        OffsetCommitResponseData answer = groups.now(groups.coordinator.commitOffsets(groups.caller(9), request));
        assertThat(answer.topics())
                .flatMap(topic -> topic.partitions())
                .extracting(OffsetCommitResponsePartition::errorCode)
                .containsExactly(
                        Errors.NONE.code(),
                        Errors.OFFSET_METADATA_TOO_LARGE.code(),
                        Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(simple.fetch("t", 0)).isEqualTo(10);
        assertThat(simple.fetch("t", 1)).isEqualTo(-1);
    }

    private static OffsetCommitRequestTopic topic(String name, OffsetCommitRequestPartition... partitions) {
        return new OffsetCommitRequestTopic().setName(name).setPartitions(List.of(partitions));
    }

    private static OffsetCommitRequestPartition partition(int index, long offset, String metadata) {
        return new OffsetCommitRequestPartition()
                .setPartitionIndex(index)
                .setCommittedOffset(offset)
                .setCommittedMetadata(metadata);
    }

    @Test
    void versionTenNamesTopicsByTheirIds() {
        OffsetCommitRequestData request = simple.commitRequest("t", 0, 10)
                .setTopics(List.of(
                        topic("", partition(0, 10, "")).setTopicId(new Uuid(1, 1)),
                        topic("", partition(0, 10, "")).setTopicId(new Uuid(9, 9))));
        OffsetCommitResponseData answer = groups.now(groups.coordinator.commitOffsets(groups.caller(10), request));
        assertThat(answer.topics().get(0).topicId()).isEqualTo(new Uuid(1, 1));
        assertThat(answer.topics())
                .flatMap(topic -> topic.partitions())
                .extracting(OffsetCommitResponsePartition::errorCode)
                .containsExactly(Errors.NONE.code(), Errors.UNKNOWN_TOPIC_ID.code());

        OffsetFetchResponseData fetched = fetch(
                10,
                new OffsetFetchRequestTopics().setTopicId(new Uuid(1, 1)).setPartitionIndexes(List.of(0)),
                new OffsetFetchRequestTopics().setTopicId(new Uuid(9, 9)).setPartitionIndexes(List.of(0)));
        List<OffsetFetchResponseTopics> topics = fetched.groups().getFirst().topics();
        assertThat(topics.get(0).partitions().getFirst().committedOffset()).isEqualTo(10);
        assertThat(topics.get(1).partitions().getFirst().errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_ID.code());
    }

    private OffsetFetchResponseData fetch(int version, OffsetFetchRequestTopics... topics) {
        return groups.now(groups.coordinator.fetchOffsets(
                groups.caller(version),
                new OffsetFetchRequestData()
                        .setGroups(List.of(new OffsetFetchRequestGroup()
                                .setGroupId(GroupFixture.GROUP)
                                .setTopics(topics.length == 0 ? null : List.of(topics))))));
    }

    @Test
    void allOffsetsOfAGroupCanBeFetched() {
        simple.commit("t", 0, 1);
        simple.commit("t", 3, 2);
        simple.commit("u", 0, 3);
        assertThat(fetch(9).groups().getFirst().topics())
                .extracting(topic -> topic.name()
                        + topic.partitions().stream()
                                .map(p -> p.partitionIndex() + "@" + p.committedOffset() + "/"
                                        + p.committedLeaderEpoch() + p.metadata())
                                .toList())
                .containsExactly("t[0@1/3note, 3@2/3note]", "u[0@3/3note]");
        assertThat(fetch(10).groups().getFirst().topics())
                .extracting(OffsetFetchResponseTopics::topicId)
                .containsExactly(new Uuid(1, 1), new Uuid(1, 2));
    }

    @Test
    void severalGroupsAreAnsweredAtOnceAndOldVersionsForOne() {
        simple.commit("t", 0, 1);
        groups.member("x").in("other").commit("t", 0, 2);
        OffsetFetchRequestTopics asked =
                new OffsetFetchRequestTopics().setName("t").setPartitionIndexes(List.of(0));
        OffsetFetchResponseData both = groups.now(groups.coordinator.fetchOffsets(
                groups.caller(8),
                new OffsetFetchRequestData()
                        .setGroups(List.of(
                                new OffsetFetchRequestGroup()
                                        .setGroupId("other")
                                        .setTopics(List.of(asked)),
                                new OffsetFetchRequestGroup().setGroupId("g").setTopics(List.of(asked))))));
        assertThat(both.groups())
                .extracting(group ->
                        group.topics().getFirst().partitions().getFirst().committedOffset())
                .containsExactly(2L, 1L);

        for (int version : List.of(1, 2, 7)) {
            OffsetFetchResponseData one = groups.now(groups.coordinator.fetchOffsets(
                    groups.caller(version),
                    new OffsetFetchRequestData()
                            .setGroupId("g")
                            .setTopics(List.of(
                                    new OffsetFetchRequestTopic().setName("t").setPartitionIndexes(List.of(0, 1))))));
            assertThat(one.topics().getFirst().partitions())
                    .extracting(p -> p.committedOffset())
                    .containsExactly(1L, -1L);
        }
    }

    @Test
    void notInChargeIsNeverNoOffset() {
        simple.commit("t", 0, 1);
        groups.coordinator.resign(0, 1);
        for (int version : List.of(1, 7)) {
            OffsetFetchResponseData answer = groups.now(groups.coordinator.fetchOffsets(
                    groups.caller(version),
                    new OffsetFetchRequestData()
                            .setGroupId("g")
                            .setTopics(List.of(
                                    new OffsetFetchRequestTopic().setName("t").setPartitionIndexes(List.of(0))))));
            short error = version == 1
                    ? answer.topics().getFirst().partitions().getFirst().errorCode()
                    : answer.errorCode();
            assertThat(Errors.forCode(error)).isEqualTo(Errors.NOT_COORDINATOR);
        }
        groups.log.failReplays(1);
        groups.coordinator.becomeLeader(0, 2);
        assertThat(fetch(9).groups().getFirst().errorCode()).isEqualTo(Errors.COORDINATOR_LOAD_IN_PROGRESS.code());
        groups.pass(100);
        assertThat(simple.fetch("t", 0)).isEqualTo(1);
    }

    @Test
    void aRecreatedTopicHasNoOffsets() {
        simple.commit("t", 0, 77);
        groups.createTopic("t", new Uuid(5, 5));
        assertThat(simple.fetch("t", 0)).isEqualTo(-1);
        assertThat(simple.commit("t", 0, 3)).isEqualTo(Errors.NONE);
        assertThat(simple.fetch("t", 0)).isEqualTo(3);
    }

    @Test
    void aDeletedTopicsOffsetsAreTakenBack() {
        simple.commit("t", 0, 77);
        simple.commit("u", 0, 78);
        groups.deleteTopic("t");
        groups.reload();
        assertThat(simple.fetch("t", 0)).isEqualTo(-1);
        assertThat(simple.fetch("u", 0)).isEqualTo(78);
    }

    @Test
    void aCommitTooLargeForOneWriteIsRefusedWhole() {
        GroupFixture small = new GroupFixture(GroupSettings.defaults().withLimits(1_000, 4_096, 100));
        TestMember any = small.member("a");
        OffsetCommitRequestData request =
                any.commitRequest("t", 0, 1).setTopics(List.of(topic("t", partition(0, 10, "x".repeat(1_000)))));
        assertThat(TestMember.errorOf(small.now(small.coordinator.commitOffsets(small.caller(9), request))))
                .isEqualTo(Errors.INVALID_COMMIT_OFFSET_SIZE);
        assertThat(any.fetch("t", 0)).isEqualTo(-1);
        assertThat(small.log.records(0)).isEmpty();
    }

    @Test
    void aReplacedGenerationMayNotCommit() {
        stable();
        TestMember other = groups.member("b");
        CompletableFuture<JoinGroupResponseData> joining = other.join();
        int oldGeneration = member.generation;
        member.joined();
        groups.now(joining);
        member.synced(Map.of(member.id, "A"));
        member.generation = oldGeneration;
        assertThat(member.commit("t", 0, 9)).isEqualTo(Errors.ILLEGAL_GENERATION);
    }
}
