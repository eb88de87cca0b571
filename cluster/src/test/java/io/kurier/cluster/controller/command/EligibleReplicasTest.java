package io.kurier.cluster.controller.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.controller.command.partitions.MinInSync;
import io.kurier.cluster.controller.command.partitions.PartitionStep;
import io.kurier.cluster.image.ClusterImage;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.message.UnregisterBrokerRequestData;
import org.apache.kafka.common.message.UnregisterBrokerResponseData;
import org.apache.kafka.common.metadata.BrokerRegistrationChangeRecord;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// Who may lead when brokers are lost and come back, in a cluster that keeps eligible leader replicas (KIP-966): topic
/// `t` has one partition on brokers 1, 2, 3, and `min.insync.replicas` 2.
class EligibleReplicasTest {
    private final Bench bench = Bench.withEligible(4);

    EligibleReplicasTest() {
        bench.assign(1, 2, 3);
        bench.set("min.insync.replicas", "2");
    }

    private void fence(int broker) {
        bench.beat(broker, true, false);
    }

    private void unfence(int broker) {
        bench.beat(broker, false, false);
    }

    private void holds(int leader, List<Integer> isr, List<Integer> elr) {
        assertThat(bench.partition().leader()).as("leader").isEqualTo(leader);
        assertThat(bench.partition().isr()).as("in sync").isEqualTo(isr);
        assertThat(bench.partition().elr()).as("eligible").isEqualTo(elr);
    }

    @Test
    void whoIsFencedBelowTheMinimumStaysEligible() {
        fence(1);
        holds(2, List.of(2, 3), List.of());
        fence(2);
        holds(3, List.of(3), List.of(2));
        fence(3);
        holds(-1, List.of(), List.of(2, 3));
        assertThat(bench.partition().lastKnownElr()).isEmpty();
    }

    @Test
    void anEligibleReplicaLeadsWhenItComesBackAndAnotherOneDoesNot() {
        fence(1);
        fence(2);
        fence(3);
        unfence(1);
        holds(-1, List.of(), List.of(2, 3));
        unfence(2);
        holds(2, List.of(2), List.of(3));
        assertThat(bench.partition().recovering()).isFalse();
    }

    @Test
    void anUncleanStopTakesAReplicaOutOfBoth() {
        fence(1);
        fence(2);
        bench.restart(2, false);
        holds(3, List.of(3), List.of());
    }

    @Test
    void aCleanStopLeavesItEligible() {
        fence(1);
        fence(2);
        bench.restart(2, true);
        holds(3, List.of(3), List.of(2));
    }

    @Test
    void aLeaderThatCameBackUncleanlyAndUnnoticedIsReplaced() {
        bench.restart(1, false);
        holds(2, List.of(2, 3), List.of());
        bench.restart(2, false);
        holds(3, List.of(3), List.of());
    }

    @Test
    void whenAllAreGoneTheLastOneIsKnownAndLeadsOnItsReturn() {
        fence(1);
        fence(2);
        bench.restart(2, false);
        fence(3);
        holds(-1, List.of(), List.of(3));
        bench.restart(3, false);
        holds(-1, List.of(), List.of());
        assertThat(bench.partition().lastKnownElr()).containsExactly(3);
        unfence(2);
        holds(-1, List.of(), List.of());
        unfence(3);
        holds(3, List.of(3), List.of());
        assertThat(bench.partition().lastKnownElr()).isEmpty();
        assertThat(bench.partition().recovering())
                .as("it may lack what was committed")
                .isTrue();
    }

    @Test
    void theLastOneDoesNotLeadFromAnEmptyDisk() {
        fence(1);
        fence(2);
        fence(3);
        bench.restart(2, false);
        var replaced = Bench.registration(3, new Uuid(7, 7));
        replaced.setLogDirs(List.of(new Uuid(55, 55)));
        bench.run(replaced, BrokerRegistrationResponseData.class);
        unfence(3);
        holds(-1, List.of(), List.of());
    }

    @Test
    void aDiskThatIsGoneIsNotInSyncEvenAfterACleanStop() {
        var replaced = Bench.registration(1, new Uuid(7, 7))
                .setPreviousBrokerEpoch(bench.epoch(1))
                .setLogDirs(List.of(new Uuid(55, 55)));
        fence(2);
        bench.run(replaced, BrokerRegistrationResponseData.class);
        holds(3, List.of(3), List.of());
    }

    @Test
    void aDiskThatFailsGivesItsPlacesAway() {
        BrokerHeartbeatRequestData beat = new BrokerHeartbeatRequestData()
                .setBrokerId(1)
                .setBrokerEpoch(bench.epoch(1))
                .setCurrentMetadataOffset(Long.MAX_VALUE)
                .setOfflineLogDirs(List.of(new Uuid(100, 1)));
        bench.run(beat, BrokerHeartbeatResponseData.class);
        holds(2, List.of(2, 3), List.of());
        assertThat(bench.run(beat, BrokerHeartbeatResponseData.class).isFenced())
                .as("it was its only one")
                .isTrue();
        bench.replay(List.of(new BrokerRegistrationChangeRecord()
                .setBrokerId(2)
                .setBrokerEpoch(bench.epoch(2))
                .setLogDirs(List.of(new Uuid(100, 2), new Uuid(200, 2)))));
        bench.run(
                new BrokerHeartbeatRequestData()
                        .setBrokerId(2)
                        .setBrokerEpoch(bench.epoch(2))
                        .setOfflineLogDirs(List.of(new Uuid(100, 2)))
                        .setCurrentMetadataOffset(Long.MAX_VALUE),
                BrokerHeartbeatResponseData.class);
        holds(3, List.of(3), List.of());
        assertThat(Objects.requireNonNull(bench.image.broker(2)).isActive()).isTrue();
    }

    @Test
    void enoughInSyncForgetTheEligible() {
        fence(1);
        fence(2);
        unfence(2);
        holds(3, List.of(3), List.of(2));
        bench.replay(new PartitionStep(bench.topic("t"), 0, bench.situation())
                .inSync(List.of(3, 2)).record().stream().toList());
        holds(3, List.of(3, 2), List.of());
    }

    @Test
    void anUnregisteredBrokerIsInSyncNowhere() {
        var request = new UnregisterBrokerRequestData().setBrokerId(1);
        assertThat(bench.run(request, UnregisterBrokerResponseData.class).errorCode())
                .as("it runs and holds a replica")
                .isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(bench.image.broker(1)).isNotNull();
        fence(1);
        assertThat(bench.run(request, UnregisterBrokerResponseData.class).errorCode())
                .isZero();
        holds(2, List.of(2, 3), List.of());
        assertThat(bench.image.broker(1)).isNull();
        assertThat(bench.run(new UnregisterBrokerRequestData().setBrokerId(1), UnregisterBrokerResponseData.class)
                        .errorCode())
                .isEqualTo(Errors.BROKER_ID_NOT_REGISTERED.code());
    }

    @Test
    void anUncleanElectionHappensAsSoonAsTheTopicAllowsIt() {
        fence(1);
        fence(2);
        fence(3);
        unfence(1);
        bench.set("unclean.leader.election.enable", "true");
        holds(1, List.of(1), List.of());
        assertThat(bench.partition().recovering()).isTrue();
    }

    @Test
    void theMinimumMayNotChangeWhileNobodyIsInSync() {
        fence(1);
        fence(2);
        fence(3);
        assertThat(bench.set("min.insync.replicas", "1")).isEqualTo(Errors.INVALID_CONFIG.code());
        holds(-1, List.of(), List.of(2, 3));
    }

    /// The metadata alone says how many must be in sync: the first controller writes what its file says.
    @Test
    void theMinimumHasOneSource() {
        ClusterImage image = bench.image;
        var records = MinInSync.firstRecords(image, new OneSetting("min.insync.replicas", "2"));
        assertThat(records)
                .containsExactly(new ConfigRecord()
                        .setResourceType(ConfigResource.Type.BROKER.id())
                        .setResourceName("")
                        .setName("min.insync.replicas")
                        .setValue("2"));
        bench.replay(records);
        assertThat(bench.image.minInSync("other")).hasValue(2);
        assertThat(MinInSync.firstRecords(bench.image, new OneSetting("min.insync.replicas", "3")))
                .isEmpty();
        bench.replay(List.of(new RegisterBrokerRecord().setBrokerId(9).setBrokerEpoch(900)));
        assertThat(bench.setOfBroker("9", "min.insync.replicas", "1")).isEqualTo(Errors.INVALID_CONFIG.code());
        assertThat(bench.setOfBroker("", "min.insync.replicas", "1")).isZero();
        assertThat(bench.setOfBroker("", "min.insync.replicas", null)).isEqualTo(Errors.INVALID_CONFIG.code());
    }
}
