package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

class LogDirectoryTest {
    private final LogWorld world = new LogWorld();

    @Test
    void oneProcessAtATime() {
        assertThatThrownBy(() -> LogDirectory.open(world.sim.world(), LogWorld.DATA, LogWorld.SETTINGS))
                .hasMessageContaining("is another node running on it?");
        world.stopAndStart();
        assertThat(world.directory.wasCleanlyClosed()).isTrue();
    }

    @Test
    void identityAndBrokerEpochAreKept() throws IOException {
        assertThat(world.directory.metaProperties()).isEmpty();
        MetaProperties meta = new MetaProperties("cluster", 3, world.directory.directoryId());
        world.directory.writeMetaProperties(meta);
        world.directory.setBrokerEpoch(77);
        assertThat(world.directory.previousBrokerEpoch()).isEmpty();
        world.stopAndStart();
        assertThat(world.directory.metaProperties()).contains(meta);
        assertThat(world.directory.directoryId()).isEqualTo(meta.directoryId());
        assertThat(world.directory.previousBrokerEpoch()).hasValue(77);
        world.losePowerAndStart();
        assertThat(world.directory.metaProperties()).contains(meta);
        assertThat(world.directory.previousBrokerEpoch()).isEmpty();
    }

    @Test
    void openingALogLooksAtNoDiskAndFoldersAreListedByName() throws IOException {
        world.append("a");
        world.directory.open(new TopicPartition("__cluster_metadata", 0), Uuid.METADATA_TOPIC_ID, LogConfig.defaults());
        world.stopAndStart();
        long mutations = world.disk.mutations();
        assertThat(world.directory.open(LogWorld.TOPIC, LogWorld.ID, world.config))
                .isSameAs(world.log);
        assertThat(world.disk.mutations()).isEqualTo(mutations);
        assertThat(world.log.isReady()).isFalse();
        assertThat(world.directory.folders())
                .as("the metadata log is the controller's")
                .containsExactly(new PartitionFolder(LogWorld.TOPIC, LogWorld.FOLDER));
        world.log.recover();
        assertThat(world.log.isReady()).isTrue();
    }

    @Test
    void aDeletedPartitionIsGoneAtOnceAndItsFilesLater() throws IOException {
        world.append("a");
        Slice slice = world.log.read(0, 1, 100, true);
        world.directory.delete(world.log);
        assertThat(world.directory.folders()).isEmpty();
        assertThat(world.disk.list(LogWorld.DATA))
                .anyMatch(path -> path.toString().endsWith("-delete"));
        assertThatThrownBy(() -> world.append("b"))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("closed");
        assertThat(LogWorld.batches(slice.bytes())).hasSize(1);
        PartitionLog next = world.directory.open(LogWorld.TOPIC, new Uuid(8, 8), world.config);
        assertThat(next.logEndOffset()).isZero();
        world.sim.advance(Duration.ofMinutes(2));
        assertThat(world.disk.list(LogWorld.DATA))
                .noneMatch(path -> path.toString().endsWith("-delete"));
    }

    @Test
    void whatADeletionLeftGoesAtTheNextStart() throws IOException {
        world.append("a");
        world.directory.delete(world.log);
        world.losePowerAndStart();
        world.settle();
        assertThat(world.disk.list(LogWorld.DATA))
                .noneMatch(path -> path.toString().endsWith("-delete"));
        assertThat(world.log.logEndOffset()).isZero();
    }

    @Test
    void theFolderOfAnotherTopicOfThatNameIsSetAside() throws IOException {
        world.append("a");
        world.directory.close();
        world.sim = io.kurier.testkit.SimWorld.around(world.disk, 1);
        world.directory = LogDirectory.open(world.sim.world(), LogWorld.DATA, LogWorld.SETTINGS);
        PartitionLog other = world.directory.open(LogWorld.TOPIC, new Uuid(9, 9), world.config);
        assertThat(other.logEndOffset()).isZero();
        assertThat(world.disk.list(LogWorld.DATA))
                .anyMatch(path -> path.toString().endsWith("-stray"));
        assertThat(new String(world.disk.bytes(world.file("partition.metadata")), StandardCharsets.UTF_8))
                .contains(new Uuid(9, 9).toString());
    }

    @Test
    void noCleanMarkWhileALogIsStillToBeRecovered() throws IOException {
        world.append("a");
        world.killAndStart();
        world.directory.close();
        world.startAgain(1);
        assertThat(world.directory.wasCleanlyClosed()).isFalse();
        world.log.recover();
        world.directory.close();
        world.startAgain(1);
        assertThat(world.directory.wasCleanlyClosed()).isTrue();
        world.directory.close();
        world.startAgain(1);
        assertThat(world.directory.wasCleanlyClosed())
                .as("untouched logs are as clean as they were")
                .isTrue();
    }

    @Test
    void filesAreOpenedOnDemandAndBounded() throws IOException {
        for (int i = 0; i < 50; i++) {
            PartitionLog log = world.directory.open(
                    new TopicPartition("many", i), LogWorld.ID, world.config.withSegmentBytes(100));
            for (int n = 0; n < 5; n++) {
                try {
                    log.append(TestBatch.of("v").build(), 0, Origin.CLIENT);
                } catch (io.kurier.protocol.records.InvalidBatchException e) {
                    throw new AssertionError(e);
                }
            }
            world.settle();
            assertThat(log.read(0, 5, 100, true).bytes().remaining()).isPositive();
            assertThat(world.directory.openFiles()).isLessThanOrEqualTo(LogWorld.SETTINGS.maxOpenFiles());
        }
    }

    @Test
    void checkpointsAreWrittenNowAndThen() throws IOException {
        world.append("a", "b");
        world.sim.advance(Duration.ofSeconds(61));
        assertThat(new String(
                        world.disk.bytes(LogWorld.DATA.resolve("recovery-point-offset-checkpoint")),
                        StandardCharsets.UTF_8))
                .isEqualTo("0\n1\ntopic 0 2\n");
        assertThat(new String(
                        world.disk.bytes(LogWorld.DATA.resolve("replication-offset-checkpoint")),
                        StandardCharsets.UTF_8))
                .isEqualTo("0\n1\ntopic 0 2\n");
    }
}
