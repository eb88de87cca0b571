package io.kurier.log.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kurier.kernel.Clock;
import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.kernel.DiskFile.Residence;
import io.kurier.kernel.FileDisk;
import io.kurier.kernel.SystemThreads;
import io.kurier.kernel.SystemTimers;
import io.kurier.kernel.World;
import io.kurier.log.LogConfig;
import io.kurier.log.LogDirectory;
import io.kurier.log.Origin;
import io.kurier.log.PartitionLog;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.NewRecord;
import io.kurier.testkit.SimWorld;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What of a log stays in the page cache of a real disk. Where the kernel does not tell, or the file system keeps all
/// in memory, nothing can be seen.
class WrittenMemoryTest {
    private static final int BATCH_BYTES = 1_000_000;
    private static final int BATCHES = 32;
    private static final int PAGE_CACHE_BYTES = 40_000_000;
    private static final int GONE_BYTES = 8 << 20;

    @TempDir
    Path folder;

    private final Disk disk = new FileDisk();
    private final SystemTimers timers = new SystemTimers("test");
    private final ByteBuffer batch = Batches.of(
            List.of(new NewRecord(1_700_000_000_000L, ByteBuffer.allocate(1), ByteBuffer.allocate(BATCH_BYTES))));
    private LogDirectory directory;
    private PartitionLog log;

    @BeforeEach
    void open() throws IOException {
        assumeTrue(forgetsAndTells(), "this kernel, or this file system, does not tell");
        var world = new World(Clock.system(), timers, new SystemThreads(), disk, SimWorld.noNetwork(), new Random(1));
        directory = LogDirectory.open(world, folder.resolve("data"), settings());
        log = directory.open(new TopicPartition("t", 0), Uuid.randomUuid(), LogConfig.defaults());
    }

    @AfterEach
    void close() {
        if (directory != null) {
            directory.close();
        }
        timers.close();
    }

    private static LogDirectory.Settings settings() {
        LogDirectory.Settings usual = LogDirectory.Settings.defaults();
        return new LogDirectory.Settings(
                usual.maxOpenFiles(),
                usual.hotBytes(),
                usual.checkpointIntervalMs(),
                usual.producerExpirationMs(),
                usual.maxProducersPerPartition(),
                usual.journalBytes(),
                PAGE_CACHE_BYTES);
    }

    private boolean forgetsAndTells() throws IOException {
        try (DiskFile file = disk.open(folder.resolve("probe"), Disk.Open.CREATE)) {
            file.write(ByteBuffer.allocate(64 << 10), 0);
            file.sync();
            file.load(0, 1);
            boolean known = file.residence(0, 64 << 10) == Residence.IN_MEMORY;
            file.forget(0, 64 << 10);
            return known && file.residence(0, 64 << 10) == Residence.ON_DISK;
        }
    }

    private void append(Origin origin) throws Exception {
        ByteBuffer next = ByteBuffer.allocateDirect(batch.remaining())
                .put(batch.duplicate())
                .flip();
        new BatchView(next, 0).place(log.logEndOffset(), 3);
        log.append(next, 3, origin);
        log.flush();
    }

    private Residence ofTheFirst(int bytes) throws IOException {
        try (DiskFile file = disk.open(segment(), Disk.Open.WRITE)) {
            file.load(0, 1); // else nothing is known
            return file.residence(0, bytes);
        }
    }

    private Residence ofTheLast(int bytes) throws IOException {
        try (DiskFile file = disk.open(segment(), Disk.Open.WRITE)) {
            file.load(0, 1); // else nothing is known
            return file.residence(file.size() - bytes, bytes);
        }
    }

    private Path segment() {
        return folder.resolve("data/t-0/00000000000000000000.log");
    }

    @Test
    void aFollowerKeepsTheEndAlone() throws Exception {
        log.recover();
        log.follow(3);
        for (int i = 0; i < BATCHES; i++) {
            append(Origin.REPLICA);
        }
        assertThat(ofTheFirst(BATCH_BYTES)).isEqualTo(Residence.ON_DISK);
        assertThat(ofTheFirst(GONE_BYTES)).isEqualTo(Residence.ON_DISK);
        assertThat(ofTheLast(GONE_BYTES)).isEqualTo(Residence.IN_MEMORY);
    }

    @Test
    void aLeaderGivesBackTheOldest() throws Exception {
        log.startEpoch(3);
        for (int i = 0; i < 2 * BATCHES; i++) {
            append(Origin.CLIENT);
            log.read(log.logEndOffset() - 1, log.logEndOffset(), BATCH_BYTES, true);
        }
        assertThat(ofTheFirst(BATCH_BYTES)).isEqualTo(Residence.ON_DISK);
        assertThat(ofTheLast(PAGE_CACHE_BYTES - BATCH_BYTES)).isEqualTo(Residence.IN_MEMORY);
    }

    @Test
    void whatAFollowerKeptOfAClosedSegmentIsGivenBackLater() throws Exception {
        log.recover();
        log.follow(3);
        log.updateConfig(LogConfig.defaults().withSegmentBytes(24_000_000));
        for (int i = 0; i < 4 * BATCHES; i++) {
            append(Origin.REPLICA);
        }
        assertThat(ofTheLast(500_000)).isEqualTo(Residence.ON_DISK);
    }

    @Test
    void aCompactedLogKeepsAll() throws Exception {
        log.startEpoch(3);
        log.updateConfig(LogConfig.of(Map.of("cleanup.policy", "compact")));
        for (int i = 0; i < 2 * BATCHES; i++) {
            append(Origin.CLIENT);
        }
        assertThat(ofTheFirst(BATCH_BYTES)).isEqualTo(Residence.IN_MEMORY);
    }

    @Test
    void aLeaderKeepsTheNewest() throws Exception {
        log.startEpoch(3);
        for (int i = 0; i < BATCHES; i++) {
            append(Origin.CLIENT);
        }
        assertThat(ofTheFirst(BATCH_BYTES)).isEqualTo(Residence.IN_MEMORY);
    }

    @Test
    void aFollowerKeepsWhatConsumersReadThere() throws Exception {
        log.recover();
        log.follow(3);
        for (int i = 0; i < BATCHES; i++) {
            append(Origin.REPLICA);
            log.read(log.logEndOffset() - 1, log.logEndOffset(), BATCH_BYTES, true);
        }
        assertThat(ofTheFirst(BATCH_BYTES)).isEqualTo(Residence.IN_MEMORY);
    }

    @Test
    void whatWasAppendedAsLeaderStays() throws Exception {
        log.startEpoch(3);
        for (int i = 0; i < BATCHES / 4; i++) {
            append(Origin.CLIENT);
        }
        log.follow(4);
        for (int i = 0; i < BATCHES; i++) {
            append(Origin.REPLICA);
        }
        assertThat(ofTheFirst(BATCH_BYTES)).isEqualTo(Residence.IN_MEMORY);
    }
}
