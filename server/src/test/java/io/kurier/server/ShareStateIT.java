package io.kurier.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.config.NetworkSettings;
import io.kurier.cluster.peer.Lane;
import io.kurier.cluster.peer.Peer;
import io.kurier.cluster.peer.Peers;
import io.kurier.kernel.FileDisk;
import io.kurier.testkit.Await;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ShareGroupDescription;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.ReadShareGroupStateRequestData;
import org.apache.kafka.common.message.ReadShareGroupStateResponseData;
import org.apache.kafka.common.message.ShareGroupHeartbeatRequestData;
import org.apache.kafka.common.message.ShareGroupHeartbeatResponseData;
import org.apache.kafka.common.message.WriteShareGroupStateRequestData;
import org.apache.kafka.common.message.WriteShareGroupStateResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Members of share groups and the state of what they read, request by request on a real node.
@Timeout(60)
class ShareStateIT {
    private static Kurier node;
    private static Admin admin;
    private static Machine machine;
    private static Peers peers;
    private static Peer peer;

    @BeforeAll
    static void start() {
        node = Kurier.builder()
                .set("share.coordinator.state.topic.num.partitions", "3")
                .set("offsets.topic.num.partitions", "1")
                .start();
        admin = Admin.create(Map.of("bootstrap.servers", node.bootstrapServers()));
        machine = new Machine(new FileDisk(), NetworkSettings.of(node.config().settings()));
        peers = new Peers(machine.world(), 99, Peers.Limits.defaults());
        peer = peers.at(Lane.COMMANDS, "127.0.0.1", node.addresses().getFirst().getPort());
        find((byte) 0, "any");
    }

    @AfterAll
    static void stop() {
        peers.close();
        machine.close();
        admin.close();
        node.close();
    }

    private static <A extends ApiMessage> A ask(ApiMessage request, int version, Class<A> answer) {
        return peer.ask(request, (short) version, 10_000, answer).join();
    }

    private static FindCoordinatorResponseData.Coordinator find(byte type, String key) {
        return ask(
                        new FindCoordinatorRequestData().setKeyType(type).setCoordinatorKeys(List.of(key)),
                        6,
                        FindCoordinatorResponseData.class)
                .coordinators()
                .getFirst();
    }

    private static Uuid topic(String name, int partitions) throws Exception {
        return admin.createTopics(Set.of(new NewTopic(name, partitions, (short) 1)))
                .topicId(name)
                .get();
    }

    private static ShareGroupHeartbeatResponseData beat(String group, String member, int epoch, String topic) {
        return ask(
                new ShareGroupHeartbeatRequestData()
                        .setGroupId(group)
                        .setMemberId(member)
                        .setMemberEpoch(epoch)
                        .setSubscribedTopicNames(epoch == 0 ? List.of(topic) : null),
                1,
                ShareGroupHeartbeatResponseData.class);
    }

    /// Joins, and reports as it is told until it has so many partitions to read; answers the last answer.
    private static ShareGroupHeartbeatResponseData join(String group, String member, String topic, int partitions) {
        AtomicReference<ShareGroupHeartbeatResponseData> last = new AtomicReference<>();
        Await.until(Duration.ofSeconds(20), "the loaded coordinator has taken it in", () -> {
            last.set(beat(group, member, 0, topic));
            return last.get().errorCode() == Errors.NONE.code();
        });
        Await.until(Duration.ofSeconds(20), "the states have begun", () -> {
            ShareGroupHeartbeatResponseData answer =
                    beat(group, member, last.get().memberEpoch(), topic);
            assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.NONE);
            last.set(answer);
            return answer.assignment() != null
                    && answer.assignment().topicPartitions().stream()
                                    .mapToInt(of -> of.partitions().size())
                                    .sum()
                            == partitions;
        });
        return last.get();
    }

    private static ReadShareGroupStateResponseData.PartitionResult read(
            String group, Uuid topicId, int partition, int leaderEpoch) {
        return ask(
                        new ReadShareGroupStateRequestData()
                                .setGroupId(group)
                                .setTopics(List.of(new ReadShareGroupStateRequestData.ReadStateData()
                                        .setTopicId(topicId)
                                        .setPartitions(List.of(new ReadShareGroupStateRequestData.PartitionData()
                                                .setPartition(partition)
                                                .setLeaderEpoch(leaderEpoch))))),
                        0,
                        ReadShareGroupStateResponseData.class)
                .results()
                .getFirst()
                .partitions()
                .getFirst();
    }

    private static Errors write(String group, Uuid topicId, int stateEpoch, int leaderEpoch) {
        var batch = new WriteShareGroupStateRequestData.StateBatch()
                .setFirstOffset(3)
                .setLastOffset(5)
                .setDeliveryState((byte) 2)
                .setDeliveryCount((short) 1);
        var partition = new WriteShareGroupStateRequestData.PartitionData()
                .setPartition(1)
                .setStateEpoch(stateEpoch)
                .setLeaderEpoch(leaderEpoch)
                .setStartOffset(2)
                .setStateBatches(List.of(batch));
        var request = new WriteShareGroupStateRequestData()
                .setGroupId(group)
                .setTopics(List.of(new WriteShareGroupStateRequestData.WriteStateData()
                        .setTopicId(topicId)
                        .setPartitions(List.of(partition))));
        return Errors.forCode(ask(request, 1, WriteShareGroupStateResponseData.class)
                .results()
                .getFirst()
                .partitions()
                .getFirst()
                .errorCode());
    }

    @Test
    void aMemberReadsWhatHasState() throws Exception {
        Uuid topicId = topic("jobs", 2);
        ShareGroupHeartbeatResponseData joined = join("workers", "m1", "jobs", 2);
        assertThat(joined.heartbeatIntervalMs()).isEqualTo(5_000);
        assertThat(joined.assignment().topicPartitions().getFirst().topicId()).isEqualTo(topicId);
        assertThat(joined.assignment().topicPartitions().getFirst().partitions())
                .containsExactly(0, 1);

        assertThat(find((byte) 2, "workers:" + topicId + ":1").nodeId()).isEqualTo(1);
        assertThat(find((byte) 2, "workers").errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());

        var begun = read("workers", topicId, 1, 4);
        assertThat(Errors.forCode(begun.errorCode())).isEqualTo(Errors.NONE);
        assertThat(begun.startOffset()).as("no leader has chosen yet").isEqualTo(-1);
        assertThat(write("workers", topicId, begun.stateEpoch(), 3)).isEqualTo(Errors.FENCED_LEADER_EPOCH);
        assertThat(write("workers", topicId, begun.stateEpoch() + 1, 4)).isEqualTo(Errors.FENCED_STATE_EPOCH);
        assertThat(write("workers", topicId, begun.stateEpoch(), 4)).isEqualTo(Errors.NONE);
        var written = read("workers", topicId, 1, 5);
        assertThat(written.startOffset()).isEqualTo(2);
        assertThat(written.stateBatches())
                .extracting(batch -> batch.firstOffset() + "-" + batch.lastOffset() + ":" + batch.deliveryState())
                .containsExactly("3-5:2");
        assertThat(Errors.forCode(read("others", topicId, 1, 5).errorCode())).isEqualTo(Errors.INVALID_REQUEST);
    }

    @Test
    void administratorsSeeTheGroup() throws Exception {
        topic("seen", 1);
        ShareGroupHeartbeatResponseData joined = join("watched", "m1", "seen", 1);
        ShareGroupDescription group = admin.describeShareGroups(List.of("watched"))
                .describedGroups()
                .get("watched")
                .get();
        assertThat(group.groupState()).isEqualTo(GroupState.STABLE);
        assertThat(group.members()).singleElement().satisfies(member -> {
            assertThat(member.consumerId()).isEqualTo("m1");
            assertThat(member.memberEpoch()).isEqualTo(joined.memberEpoch());
            assertThat(member.assignment().topicPartitions()).containsExactly(new TopicPartition("seen", 0));
        });
        assertThat(admin.listGroups().all().get())
                .filteredOn(listing -> listing.groupId().equals("watched"))
                .extracting(GroupListing::type)
                .containsExactly(Optional.of(GroupType.SHARE));

        assertThat(beat("watched", "m1", -1, "seen").errorCode()).isZero();
        assertThat(Errors.forCode(
                        beat("watched", "m1", joined.memberEpoch(), "seen").errorCode()))
                .isEqualTo(Errors.UNKNOWN_MEMBER_ID);
    }
}
