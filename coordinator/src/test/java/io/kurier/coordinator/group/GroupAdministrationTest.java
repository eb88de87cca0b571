package io.kurier.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroupMember;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.junit.jupiter.api.Test;

/// List, describe, delete, and what is forgotten by itself.
class GroupAdministrationTest {
    private static final long WEEK_MS = Duration.ofDays(7).toMillis();
    private static final long CHECK_MS = 600_000;

    private final GroupFixture groups = GroupFixture.impatient();
    private final TestMember member = groups.member("a");
    private final TestMember simple = groups.member("simple").in("simple");

    private void stable() {
        member.joined();
        member.synced(Map.of(member.id, "A"));
    }

    private List<String> list(List<String> states, List<String> types) {
        ListGroupsResponseData answer = groups.now(groups.coordinator.listGroups(
                groups.caller(5),
                new ListGroupsRequestData().setStatesFilter(states).setTypesFilter(types)));
        assertThat(answer.errorCode()).isZero();
        return answer.groups().stream()
                .map(group -> group.groupId() + ":" + group.groupState() + ":" + group.protocolType() + ":"
                        + group.groupType())
                .sorted()
                .toList();
    }

    @Test
    void groupsAreListedByStateAndType() {
        stable();
        simple.commit("t", 0, 1);
        String g = "g:Stable:consumer:classic";
        String s = "simple:Empty::classic";
        assertThat(list(List.of(), List.of())).containsExactly(g, s);
        assertThat(list(List.of("stable"), List.of())).containsExactly(g);
        assertThat(list(List.of("Empty", "Dead"), List.of("Classic"))).containsExactly(s);
        assertThat(list(List.of(), List.of("consumer"))).isEmpty();
    }

    @Test
    void aListOfALoadingNodeIsAnError() {
        groups.log.failReplays(1);
        groups.coordinator.becomeLeader(0, 2);
        assertThat(groups.now(groups.coordinator.listGroups(groups.caller(5), new ListGroupsRequestData()))
                        .errorCode())
                .isEqualTo(Errors.COORDINATOR_LOAD_IN_PROGRESS.code());
    }

    @Test
    void aStableGroupIsDescribedWithItsMembers() {
        stable();
        DescribedGroup group = groups.describe();
        assertThat(group.groupState()).isEqualTo("Stable");
        assertThat(group.protocolType()).isEqualTo("consumer");
        assertThat(group.protocolData()).isEqualTo("range");
        DescribedGroupMember only = group.members().getFirst();
        assertThat(only.memberId()).isEqualTo(member.id);
        assertThat(only.clientId()).isEqualTo("a");
        assertThat(only.clientHost()).isEqualTo("/10.0.0.1");
        assertThat(new String(only.memberAssignment(), StandardCharsets.UTF_8)).isEqualTo("A");
        assertThat(new String(only.memberMetadata(), StandardCharsets.UTF_8)).isEqualTo("r1");
    }

    @Test
    void aGroupThatIsNotThereIsDead() {
        assertThat(groups.describe().groupState()).isEqualTo("Dead");
        assertThat(groups.describe().errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
        DescribeGroupsRequestData request = new DescribeGroupsRequestData().setGroups(List.of("x"));
        DescribedGroup old = groups.now(groups.coordinator.describeGroups(groups.caller(5), request))
                .groups()
                .getFirst();
        assertThat(old.errorCode()).isZero();
        assertThat(old.groupState()).isEqualTo("Dead");
    }

    @Test
    void onlyGroupsWithoutMembersAreDeleted() {
        stable();
        member.commit("t", 0, 1);
        assertThat(groups.delete("g")).isEqualTo(Errors.NON_EMPTY_GROUP);
        assertThat(groups.delete("x")).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
        member.leave();
        assertThat(groups.delete("g")).isEqualTo(Errors.NONE);
        assertThat(groups.delete("g")).isEqualTo(Errors.GROUP_ID_NOT_FOUND);
        groups.reload();
        assertThat(groups.state()).isEqualTo("Dead");
        assertThat(member.fetch("t", 0)).isEqualTo(-1);
    }

    private OffsetDeleteResponseData deleteOffsets(String... topics) {
        OffsetDeleteRequestTopicCollection asked = new OffsetDeleteRequestTopicCollection();
        for (String topic : topics) {
            asked.add(new OffsetDeleteRequestTopic()
                    .setName(topic)
                    .setPartitions(List.of(new OffsetDeleteRequestPartition().setPartitionIndex(0))));
        }
        return groups.now(groups.coordinator.deleteOffsets(
                groups.caller(0), new OffsetDeleteRequestData().setGroupId("g").setTopics(asked)));
    }

    private static Errors errorOf(OffsetDeleteResponseData answer, String topic) {
        return Errors.forCode(answer.topics().find(topic).partitions().find(0).errorCode());
    }

    @Test
    void offsetsOfSubscribedTopicsAreKept() {
        ByteBuffer subscription = MessageUtil.toVersionPrefixedByteBuffer(
                (short) 3, new ConsumerProtocolSubscription().setTopics(List.of("t")));
        member.protocols =
                Map.of("range", StandardCharsets.ISO_8859_1.decode(subscription).toString());
        stable();
        member.commit("t", 0, 1);
        member.commit("u", 0, 2);
        OffsetDeleteResponseData answer = deleteOffsets("t", "u", "unknown");
        assertThat(errorOf(answer, "t")).isEqualTo(Errors.GROUP_SUBSCRIBED_TO_TOPIC);
        assertThat(errorOf(answer, "u")).isEqualTo(Errors.NONE);
        assertThat(errorOf(answer, "unknown")).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(member.fetch("t", 0)).isEqualTo(1);
        assertThat(member.fetch("u", 0)).isEqualTo(-1);
    }

    @Test
    void offsetsOfAGroupThatCannotBeReadAreKept() {
        stable();
        member.commit("t", 0, 1);
        assertThat(errorOf(deleteOffsets("t"), "t")).isEqualTo(Errors.GROUP_SUBSCRIBED_TO_TOPIC);
        member.leave();
        assertThat(errorOf(deleteOffsets("t"), "t")).isEqualTo(Errors.NONE);
    }

    @Test
    void offsetsOfOtherKindsOfMembersAreKept() {
        member.protocolType = "connect";
        stable();
        assertThat(Errors.forCode(deleteOffsets("t").errorCode())).isEqualTo(Errors.NON_EMPTY_GROUP);
        assertThat(Errors.forCode(groups.now(groups.coordinator.deleteOffsets(
                                groups.caller(0), new OffsetDeleteRequestData().setGroupId("x")))
                        .errorCode()))
                .isEqualTo(Errors.GROUP_ID_NOT_FOUND);
    }

    @Test
    void simpleGroupsAreForgottenAWeekAfterTheirCommit() {
        simple.commit("t", 0, 1);
        groups.pass(WEEK_MS - 2 * CHECK_MS);
        simple.commit("t", 1, 2);
        groups.pass(3 * CHECK_MS);
        assertThat(simple.fetch("t", 0)).isEqualTo(-1);
        assertThat(simple.fetch("t", 1)).isEqualTo(2);
        groups.pass(WEEK_MS);
        assertThat(list(List.of(), List.of())).isEmpty();
        groups.reload();
        assertThat(list(List.of(), List.of())).isEmpty();
    }

    @Test
    void aGroupKeepsItsOffsetsWhileItLivesAndAWeekLonger() {
        member.sessionTimeoutMs = 1_800_000;
        stable();
        member.commit("t", 0, 1);
        for (long passed = 0; passed < 2 * WEEK_MS; passed += 1_000_000) {
            assertThat(member.heartbeat()).isEqualTo(Errors.NONE);
            groups.pass(1_000_000);
        }
        member.leave();
        groups.pass(WEEK_MS - CHECK_MS);
        assertThat(member.fetch("t", 0)).isEqualTo(1);
        groups.reload();
        groups.pass(2 * CHECK_MS);
        assertThat(member.fetch("t", 0)).isEqualTo(-1);
        assertThat(groups.state()).isEqualTo("Dead");
    }

    @Test
    void aClockThatJumpsForgetsNothingOfALivingGroup() {
        stable();
        member.commit("t", 0, 1);
        groups.sim.clock().jumpWallMs(10 * WEEK_MS);
        for (int i = 0; i < 100; i++) {
            groups.pass(9_000);
            assertThat(member.heartbeat()).isEqualTo(Errors.NONE);
        }
        assertThat(member.fetch("t", 0)).isEqualTo(1);
    }

    @Test
    void offsetsOfARecreatedTopicAreCleanedUp() {
        simple.commit("t", 0, 1);
        groups.createTopic("t", new Uuid(3, 3));
        groups.pass(CHECK_MS);
        assertThat(list(List.of(), List.of())).isEmpty();
    }
}
