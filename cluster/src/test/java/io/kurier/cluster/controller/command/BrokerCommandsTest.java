package io.kurier.cluster.controller.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.PartitionImage;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.message.AllocateProducerIdsRequestData;
import org.apache.kafka.common.message.AllocateProducerIdsResponseData;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.metadata.UnfenceBrokerRecord;
import org.apache.kafka.common.protocol.Errors;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/// Registration, heartbeats, producer ids, and what a new cluster begins with.
class BrokerCommandsTest {
    private static final Uuid PROCESS = new Uuid(1, 1);

    private static BrokerRegistrationResponseData register(
            Bench bench, org.apache.kafka.common.message.BrokerRegistrationRequestData request) {
        return bench.run(request, BrokerRegistrationResponseData.class);
    }

    private static BrokerHeartbeatResponseData beat(Bench bench, long epoch, long offset) {
        return bench.run(
                new BrokerHeartbeatRequestData()
                        .setBrokerId(1)
                        .setBrokerEpoch(epoch)
                        .setCurrentMetadataOffset(offset),
                BrokerHeartbeatResponseData.class);
    }

    private static BrokerImage broker(Bench bench) {
        return Objects.requireNonNull(bench.image.broker(1));
    }

    private static PartitionImage partition(Bench bench) {
        return Objects.requireNonNull(bench.image.partition("t", 0));
    }

    @Test
    void aBrokerRegistersFencedAndIsUnfencedOnceItHasCaughtUp() {
        Bench bench = new Bench(1);
        long offset = bench.image.position().offset() + 1;
        long epoch = register(bench, Bench.registration(1, PROCESS)).brokerEpoch();
        assertThat(epoch).isEqualTo(offset);
        assertThat(broker(bench).fenced()).isTrue();
        assertThat(broker(bench).endpoints()).containsOnlyKeys("PLAINTEXT");
        assertThat(beat(bench, epoch, epoch - 1).isFenced()).isTrue();
        assertThat(broker(bench).fenced()).isTrue();
        BrokerHeartbeatResponseData caughtUp = beat(bench, epoch, epoch);
        assertThat(caughtUp.isFenced()).isFalse();
        assertThat(caughtUp.isCaughtUp()).isTrue();
        assertThat(broker(bench).isActive()).isTrue();
        beat(bench, epoch, epoch);
        assertThat(bench.lastRecords).isEmpty();
    }

    @Test
    void theSameProcessKeepsItsEpochAndAnotherOneGetsANewOne() {
        Bench bench = new Bench(1);
        long epoch = register(bench, Bench.registration(1, PROCESS)).brokerEpoch();
        beat(bench, epoch, epoch);
        assertThat(register(bench, Bench.registration(1, PROCESS)).brokerEpoch())
                .isEqualTo(epoch);
        assertThat(broker(bench).fenced()).isFalse();
        long later = register(bench, Bench.registration(1, new Uuid(2, 2))).brokerEpoch();
        assertThat(later).isGreaterThan(epoch);
        assertThat(broker(bench).fenced()).isTrue();
        assertThat(beat(bench, epoch, epoch).errorCode()).isEqualTo(Errors.STALE_BROKER_EPOCH.code());
    }

    @Test
    void anUncleanRestartBeginsNewLeaderEpochsAndACleanOneDoesNot() {
        Bench bench = new Bench(1);
        long epoch = bench.join(1);
        bench.create("t", 1);
        int leaderEpoch = partition(bench).leaderEpoch();
        epoch = register(bench, Bench.registration(1, new Uuid(2, 2)).setPreviousBrokerEpoch(epoch))
                .brokerEpoch();
        beat(bench, epoch, epoch);
        assertThat(partition(bench).leaderEpoch()).isEqualTo(leaderEpoch);
        register(bench, Bench.registration(1, new Uuid(3, 3)));
        assertThat(partition(bench).leaderEpoch()).isEqualTo(leaderEpoch + 1);
        assertThat(partition(bench).leader()).isEqualTo(1);
    }

    @Test
    void anUnfencedBrokerLeadsWhatHasNoLeader() {
        Bench bench = new Bench(1);
        long epoch = bench.join(1);
        bench.create("t", 1);
        Uuid topic = bench.topic("t").id();
        PartitionChangeRecord gone =
                new PartitionChangeRecord().setTopicId(topic).setPartitionId(0).setLeader(-1);
        PartitionChangeRecord eligible = gone.duplicate().setIsr(List.of()).setEligibleLeaderReplicas(List.of(1));
        PartitionChangeRecord lastKnown = gone.duplicate().setIsr(List.of()).setLastKnownElr(List.of(1));
        for (PartitionChangeRecord change : List.of(gone, eligible, lastKnown)) {
            bench.replay(List.of(change));
            epoch = register(bench, Bench.registration(1, new Uuid(2, epoch))).brokerEpoch();
            beat(bench, epoch, epoch);
            assertThat(partition(bench).leader()).isEqualTo(1);
            assertThat(partition(bench).isr()).containsExactly(1);
            assertThat(partition(bench).elr()).isEmpty();
            assertThat(partition(bench).lastKnownElr()).isEmpty();
        }
    }

    @Test
    void wrongRegistrationsAreRefused() {
        Bench bench = new Bench(1);
        assertThat(register(bench, Bench.registration(1, PROCESS).setClusterId("other"))
                        .errorCode())
                .isEqualTo(Errors.INCONSISTENT_CLUSTER_ID.code());
        var deaf = Bench.registration(1, PROCESS);
        deaf.listeners().clear();
        assertThat(register(bench, deaf).errorCode()).isEqualTo(Errors.INVALID_REGISTRATION.code());
        bench.replay(List.of(new FeatureLevelRecord().setName("share.version").setFeatureLevel((short) 2)));
        assertThat(register(bench, Bench.registration(1, PROCESS)).errorCode())
                .isEqualTo(Errors.UNSUPPORTED_VERSION.code());
        assertThat(beat(bench, 0, 0).errorCode()).isEqualTo(Errors.BROKER_ID_NOT_REGISTERED.code());
    }

    @Test
    void blocksOfProducerIdsFollowOneAnother() {
        Bench bench = new Bench(1);
        long epoch = bench.join(1);
        AllocateProducerIdsRequestData request =
                new AllocateProducerIdsRequestData().setBrokerId(1).setBrokerEpoch(epoch);
        for (long expected = 0; expected < 3000; expected += 1000) {
            AllocateProducerIdsResponseData block = bench.run(request, AllocateProducerIdsResponseData.class);
            assertThat(block.producerIdStart()).isEqualTo(expected);
            assertThat(block.producerIdLen()).isEqualTo(1000);
        }
        assertThat(bench.run(request.duplicate().setBrokerEpoch(epoch + 1), AllocateProducerIdsResponseData.class)
                        .errorCode())
                .isEqualTo(Errors.STALE_BROKER_EPOCH.code());
        assertThat(bench.run(request.duplicate().setBrokerId(2), AllocateProducerIdsResponseData.class)
                        .errorCode())
                .isEqualTo(Errors.BROKER_ID_NOT_REGISTERED.code());
    }

    @Test
    void aNewClusterBeginsWithItsFeatureLevels() {
        var empty = io.kurier.cluster.image.ClusterImage.empty("c");
        var records = FirstRecords.of(
                empty, Map.of("group.version", (short) 1, "metadata.version", (short) 33, "off", (short) 0));
        assertThat(((FeatureLevelRecord) records.getFirst()).name()).isEqualTo("metadata.version");
        assertThat(records).hasSize(3);
        assertThat(FirstRecords.of(new Bench(1).image, Map.of())).isEmpty();
    }

    @Test
    void anythingElseIsNoCommand() {
        Bench bench = new Bench(1);
        Assertions.assertThatThrownBy(() -> bench.run(new ApiVersionsRequestData(), UnusedAnswer.class))
                .isInstanceOf(UnsupportedVersionException.class);
        bench.join(1);
        bench.replay(List.of(
                new UnfenceBrokerRecord().setId(1).setEpoch(broker(bench).epoch())));
        assertThat(broker(bench).fenced()).isFalse();
    }

    private static final class UnusedAnswer extends org.apache.kafka.common.message.ApiVersionsResponseData {}
}
