package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.testkit.SimDisk;
import io.kurier.testkit.SimWorld;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// A topic is deleted, and another of the same name made: nothing that was remembered of the first may be held against
/// the second.
class RecreationAdversaryTest {
    private static final Path FOLDER = Path.of("/data");
    private static final TopicPartition PARTITION = new TopicPartition("again", 0);
    private static final Uuid FIRST = new Uuid(1, 1);
    private static final Uuid SECOND = new Uuid(2, 2);

    private enum Gone {
        DELETED,
        REPLACED_WHILE_DOWN,
        FOLDER_LOST
    }

    @Test
    void aTopicOfTheSameNameBeginsAnew() throws Exception {
        for (Gone gone : Gone.values()) {
            for (long losses = 0; losses < 30; losses++) {
                SimWorld world = SimWorld.inOrder(losses);
                world.disk().createDirectories(FOLDER);
                world.disk().syncAll();
                LogDirectory directory = LogDirectory.open(world.world(), FOLDER, LogDirectory.Settings.defaults());
                PartitionLog first = directory.open(PARTITION, FIRST, LogConfig.defaults());
                for (int i = 0; i < 50; i++) {
                    first.append(MadeBatches.plain(1, "first " + i, 1, 10), 1, Origin.CLIENT);
                }
                first.flush();
                directory.checkpoint();
                directory = gone(gone, world, directory, first);

                PartitionLog second = directory.open(PARTITION, SECOND, LogConfig.defaults());
                second.append(MadeBatches.plain(2, "second", 3, 10), 1, Origin.CLIENT);
                second.flush();
                assertThat(second.durableEndOffset()).isEqualTo(3);
                world.disk().powerLoss();
                world.restart();

                directory = LogDirectory.open(world.world(), FOLDER, LogDirectory.Settings.defaults());
                PartitionLog again = directory.open(PARTITION, SECOND, LogConfig.defaults());
                again.recover();
                assertThat(again.logStartOffset()).isZero();
                assertThat(again.logEndOffset())
                        .as("%s, losses %s", gone, losses)
                        .isEqualTo(3);
                Slice slice = again.read(0, 3, 1000, true);
                assertThat(slice.nextOffset()).isEqualTo(3);
                slice.release();
            }
        }
    }

    private static LogDirectory gone(Gone gone, SimWorld world, LogDirectory directory, PartitionLog log)
            throws IOException {
        switch (gone) {
            case DELETED -> {
                directory.delete(log);
                world.advance(Duration.ofSeconds(10));
                return directory;
            }
            case REPLACED_WHILE_DOWN -> directory.close();
            case FOLDER_LOST -> {
                directory.close();
                SimDisk disk = world.disk();
                Path folder = FOLDER.resolve("again-0");
                for (Path file : disk.list(folder)) {
                    disk.delete(file);
                }
                disk.delete(folder);
                disk.syncAll();
            }
        }
        world.restart();
        return LogDirectory.open(world.world(), FOLDER, LogDirectory.Settings.defaults());
    }
}
