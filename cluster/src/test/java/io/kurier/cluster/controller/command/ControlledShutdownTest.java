package io.kurier.cluster.controller.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.message.AlterPartitionRequestData;
import org.apache.kafka.common.message.AlterPartitionRequestData.BrokerState;
import org.apache.kafka.common.message.AlterPartitionRequestData.TopicData;
import org.apache.kafka.common.message.AlterPartitionResponseData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.junit.jupiter.api.Test;

/// A broker that wants to stop hands over first: topic `t` has one partition on brokers 1, 2, 3.
class ControlledShutdownTest {
    private final Bench bench = Bench.withEligible(3);

    ControlledShutdownTest() {
        bench.assign(1, 2, 3);
    }

    private BrokerHeartbeatResponseData wantsToStop(int broker) {
        return bench.beat(broker, false, true);
    }

    private void isr(Integer... members) {
        bench.replay(List.of(new PartitionChangeRecord()
                .setTopicId(bench.topic("t").id())
                .setPartitionId(0)
                .setIsr(List.of(members))));
    }

    @Test
    void leadersAndPlacesInTheIsrGoToOthersAndThenItMayStop() {
        assertThat(wantsToStop(1).shouldShutDown())
                .as("others must hear of it first")
                .isFalse();
        assertThat(bench.partition().leader()).isEqualTo(2);
        assertThat(bench.partition().isr()).containsExactly(2, 3);
        assertThat(Objects.requireNonNull(bench.image.broker(1)).inControlledShutdown())
                .isTrue();
        assertThat(wantsToStop(1).shouldShutDown()).isTrue();
        assertThat(bench.lastRecords).isEmpty();
    }

    @Test
    void whatNobodyElseHasItLeadsToTheEndAndHandsOverWhenSomebodyHas() {
        isr(1);
        wantsToStop(1);
        assertThat(bench.partition().leader()).isEqualTo(1);
        AlterPartitionRequestData request =
                new AlterPartitionRequestData().setBrokerId(1).setBrokerEpoch(bench.epoch(1));
        AlterPartitionRequestData.PartitionData joined = new AlterPartitionRequestData.PartitionData()
                .setPartitionIndex(0)
                .setLeaderEpoch(bench.partition().leaderEpoch())
                .setPartitionEpoch(bench.partition().partitionEpoch())
                .setNewIsrWithEpochs(List.of(
                        new BrokerState().setBrokerId(1).setBrokerEpoch(bench.epoch(1)),
                        new BrokerState().setBrokerId(3).setBrokerEpoch(bench.epoch(3))));
        request.setTopics(
                List.of(new TopicData().setTopicId(bench.topic("t").id()).setPartitions(List.of(joined))));
        bench.run(request, AlterPartitionResponseData.class);
        assertThat(bench.partition().isr()).containsExactly(1, 3);
        assertThat(wantsToStop(1).shouldShutDown()).isFalse();
        assertThat(bench.partition().leader()).isEqualTo(3);
        assertThat(wantsToStop(1).shouldShutDown()).isTrue();
    }

    @Test
    void itMayStopThoughNobodyCanTakeOver() {
        isr(1);
        wantsToStop(1);
        assertThat(wantsToStop(1).shouldShutDown()).isTrue();
        assertThat(bench.partition().leader()).isEqualTo(1);
        bench.beat(1, true, false);
        assertThat(bench.partition().leader()).isEqualTo(-1);
        assertThat(bench.partition().elr()).containsExactly(1);
    }

    @Test
    void theOnlyBrokerMayStopAtOnceAndLeavesNoTrace() {
        bench.beat(2, true, false);
        bench.beat(3, true, false);
        assertThat(wantsToStop(1).shouldShutDown()).isTrue();
        assertThat(bench.lastRecords).isEmpty();
    }

    @Test
    void theNextProcessIsNotStopping() {
        wantsToStop(1);
        bench.restart(1, true);
        bench.beat(1, false, false);
        assertThat(Objects.requireNonNull(bench.image.broker(1)).isActive()).isTrue();
    }
}
