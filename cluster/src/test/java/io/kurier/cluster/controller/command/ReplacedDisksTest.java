package io.kurier.cluster.controller.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.cluster.image.PartitionImage;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.BrokerHeartbeatRequestData;
import org.apache.kafka.common.message.BrokerHeartbeatResponseData;
import org.apache.kafka.common.message.BrokerRegistrationResponseData;
import org.junit.jupiter.api.Test;

/// A broker whose disk was replaced by an empty one.
class ReplacedDisksTest {
    private static final Uuid NEW = new Uuid(200, 1);

    private final Bench bench = Bench.of(3);
    private long incarnations;

    private void comeBack(int id, List<Uuid> directories) {
        long epoch = bench.run(
                        Bench.registration(id, new Uuid(9, ++incarnations)).setLogDirs(directories),
                        BrokerRegistrationResponseData.class)
                .brokerEpoch();
        bench.run(
                new BrokerHeartbeatRequestData()
                        .setBrokerId(id)
                        .setBrokerEpoch(epoch)
                        .setCurrentMetadataOffset(epoch),
                BrokerHeartbeatResponseData.class);
    }

    private PartitionImage only(String topic) {
        return bench.topic(topic).partitions().getFirst();
    }

    private int create(String topic, int replicas) {
        bench.create(Bench.topic(topic, 1, replicas));
        return only(topic).leader();
    }

    @Test
    void whatOthersHaveIsFilledAgainInTheNewDirectory() {
        int lost = create("shared", 3);
        comeBack(lost, List.of(NEW));
        assertThat(only("shared").isr()).hasSize(2).doesNotContain(lost);
        assertThat(only("shared").leader()).isNotEqualTo(lost).isPositive();
        assertThat(only("shared").replicas()).contains(lost);
        assertThat(only("shared").directory(lost)).isEqualTo(NEW);
    }

    @Test
    void withSeveralDirectoriesTheBrokerChooses() {
        int lost = create("shared", 2);
        comeBack(lost, List.of(NEW, new Uuid(200, 2)));
        assertThat(only("shared").directory(lost)).isEqualTo(new Uuid(0, 0));
    }

    @Test
    void whatWasOnTheLostDirectoryAloneKeepsItsPlaceThere() {
        int lost = create("single", 1);
        Uuid old = only("single").directory(lost);
        comeBack(lost, List.of(NEW));
        assertThat(only("single").leader())
                .as("nobody else, and it says what is wrong")
                .isIn(lost, PartitionImage.NO_LEADER);
        assertThat(only("single").directory(lost)).isEqualTo(old);

        comeBack(lost, List.of(old));
        assertThat(only("single").leader()).isEqualTo(lost);
    }

    @Test
    void aDirectoryThatIsOnlyMissingKeepsItsReplicas() {
        int back = create("shared", 2);
        comeBack(back, List.of(new Uuid(100, back), NEW));
        Uuid old = only("shared").directory(back);
        comeBack(back, List.of(NEW));
        assertThat(only("shared").isr()).doesNotContain(back);
        assertThat(only("shared").directory(back))
                .as("it is not made anew elsewhere while one directory is not there")
                .isEqualTo(old);
    }

    @Test
    void theSameDirectoriesChangeNothing() {
        int back = create("single", 1);
        comeBack(back, List.of(new Uuid(100, back)));
        assertThat(only("single").leader()).isEqualTo(back);
    }
}
