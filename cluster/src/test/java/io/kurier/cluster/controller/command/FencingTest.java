package io.kurier.cluster.controller.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.image.PartitionImage;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.junit.jupiter.api.Test;

/// Who leads, and who is in sync, when brokers are lost and come back.
class FencingTest {
    private final Bench bench = Bench.of(3);

    FencingTest() {
        bench.create(new CreatableTopic().setName("t").setNumPartitions(3).setReplicationFactor((short) 3));
    }

    private PartitionImage partition(int number) {
        return Objects.requireNonNull(bench.topic("t").partition(number));
    }

    private PartitionImage ledBy(int broker) {
        for (int i = 0; i < 3; i++) {
            if (partition(i).replicas().getFirst() == broker) {
                return partition(i);
            }
        }
        throw new AssertionError("no partition prefers broker " + broker);
    }

    private void fence(int id) {
        beat(id, true);
    }

    private BrokerHeartbeatResponseData beat(int id, boolean wantFence) {
        return bench.run(
                new BrokerHeartbeatRequestData()
                        .setBrokerId(id)
                        .setBrokerEpoch(
                                Objects.requireNonNull(bench.image.broker(id)).epoch())
                        .setCurrentMetadataOffset(Long.MAX_VALUE)
                        .setWantFence(wantFence),
                BrokerHeartbeatResponseData.class);
    }

    /// The answer to the heartbeat that made a difference may be lost: a broker that starts asks again.
    @Test
    void everyHeartbeatIsToldWhetherTheBrokerIsFenced() {
        assertThat(beat(2, false).isFenced()).isFalse();
        assertThat(beat(2, true).isFenced()).isTrue();
        assertThat(beat(2, true).isFenced()).isTrue();
        assertThat(beat(2, false).isFenced()).isFalse();
        assertThat(beat(2, false).isFenced()).isFalse();
    }

    @Test
    void theNextReplicaInSyncLeadsAndTheLostOneLeavesEveryIsr() {
        PartitionImage before = ledBy(2);
        assertThat(before.leader()).isEqualTo(2);
        fence(2);
        PartitionImage after = ledBy(2);
        assertThat(after.leader()).isEqualTo(before.replicas().get(1));
        assertThat(after.leaderEpoch()).isEqualTo(before.leaderEpoch() + 1);
        for (int i = 0; i < 3; i++) {
            assertThat(partition(i).isr()).hasSize(2).doesNotContain(2);
            assertThat(partition(i).replicas()).hasSize(3).contains(2);
        }
    }

    @Test
    void aFollowersLossKeepsTheLeaderAndItsEpoch() {
        PartitionImage before = ledBy(1);
        fence(3);
        PartitionImage after = ledBy(1);
        assertThat(after.leader()).isEqualTo(1);
        assertThat(after.leaderEpoch()).isEqualTo(before.leaderEpoch());
        assertThat(after.isr()).containsExactlyInAnyOrder(1, 2);
    }

    @Test
    void theLastInSyncStaysInTheIsrAndAloneMayLeadWhenItComesBack() {
        fence(1);
        fence(2);
        fence(3);
        for (int i = 0; i < 3; i++) {
            assertThat(partition(i).isr()).containsExactly(3);
            assertThat(partition(i).hasLeader()).isFalse();
        }
        assertThat(beat(1, false).isFenced()).isFalse();
        assertThat(ledBy(1).hasLeader())
                .as("broker 1 may lack committed records")
                .isFalse();
        beat(3, false);
        assertThat(ledBy(1).leader()).isEqualTo(3);
        assertThat(ledBy(1).isr()).containsExactly(3);
    }

    @Test
    void fencingTwiceChangesNothing() {
        fence(2);
        fence(2);
        assertThat(bench.lastRecords).isEmpty();
        assertThat(Objects.requireNonNull(bench.image.broker(2)).fenced()).isTrue();
    }

    @Test
    void aBrokerThatDiedAndCameBackUnnoticedLeavesWhatOthersHave() {
        PartitionImage before = ledBy(2);
        bench.run(Bench.registration(2, new Uuid(9, 9)), BrokerRegistrationResponseData.class);
        PartitionImage after = ledBy(2);
        assertThat(after.leader()).isEqualTo(before.replicas().get(1));
        assertThat(after.isr())
                .isEqualTo(List.of(before.replicas().get(1), before.replicas().get(2)));
    }

    @Test
    void nobodyLeadsWhatIsOnTheLostBrokerAlone() {
        bench.create(new CreatableTopic().setName("single").setNumPartitions(3).setReplicationFactor((short) 1));
        fence(2);
        PartitionImage alone = bench.topic("single").partitions().stream()
                .filter(partition -> partition.replicas().contains(2))
                .findFirst()
                .orElseThrow();
        assertThat(alone.hasLeader()).isFalse();
        assertThat(alone.isr()).containsExactly(2);
    }
}
