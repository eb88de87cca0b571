package io.kurier.broker.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.cluster.image.PartitionImage;
import io.kurier.log.Durability;
import io.kurier.log.LogConfig;
import io.kurier.log.LogDirectory;
import io.kurier.log.Origin;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.NewRecord;
import io.kurier.testkit.SimWorld;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

/// What a producer at acks=all is told is on the disk, and what a consumer may read as well: over a disk that loses
/// power.
class PartitionDurabilityTest {
    private static final Path DATA = Path.of("/data");
    private static final TopicPartition NAME = new TopicPartition("words", 0);
    private static final Uuid TOPIC = new Uuid(3, 4);
    private static final long NEVER = Long.MAX_VALUE;

    private final SimWorld sim = SimWorld.inOrder(1);
    private final List<Errors> told = new ArrayList<>();

    private LogDirectory directory() throws Exception {
        return LogDirectory.open(sim.world(), DATA, LogDirectory.Settings.defaults());
    }

    private Partition open(LogDirectory directory, Durability durability) throws Exception {
        LogConfig config = LogConfig.defaults().withDurability(durability);
        List<Integer> self = List.of(1);
        PartitionImage state = new PartitionImage(
                self, List.of(Uuid.ZERO_UUID), self, List.of(), List.of(), List.of(), List.of(), 1, 0, 0, false);
        Partition partition = new Partition(
                NAME,
                TOPIC,
                directory.open(NAME, TOPIC, config),
                state,
                new TopicPolicy(config, 1),
                new Partition.Surroundings(1, sim.clock(), proposing -> {}));
        directory.onOffline(failure -> partition.fail(Errors.KAFKA_STORAGE_ERROR));
        partition.makeReady();
        return partition;
    }

    private void append(Partition partition) throws Exception {
        ByteBuffer value = ByteBuffer.wrap(new byte[100]);
        ByteBuffer batch = Batches.of(List.of(new NewRecord(sim.clock().wallMs(), null, value)));
        long end = partition.append(batch, Origin.CLIENT).lastOffset() + 1;
        partition.whenCommitted(end, NEVER, told::add);
    }

    @Test
    void nobodyIsToldBeforeTheSyncAndAllAfterIt() throws Exception {
        Partition partition = open(directory(), Durability.DISK);
        append(partition);
        append(partition);
        assertThat(told).isEmpty();
        assertThat(partition.highWatermark()).isZero();

        sim.settle();
        assertThat(told).containsExactly(Errors.NONE, Errors.NONE);
        assertThat(partition.highWatermark()).isEqualTo(2);
    }

    @Test
    void whatWasToldSurvivesAPowerLoss() throws Exception {
        Partition partition = open(directory(), Durability.DISK);
        append(partition);
        sim.settle();
        append(partition); // nobody is told of this one
        assertThat(told).hasSize(1);

        sim.disk().powerLoss();
        sim.restart();
        Partition again = open(directory(), Durability.DISK);
        assertThat(again.highWatermark()).isGreaterThanOrEqualTo(1);
        assertThat(again.log().read(0, 1, 1 << 20, true).isEmpty()).isFalse();
    }

    @Test
    void aFailedSyncCommitsNothingAndSaysSo() throws Exception {
        LogDirectory directory = directory();
        Partition partition = open(directory, Durability.DISK);
        sim.settle();
        sim.disk().failNextSync(path -> path.toString().endsWith(".log"));
        append(partition);
        sim.settle();

        assertThat(told).containsExactly(Errors.KAFKA_STORAGE_ERROR);
        assertThat(partition.highWatermark()).isZero();
        assertThat(directory.isOnline()).isFalse();
    }

    /// Others may lead by now, and know of more.
    @Test
    void aPartitionWhoseDiskHasFailedDoesNotTellWhatIsCommitted() throws Exception {
        Partition partition = open(directory(), Durability.DISK);
        append(partition);
        sim.settle();
        partition.checkKnowsCommitted();

        sim.disk().failNextSync(path -> true);
        append(partition);
        sim.settle();
        assertThatThrownBy(partition::checkKnowsCommitted)
                .isInstanceOfSatisfying(
                        PartitionException.class,
                        refused -> assertThat(refused.error()).isEqualTo(Errors.KAFKA_STORAGE_ERROR));
    }

    @Test
    void aTopicThatOptedOutIsCommittedFromMemory() throws Exception {
        Partition partition = open(directory(), Durability.MEMORY);
        append(partition);
        assertThat(told).containsExactly(Errors.NONE);
        assertThat(partition.highWatermark()).isEqualTo(1);
    }
}
