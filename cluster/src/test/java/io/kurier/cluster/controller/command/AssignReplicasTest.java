package io.kurier.cluster.controller.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AssignReplicasToDirsRequestData;
import org.apache.kafka.common.message.AssignReplicasToDirsRequestData.DirectoryData;
import org.apache.kafka.common.message.AssignReplicasToDirsRequestData.PartitionData;
import org.apache.kafka.common.message.AssignReplicasToDirsRequestData.TopicData;
import org.apache.kafka.common.message.AssignReplicasToDirsResponseData;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.apache.kafka.common.metadata.FeatureLevelRecord;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// A broker with two directories says in which of them its replicas lie.
class AssignReplicasTest {
    private static final Uuid ONE = new Uuid(200, 1);
    private static final Uuid TWO = new Uuid(200, 2);
    private static final Uuid NOWHERE = new Uuid(0, 0);

    private final Bench bench = Bench.of(2);
    private final long epoch = joinWithTwoDirectories();

    private long joinWithTwoDirectories() {
        long made = bench.run(
                        Bench.registration(1, new Uuid(7, 7)).setLogDirs(List.of(ONE, TWO)),
                        BrokerRegistrationResponseData.class)
                .brokerEpoch();
        bench.run(
                new BrokerHeartbeatRequestData()
                        .setBrokerId(1)
                        .setBrokerEpoch(made)
                        .setCurrentMetadataOffset(made),
                BrokerHeartbeatResponseData.class);
        bench.create(Bench.topic("words", 2, 2));
        return made;
    }

    private Uuid topicId() {
        return bench.topic("words").id();
    }

    private AssignReplicasToDirsResponseData assign(Uuid directory, Uuid topic, Integer... partitions) {
        TopicData data = new TopicData().setTopicId(topic);
        for (int partition : partitions) {
            data.partitions().add(new PartitionData().setPartitionIndex(partition));
        }
        return bench.run(
                new AssignReplicasToDirsRequestData()
                        .setBrokerId(1)
                        .setBrokerEpoch(epoch)
                        .setDirectories(
                                List.of(new DirectoryData().setId(directory).setTopics(List.of(data)))),
                AssignReplicasToDirsResponseData.class);
    }

    private static List<Errors> errors(AssignReplicasToDirsResponseData answer) {
        assertThat(answer.errorCode()).isZero();
        return answer.directories().getFirst().topics().getFirst().partitions().stream()
                .map(partition -> Errors.forCode(partition.errorCode()))
                .toList();
    }

    private Uuid directory(int partition, int broker) {
        return Objects.requireNonNull(bench.image.partition("words", partition)).directory(broker);
    }

    @Test
    void theMetadataSaysWhereAReplicaLies() {
        assertThat(directory(0, 1)).isEqualTo(NOWHERE);
        int leader = bench.topic("words").partitions().getFirst().leader();
        assertThat(errors(assign(TWO, topicId(), 0))).containsExactly(Errors.NONE);
        assertThat(directory(0, 1)).isEqualTo(TWO);
        assertThat(directory(0, 2)).as("of another broker").isEqualTo(new Uuid(100, 2));
        assertThat(directory(1, 1)).isEqualTo(NOWHERE);
        assertThat(bench.topic("words").partitions().getFirst().leader()).isEqualTo(leader);
        assertThat(bench.topic("words").partitions().getFirst().leaderEpoch()).isZero();

        assertThat(errors(assign(ONE, topicId(), 0, 1))).containsExactly(Errors.NONE, Errors.NONE);
        assertThat(directory(0, 1)).isEqualTo(ONE);
        assertThat(directory(1, 1)).isEqualTo(ONE);
        assertThat(errors(assign(ONE, topicId(), 0, 1))).containsExactly(Errors.NONE, Errors.NONE);
        assertThat(bench.lastRecords).as("nothing changed").isEmpty();
    }

    @Test
    void whatCannotBeIsRefused() {
        assertThat(errors(assign(new Uuid(9, 9), topicId(), 0))).containsExactly(Errors.LOG_DIR_NOT_FOUND);
        assertThat(errors(assign(ONE, new Uuid(9, 9), 0))).containsExactly(Errors.UNKNOWN_TOPIC_ID);
        assertThat(errors(assign(ONE, topicId(), 2))).containsExactly(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(errors(assign(ONE, topicId(), 0, 0))).containsExactly(Errors.NONE, Errors.INVALID_REQUEST);
        bench.create("alone", 2);
        Uuid alone = bench.topic("alone").id();
        assertThat(errors(assign(ONE, alone, 0, 1))).containsOnlyOnce(Errors.NOT_LEADER_OR_FOLLOWER);
        AssignReplicasToDirsRequestData stale =
                new AssignReplicasToDirsRequestData().setBrokerId(1).setBrokerEpoch(epoch - 1);
        assertThat(bench.run(stale, AssignReplicasToDirsResponseData.class).errorCode())
                .isEqualTo(Errors.STALE_BROKER_EPOCH.code());
        bench.replay(
                List.of(new FeatureLevelRecord().setName("metadata.version").setFeatureLevel((short) 16)));
        assertThat(assign(TWO, topicId(), 1).errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
    }
}
