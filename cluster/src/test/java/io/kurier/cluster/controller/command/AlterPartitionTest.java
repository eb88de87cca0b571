package io.kurier.cluster.controller.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.image.PartitionImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterPartitionRequestData;
import org.apache.kafka.common.message.AlterPartitionRequestData.BrokerState;
import org.apache.kafka.common.message.AlterPartitionRequestData.TopicData;
import org.apache.kafka.common.message.AlterPartitionResponseData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfigCollection;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.metadata.BrokerRegistrationChangeRecord;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.metadata.RegisterBrokerRecord;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A leader, broker 1, says which of the replicas 1, 2, 3 are in sync.
class AlterPartitionTest {
    private final Bench bench = Bench.of(4);

    @BeforeEach
    void topic() {
        bench.replay(List.of(new FeatureLevelRecord()
                .setName("eligible.leader.replicas.version")
                .setFeatureLevel((short) 1)));
        CreatableTopic topic = Bench.topic("t", -1, -1);
        topic.assignments()
                .add(new CreatableReplicaAssignment().setPartitionIndex(0).setBrokerIds(List.of(1, 2, 3)));
        assertThat(bench.create(topic).errorCode()).isZero();
    }

    private PartitionImage partition() {
        return Objects.requireNonNull(bench.topic("t").partition(0));
    }

    private long epoch(int broker) {
        return Objects.requireNonNull(bench.image.broker(broker)).epoch();
    }

    private AlterPartitionRequestData.PartitionData asked(Integer... isr) {
        List<BrokerState> members = new ArrayList<>();
        for (int id : isr) {
            members.add(new BrokerState().setBrokerId(id).setBrokerEpoch(id <= 4 ? epoch(id) : -1));
        }
        return new AlterPartitionRequestData.PartitionData()
                .setPartitionIndex(0)
                .setLeaderEpoch(partition().leaderEpoch())
                .setPartitionEpoch(partition().partitionEpoch())
                .setNewIsrWithEpochs(members);
    }

    private Errors ask(AlterPartitionRequestData.PartitionData... partitions) {
        return ask(bench.topic("t").id(), partitions);
    }

    private Errors ask(Uuid topic, AlterPartitionRequestData.PartitionData... partitions) {
        AlterPartitionResponseData answer = run(1, epoch(1), topic, partitions);
        assertThat(answer.errorCode()).isZero();
        return Errors.forCode(answer.topics().getFirst().partitions().getLast().errorCode());
    }

    private AlterPartitionResponseData run(
            int broker, long epoch, Uuid topic, AlterPartitionRequestData.PartitionData... partitions) {
        return bench.run(
                new AlterPartitionRequestData()
                        .setBrokerId(broker)
                        .setBrokerEpoch(epoch)
                        .setTopics(List.of(new TopicData().setTopicId(topic).setPartitions(List.of(partitions)))),
                AlterPartitionResponseData.class);
    }

    private void fence(int broker) {
        bench.replay(List.of(new BrokerRegistrationChangeRecord()
                .setBrokerId(broker)
                .setBrokerEpoch(epoch(broker))
                .setFenced((byte) 1)));
    }

    private void minInSync(int least) {
        bench.replay(List.of(new ConfigRecord()
                .setResourceType((byte) 2)
                .setResourceName("t")
                .setName("min.insync.replicas")
                .setValue(String.valueOf(least))));
    }

    @Test
    void theIsrShrinksAndGrows() {
        int before = partition().partitionEpoch();
        assertThat(ask(asked(1, 2))).isEqualTo(Errors.NONE);
        assertThat(partition().isr()).containsExactly(1, 2);
        assertThat(partition().leader()).isEqualTo(1);
        assertThat(partition().partitionEpoch()).isEqualTo(before + 1);
        assertThat(ask(asked(1, 2, 3))).isEqualTo(Errors.NONE);
        assertThat(partition().isr()).containsExactly(1, 2, 3);
    }

    @Test
    void theAnswerTellsTheNewState() {
        AlterPartitionResponseData answer = run(1, epoch(1), bench.topic("t").id(), asked(1, 3));
        AlterPartitionResponseData.PartitionData told =
                answer.topics().getFirst().partitions().getFirst();
        assertThat(told.isr()).containsExactly(1, 3);
        assertThat(told.leaderId()).isEqualTo(1);
        assertThat(told.leaderEpoch()).isEqualTo(partition().leaderEpoch());
        assertThat(told.partitionEpoch()).isEqualTo(partition().partitionEpoch());
    }

    /// A leader that does not know what became of a request rules it out so.
    @Test
    void theSameIsrAgainIsAnotherPartitionEpoch() {
        AlterPartitionRequestData.PartitionData late = asked(1, 2);
        assertThat(ask(asked(1, 2, 3))).isEqualTo(Errors.NONE);
        assertThat(ask(late)).isEqualTo(Errors.INVALID_UPDATE_VERSION);
        assertThat(partition().isr()).containsExactly(1, 2, 3);
    }

    @Test
    void epochsOfThePastAndOfTheFutureAreRefused() {
        AlterPartitionRequestData.PartitionData late = asked(1, 2);
        bench.replay(List.of(new PartitionChangeRecord()
                .setTopicId(bench.topic("t").id())
                .setPartitionId(0)
                .setLeader(1)));
        assertThat(ask(late)).isEqualTo(Errors.FENCED_LEADER_EPOCH);
        assertThat(ask(asked(1, 2).setPartitionEpoch(99))).isEqualTo(Errors.NOT_CONTROLLER);
        assertThat(ask(asked(1, 2).setLeaderEpoch(99))).isEqualTo(Errors.NOT_CONTROLLER);
        assertThat(partition().isr()).containsExactly(1, 2, 3);
    }

    @Test
    void onlyTheLeaderIsHeardAndOnlyInItsPresentLife() {
        AlterPartitionResponseData other = run(2, epoch(2), bench.topic("t").id(), asked(1, 2));
        assertThat(other.topics().getFirst().partitions().getFirst().errorCode())
                .isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(run(1, epoch(1) - 1, bench.topic("t").id(), asked(1)).errorCode())
                .isEqualTo(Errors.STALE_BROKER_EPOCH.code());
        assertThat(run(77, 0, bench.topic("t").id(), asked(1)).errorCode())
                .isEqualTo(Errors.BROKER_ID_NOT_REGISTERED.code());
        assertThat(partition().isr()).containsExactly(1, 2, 3);
    }

    @Test
    void anIsrHoldsTheLeaderAndReplicasEachOnce() {
        assertThat(ask(asked(2, 3))).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(ask(asked(1, 4))).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(ask(asked(1, 2, 2))).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(ask(asked())).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(ask(asked(1, 2), asked(1))).as("the second of two").isEqualTo(Errors.INVALID_REQUEST);
    }

    @Test
    void whoIsFencedOrAnotherProcessMayNotJoin() {
        assertThat(ask(asked(1))).isEqualTo(Errors.NONE);
        AlterPartitionRequestData.PartitionData wanted = asked(1, 2);
        fence(2);
        assertThat(ask(wanted)).isEqualTo(Errors.INELIGIBLE_REPLICA);
        bench.replay(List.of(new RegisterBrokerRecord()
                .setBrokerId(2)
                .setBrokerEpoch(epoch(2) + 50)
                .setFenced(false)));
        assertThat(ask(wanted)).as("with the epoch of before").isEqualTo(Errors.INELIGIBLE_REPLICA);
        assertThat(ask(asked(1, 2))).isEqualTo(Errors.NONE);
    }

    @Test
    void thereMustBeSuchAPartition() {
        assertThat(ask(new Uuid(9, 9), asked(1))).isEqualTo(Errors.UNKNOWN_TOPIC_ID);
        assertThat(ask(asked(1).setPartitionIndex(5))).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void whoLeavesBelowTheMinimumStaysEligible() {
        minInSync(2);
        assertThat(ask(asked(1, 2))).isEqualTo(Errors.NONE);
        assertThat(partition().elr()).as("two are enough").isEmpty();
        assertThat(ask(asked(1))).isEqualTo(Errors.NONE);
        assertThat(partition().elr()).containsExactly(2);
        assertThat(ask(asked(1, 3))).isEqualTo(Errors.NONE);
        assertThat(partition().elr()).isEmpty();
    }

    /// With another minimum more may be committed than who is eligible has.
    @Test
    void nobodyIsEligibleAnyMoreWhenTheMinimumChanges() {
        minInSync(2);
        assertThat(ask(asked(1))).isEqualTo(Errors.NONE);
        assertThat(partition().elr()).containsExactly(2, 3);
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
        AlterableConfigCollection settings = new AlterableConfigCollection();
        settings.add(new AlterableConfig().setName("min.insync.replicas").setValue("1"));
        request.resources()
                .add(new AlterConfigsResource()
                        .setResourceType((byte) 2)
                        .setResourceName("t")
                        .setConfigs(settings));
        bench.run(request, IncrementalAlterConfigsResponseData.class);
        assertThat(partition().elr()).isEmpty();
    }

    @Test
    void aLeaderThatWasElectedUncleanlySaysWhenItHasRecovered() {
        bench.replay(List.of(new PartitionChangeRecord()
                .setTopicId(bench.topic("t").id())
                .setPartitionId(0)
                .setLeader(1)
                .setIsr(List.of(1))
                .setLeaderRecoveryState((byte) 1)));
        assertThat(ask(asked(1, 2).setLeaderRecoveryState((byte) 1))).isEqualTo(Errors.INVALID_REQUEST);
        assertThat(partition().recovering()).isTrue();
        assertThat(ask(asked(1))).isEqualTo(Errors.NONE);
        assertThat(partition().recovering()).isFalse();
        assertThat(ask(asked(1).setLeaderRecoveryState((byte) 1))).isEqualTo(Errors.INVALID_REQUEST);
    }
}
