package io.kurier.cluster.controller.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.controller.command.partitions.PartitionStep;
import java.util.List;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignablePartition;
import org.apache.kafka.common.message.AlterPartitionReassignmentsRequestData.ReassignableTopic;
import org.apache.kafka.common.message.AlterPartitionReassignmentsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Replicas move to other brokers: topic `t` has one partition, at first on brokers 1, 2, 3 of five.
class ReassignTest {
    private final Bench bench = Bench.withEligible(5);

    ReassignTest() {
        bench.assign(1, 2, 3);
    }

    private Errors ask(AlterPartitionReassignmentsRequestData request) {
        var answer = bench.run(request, AlterPartitionReassignmentsResponseData.class);
        return Errors.forCode(
                answer.responses().getLast().partitions().getLast().errorCode());
    }

    private static AlterPartitionReassignmentsRequestData request(
            String topic, int partition, @Nullable List<Integer> target) {
        return new AlterPartitionReassignmentsRequestData()
                .setTopics(List.of(new ReassignableTopic()
                        .setName(topic)
                        .setPartitions(List.of(new ReassignablePartition()
                                .setPartitionIndex(partition)
                                .setReplicas(target)))));
    }

    private Errors reassign(Integer... target) {
        return ask(request("t", 0, List.of(target)));
    }

    private Errors cancel() {
        return ask(request("t", 0, null));
    }

    private void inSync(Integer... members) {
        bench.replay(new PartitionStep(bench.topic("t"), 0, bench.situation())
                .inSync(List.of(members)).record().stream().toList());
    }

    private void holds(List<Integer> replicas, List<Integer> isr, int leader) {
        assertThat(bench.partition().replicas()).isEqualTo(replicas);
        assertThat(bench.partition().isr()).isEqualTo(isr);
        assertThat(bench.partition().leader()).isEqualTo(leader);
    }

    private void isDone() {
        assertThat(bench.partition().adding()).isEmpty();
        assertThat(bench.partition().removing()).isEmpty();
    }

    @Test
    void newReplicasTakeThePlaceOfOldOnesWhenTheyAreInSync() {
        assertThat(reassign(4, 5, 1)).isEqualTo(Errors.NONE);
        holds(List.of(4, 5, 1, 2, 3), List.of(1, 2, 3), 1);
        assertThat(bench.partition().adding()).containsExactly(4, 5);
        assertThat(bench.partition().removing()).containsExactly(2, 3);
        inSync(1, 2, 3, 4);
        holds(List.of(4, 5, 1, 2, 3), List.of(1, 2, 3, 4), 1);
        inSync(1, 2, 3, 4, 5);
        holds(List.of(4, 5, 1), List.of(1, 4, 5), 1);
        isDone();
    }

    @Test
    void aLeaderThatIsTakenAwayIsFollowedByOneThatStays() {
        reassign(2, 3, 4);
        int epoch = bench.partition().leaderEpoch();
        inSync(1, 2, 3, 4);
        holds(List.of(2, 3, 4), List.of(2, 3, 4), 2);
        assertThat(bench.partition().leaderEpoch()).isEqualTo(epoch + 1);
    }

    @Test
    void itEndsThoughAReplicaThatStaysIsGoneButNotBelowTheMinimum() {
        bench.set("min.insync.replicas", "2");
        bench.beat(3, true, false);
        reassign(1, 4, 3);
        inSync(1, 2, 4);
        holds(List.of(1, 4, 3), List.of(1, 4), 1);
        isDone();
        bench.set("min.insync.replicas", "3");
        reassign(1, 5, 3);
        inSync(1, 4, 5);
        assertThat(bench.partition().adding())
                .as("without 4 only two of three would be in sync")
                .containsExactly(5);
    }

    @Test
    void fewerReplicasAndAnotherOrderNeedNoWaiting() {
        reassign(2, 1);
        holds(List.of(2, 1), List.of(1, 2), 1);
        isDone();
        reassign(1, 2);
        holds(List.of(1, 2), List.of(1, 2), 1);
        reassign(1, 2);
        assertThat(bench.lastRecords).isEmpty();
    }

    @Test
    void cancellingTakesTheNewReplicasAway() {
        assertThat(cancel()).isEqualTo(Errors.NO_REASSIGNMENT_IN_PROGRESS);
        reassign(4, 5, 1);
        inSync(1, 2, 3, 4);
        assertThat(cancel()).isEqualTo(Errors.NONE);
        holds(List.of(1, 2, 3), List.of(1, 2, 3), 1);
        isDone();
    }

    @Test
    void aCancelledLeaderIsReplaced() {
        reassign(4, 5, 1);
        inSync(1, 2, 4);
        bench.replay(new PartitionStep(bench.topic("t"), 0, bench.situation())
                .leader(4).record().stream().toList());
        cancel();
        holds(List.of(1, 2, 3), List.of(1, 2), 1);
    }

    @Test
    void anotherTargetReplacesTheFirst() {
        reassign(4, 2, 3);
        reassign(5, 2, 3);
        holds(List.of(5, 2, 3, 1), List.of(1, 2, 3), 1);
        assertThat(bench.partition().adding()).containsExactly(5);
        assertThat(bench.partition().removing()).containsExactly(1);
    }

    @Test
    void whatCannotBe() {
        assertThat(reassign()).isEqualTo(Errors.INVALID_REPLICA_ASSIGNMENT);
        assertThat(reassign(1, 1)).isEqualTo(Errors.INVALID_REPLICA_ASSIGNMENT);
        assertThat(reassign(1, 77)).isEqualTo(Errors.INVALID_REPLICA_ASSIGNMENT);
        bench.beat(4, true, false);
        assertThat(reassign(1, 2, 4)).as("broker 4 is down").isEqualTo(Errors.INVALID_REPLICA_ASSIGNMENT);
        assertThat(ask(request("none", 0, List.of(1)))).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(ask(request("t", 3, List.of(1)))).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(ask(request("t", 0, List.of(1, 2)).setAllowReplicationFactorChange(false)))
                .isEqualTo(Errors.INVALID_REPLICATION_FACTOR);
        holds(List.of(1, 2, 3), List.of(1, 2, 3), 1);
    }

    @Test
    void theLastOneWithAllRecordsStays() {
        reassign(4, 5);
        inSync(4);
        assertThat(cancel()).as("1, 2 and 3 lack records").isEqualTo(Errors.INVALID_REPLICA_ASSIGNMENT);
    }
}
