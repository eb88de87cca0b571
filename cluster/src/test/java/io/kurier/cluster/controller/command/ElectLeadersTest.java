package io.kurier.cluster.controller.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.controller.command.partitions.MeasuredElection;
import io.kurier.cluster.controller.command.partitions.ReplicaLogs;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.log.EpochEnd;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.ElectLeadersRequestData;
import org.apache.kafka.common.message.ElectLeadersRequestData.TopicPartitions;
import org.apache.kafka.common.message.ElectLeadersRequestData.TopicPartitionsCollection;
import org.apache.kafka.common.message.ElectLeadersResponseData;
import org.apache.kafka.common.metadata.BrokerRegistrationChangeRecord;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ElectLeadersTest {
    private static final byte PREFERRED = 0;
    private static final byte UNCLEAN = 1;

    private final Bench bench = Bench.of(3);

    /// Topic `t`: partition 0 on brokers 1, 2, 3; partition 1 on 2, 3, 1.
    @BeforeEach
    void topic() {
        CreatableTopic topic = Bench.topic("t", -1, -1);
        topic.assignments()
                .add(new CreatableReplicaAssignment().setPartitionIndex(0).setBrokerIds(List.of(1, 2, 3)));
        topic.assignments()
                .add(new CreatableReplicaAssignment().setPartitionIndex(1).setBrokerIds(List.of(2, 3, 1)));
        assertThat(bench.create(topic).errorCode()).isZero();
    }

    private PartitionImage partition(int number) {
        return Objects.requireNonNull(bench.topic("t").partition(number));
    }

    private void change(PartitionChangeRecord record) {
        bench.replay(List.of(record.setTopicId(bench.topic("t").id())));
    }

    private void fence(int broker) {
        bench.replay(List.of(new BrokerRegistrationChangeRecord()
                .setBrokerId(broker)
                .setBrokerEpoch(
                        Objects.requireNonNull(bench.image.broker(broker)).epoch())
                .setFenced((byte) 1)));
    }

    /// Elects, and answers the error of each partition that is in the answer.
    private Map<String, Errors> elect(byte type, String topic, Integer... partitions) {
        TopicPartitionsCollection wanted = new TopicPartitionsCollection();
        wanted.add(new TopicPartitions().setTopic(topic).setPartitions(List.of(partitions)));
        return errors(new ElectLeadersRequestData().setElectionType(type).setTopicPartitions(wanted));
    }

    private Map<String, Errors> errors(ElectLeadersRequestData request) {
        ElectLeadersResponseData answer = bench.run(request, ElectLeadersResponseData.class);
        assertThat(answer.errorCode()).isZero();
        Map<String, Errors> errors = new TreeMap<>();
        answer.replicaElectionResults()
                .forEach(topic -> topic.partitionResult()
                        .forEach(partition -> errors.put(
                                topic.topic() + "-" + partition.partitionId(), Errors.forCode(partition.errorCode()))));
        return errors;
    }

    @Test
    void thePreferredReplicaLeadsAgain() {
        change(new PartitionChangeRecord().setPartitionId(0).setLeader(3));
        int epoch = partition(0).leaderEpoch();
        assertThat(elect(PREFERRED, "t", 0, 1))
                .isEqualTo(Map.of("t-0", Errors.NONE, "t-1", Errors.ELECTION_NOT_NEEDED));
        assertThat(partition(0).leader()).isEqualTo(1);
        assertThat(partition(0).leaderEpoch()).isEqualTo(epoch + 1);
        assertThat(partition(0).isr()).containsExactly(1, 2, 3);
    }

    @Test
    void aReplicaThatLagsOrIsGoneDoesNotLead() {
        change(new PartitionChangeRecord().setPartitionId(0).setLeader(3).setIsr(List.of(2, 3)));
        change(new PartitionChangeRecord().setPartitionId(1).setLeader(3));
        fence(2);
        assertThat(elect(PREFERRED, "t", 0, 1))
                .isEqualTo(Map.of(
                        "t-0", Errors.PREFERRED_LEADER_NOT_AVAILABLE, "t-1", Errors.PREFERRED_LEADER_NOT_AVAILABLE));
        assertThat(bench.lastRecords).isEmpty();
    }

    @Test
    void unknownPartitions() {
        assertThat(elect(PREFERRED, "t", 2, -1))
                .isEqualTo(Map.of("t-2", Errors.UNKNOWN_TOPIC_OR_PARTITION, "t--1", Errors.UNKNOWN_TOPIC_OR_PARTITION));
        assertThat(elect(UNCLEAN, "none", 0)).isEqualTo(Map.of("none-0", Errors.UNKNOWN_TOPIC_OR_PARTITION));
    }

    @Test
    void withoutAListOnlyWhatChangedIsAnswered() {
        change(new PartitionChangeRecord().setPartitionId(1).setLeader(1));
        assertThat(errors(
                        new ElectLeadersRequestData().setElectionType(PREFERRED).setTopicPartitions(null)))
                .isEqualTo(Map.of("t-1", Errors.NONE));
        assertThat(partition(1).leader()).isEqualTo(2);
    }

    @Test
    void aPartitionNamedTwiceIsElectedOnce() {
        change(new PartitionChangeRecord().setPartitionId(0).setLeader(3));
        elect(PREFERRED, "t", 0, 0);
        assertThat(bench.lastRecords).hasSize(1);
    }

    /// Nobody leads partition 0: who has everything, broker 1, is away.
    private void leaderless() {
        change(new PartitionChangeRecord().setPartitionId(0).setLeader(-1).setIsr(List.of(1)));
        fence(1);
    }

    private Errors electLongest(Map<Integer, EpochEnd> logs) {
        TopicPartitionsCollection wanted = new TopicPartitionsCollection();
        wanted.add(new TopicPartitions().setTopic("t").setPartitions(List.of(0)));
        return errors(new MeasuredElection(
                        new ElectLeadersRequestData().setElectionType(UNCLEAN).setTopicPartitions(wanted),
                        new ReplicaLogs(Map.of(new TopicPartition("t", 0), logs))))
                .get("t-0");
    }

    @Test
    void anUncleanElectionTakesTheLongestLog() {
        leaderless();
        assertThat(electLongest(Map.of(2, new EpochEnd(5, 100), 3, new EpochEnd(5, 120))))
                .isEqualTo(Errors.NONE);
        assertThat(partition(0).leader()).isEqualTo(3);
        assertThat(partition(0).isr()).containsExactly(3);
        assertThat(partition(0).recovering()).isTrue();
    }

    /// What a later leader has appended follows all that was committed before.
    @Test
    void theLastLeaderEpochCountsMoreThanTheEnd() {
        leaderless();
        assertThat(electLongest(Map.of(2, new EpochEnd(6, 50), 3, new EpochEnd(5, 120))))
                .isEqualTo(Errors.NONE);
        assertThat(partition(0).leader()).isEqualTo(2);
    }

    @Test
    void ofEqualLogsTheFirstIsTaken() {
        leaderless();
        electLongest(Map.of(2, new EpochEnd(5, 100), 3, new EpochEnd(5, 100)));
        assertThat(partition(0).leader()).isEqualTo(2);
    }

    @Test
    void whoDoesNotAnswerIsNotElected() {
        leaderless();
        assertThat(electLongest(Map.of(1, new EpochEnd(9, 900), 3, new EpochEnd(-1, 0))))
                .isEqualTo(Errors.NONE);
        assertThat(partition(0).leader()).isEqualTo(3);
    }

    @Test
    void nobodyIsElectedBlindly() {
        leaderless();
        assertThat(electLongest(Map.of())).isEqualTo(Errors.ELIGIBLE_LEADERS_NOT_AVAILABLE);
        assertThat(elect(UNCLEAN, "t", 0, 1))
                .isEqualTo(Map.of("t-0", Errors.ELIGIBLE_LEADERS_NOT_AVAILABLE, "t-1", Errors.ELECTION_NOT_NEEDED));
        assertThat(bench.lastRecords).isEmpty();
    }

    @Test
    void theOnlyOneThatIsThereNeedNotBeAsked() {
        leaderless();
        fence(3);
        assertThat(elect(UNCLEAN, "t", 0)).isEqualTo(Map.of("t-0", Errors.NONE));
        assertThat(partition(0).leader()).isEqualTo(2);
        assertThat(partition(0).recovering()).isTrue();
    }

    @Test
    void anUncleanElectionPrefersWhoLacksNothing() {
        change(new PartitionChangeRecord()
                .setPartitionId(0)
                .setLeader(-1)
                .setIsr(List.of())
                .setEligibleLeaderReplicas(List.of(1, 3)));
        fence(1);
        assertThat(elect(UNCLEAN, "t", 0)).isEqualTo(Map.of("t-0", Errors.NONE));
        assertThat(partition(0).leader()).isEqualTo(3);
        assertThat(partition(0).elr()).containsExactly(1);
        assertThat(partition(0).recovering()).isFalse();
    }

    @Test
    void nobodyIsThere() {
        change(new PartitionChangeRecord().setPartitionId(0).setLeader(-1));
        List.of(1, 2, 3).forEach(this::fence);
        assertThat(elect(UNCLEAN, "t", 0)).isEqualTo(Map.of("t-0", Errors.ELIGIBLE_LEADERS_NOT_AVAILABLE));
    }

    @Test
    void thereAreTwoKindsOfElections() {
        ElectLeadersResponseData answer =
                bench.run(new ElectLeadersRequestData().setElectionType((byte) 2), ElectLeadersResponseData.class);
        assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.INVALID_REQUEST);
    }
}
