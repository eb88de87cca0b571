package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.protocol.records.InvalidBatchException;
import io.kurier.testkit.Seeds;
import io.kurier.testkit.SimDisk;
import io.kurier.testkit.SimWorld;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;

/// Small appends of many logs become durable by one sync, and a power loss finds them in the journal.
class JournalTest {
    private static final Path JOURNAL = LogWorld.DATA.resolve("kurier-a.journal");

    /// A log whose first flush, which goes to its own file, is over.
    private static LogWorld begun() {
        LogWorld world = new LogWorld();
        world.append("first");
        world.settle();
        return world;
    }

    @Test
    void whatIsInTheJournalOnlySurvivesAPowerLoss() throws IOException {
        LogWorld world = begun();
        long inFile = world.disk.durableSize(world.file("00000000000000000000.log"));
        world.append("second");
        world.settle();
        assertThat(world.log.durableEndOffset()).isEqualTo(2);
        assertThat(world.disk.durableSize(world.file("00000000000000000000.log")))
                .as("the log's own file was not synced")
                .isEqualTo(inFile);
        world.losePowerAndStart();
        assertThat(world.values(0)).containsExactly("first", "second");
        assertThat(world.disk.exists(JOURNAL)).isFalse();
    }

    @Test
    void oneSyncMakesManyLogsDurable() throws IOException, InvalidBatchException {
        SimWorld sim = SimWorld.inOrder(1);
        LogDirectory directory = LogDirectory.open(sim.world(), LogWorld.DATA, LogDirectory.Settings.defaults());
        List<PartitionLog> logs = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            logs.add(directory.open(new TopicPartition("many", i), new Uuid(7, 7), LogConfig.defaults()));
        }
        appendToEach(logs);
        sim.settle();
        appendToEach(logs);
        long before = sim.disk().mutations();
        sim.settle();
        assertThat(logs).allMatch(log -> log.durableEndOffset() == 2);
        assertThat(sim.disk().mutations() - before)
                .as(
                        "changes of the disk for 100 logs: the journal's file and its name, its first zeros, one write, one sync")
                .isLessThan(10);
    }

    private static void appendToEach(List<PartitionLog> logs) throws InvalidBatchException {
        for (PartitionLog log : logs) {
            log.append(TestBatch.of("value").build(), 0, Origin.CLIENT);
        }
    }

    @Test
    void aJournalBesideACleanMarkIsAnOldOne() throws IOException {
        LogWorld world = begun();
        world.append("second");
        world.settle();
        byte[] journal = world.disk.bytes(JOURNAL);
        world.log.truncateTo(1);
        world.append("other");
        world.directory.close();
        try (var file = world.disk.open(JOURNAL, io.kurier.kernel.Disk.Open.CREATE)) {
            file.write(java.nio.ByteBuffer.wrap(journal), 0);
            file.sync();
        }
        world.disk.syncAll();
        world.startAgain(2);
        assertThat(world.values(0)).containsExactly("first", "other");
        assertThat(world.disk.exists(JOURNAL)).isFalse();
    }

    /// Kurier has ended without a clean stop, with `second` in its journal; another program has made something else of
    /// the log and has ended in the same way. Returns the log as Kurier finds it.
    private static LogWorld changedByAnother(Consumer<LogWorld> change) throws IOException {
        LogWorld world = begun();
        world.append("second");
        world.settle();
        byte[] journal = world.disk.bytes(JOURNAL);
        world.disk.powerLoss();
        world.disk.reboot();
        for (Path file : List.of(JOURNAL, LogWorld.DATA.resolve("kurier-b.journal"))) {
            if (world.disk.exists(file)) {
                world.disk.delete(file);
            }
        }
        world.startAgain(2);
        assertThat(world.values(0)).as("it is in the journal alone").containsExactly("first");
        change.accept(world);
        world.log.flush();
        world.disk.killProcess();
        world.disk.reboot();
        try (var file = world.disk.open(JOURNAL, io.kurier.kernel.Disk.Open.CREATE)) {
            file.truncate(0);
            file.write(java.nio.ByteBuffer.wrap(journal), 0);
            file.sync();
        }
        return world.startAgain(3);
    }

    @Test
    void whatAnotherProgramHasWrittenSinceStays() throws IOException {
        Map<String, Consumer<LogWorld>> changes = Map.of(
                "at the same place", world -> world.append("of another"),
                "as long at the same place", world -> world.append("SECOND"),
                "behind the same batch at another offset",
                        world -> {
                            world.append("b");
                            world.append("c");
                        },
                "instead of all",
                        world -> {
                            world.log.truncateTo(0);
                            world.append("much more than there was before, so that no batch begins where it did");
                        },
                "before its place, as long as what was there",
                        world -> {
                            world.log.truncateTo(0);
                            world.append("FIRST");
                        });
        for (Map.Entry<String, Consumer<LogWorld>> change : changes.entrySet()) {
            List<String> written = new ArrayList<>();
            LogWorld world = changedByAnother(before -> {
                change.getValue().accept(before);
                written.addAll(before.values(0));
            });
            assertThat(world.values(0)).as(change.getKey()).isEqualTo(written);
            assertThat(world.disk.exists(LogWorld.DATA.resolve("kurier-a.journal.unused")))
                    .as(change.getKey() + ": the journal is kept")
                    .isTrue();
            assertThat(world.disk.exists(JOURNAL)).isFalse();
        }
    }

    /// A power loss may keep a batch but for its offset, which is outside the checksum.
    @Test
    void aBatchOfWhichOnlyTheOffsetIsLostIsOurs() throws IOException {
        LogWorld world = begun();
        Path segment = world.file("00000000000000000000.log");
        int first = world.disk.bytes(segment).length;
        world.append("second");
        world.settle();
        byte[] torn = world.disk.bytes(segment);
        Arrays.fill(torn, first, first + 8, (byte) 0);
        world.disk.powerLoss();
        world.disk.reboot();
        try (var file = world.disk.open(segment, io.kurier.kernel.Disk.Open.WRITE)) {
            file.write(java.nio.ByteBuffer.wrap(torn), 0);
            file.sync();
        }
        world.startAgain(2);
        assertThat(world.values(0)).containsExactly("first", "second");
    }

    @Test
    void whatAnotherProgramHasOnlyCutOffIsPutBack() throws IOException {
        LogWorld world = changedByAnother(before -> {});
        assertThat(world.values(0)).containsExactly("first", "second");
        assertThat(world.disk.exists(LogWorld.DATA.resolve("kurier-a.journal.unused")))
                .isFalse();
    }

    @Test
    void aJournalOfAnOlderLayoutIsNotPassedOver() throws IOException {
        LogWorld world = begun();
        world.append("second");
        world.settle();
        byte[] journal = world.disk.bytes(JOURNAL);
        world.disk.powerLoss();
        world.disk.reboot();
        journal[3] = '1';
        try (var file = world.disk.open(JOURNAL, io.kurier.kernel.Disk.Open.CREATE)) {
            file.write(java.nio.ByteBuffer.wrap(journal), 0);
            file.sync();
        }
        assertThatThrownBy(() -> world.startAgain(2)).hasMessageContaining("unknown layout");
        assertThat(world.disk.exists(JOURNAL)).isTrue();
    }

    @Test
    void withoutRoomForItLogsAreSyncedOneByOne() {
        LogWorld world = begun();
        long used = world.disk.files(LogWorld.DATA).stream()
                .mapToLong(file -> size(world.disk, file))
                .sum();
        world.disk.capacity(used + 3000);
        world.append("second");
        world.settle();
        assertThat(world.directory.isOnline()).isTrue();
        assertThat(world.log.durableEndOffset()).isEqualTo(2);
        world.losePowerAndStart();
        assertThat(world.values(0)).containsExactly("first", "second");
    }

    private static long size(SimDisk disk, Path file) {
        try {
            return disk.size(file);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /// What was synced into the log's own file stays, whatever the journal says.
    @Test
    void aDamagedJournalHarmsNothingElse() {
        Seeds.each(200, seed -> {
            SplittableRandom random = new SplittableRandom(seed);
            LogWorld world = new LogWorld(seed);
            world.append("first");
            world.settle();
            for (int i = 0; i < random.nextInt(1, 30); i++) {
                world.append("value " + i);
                world.settle();
            }
            List<String> written = world.values(0);
            world.disk.killProcess();
            world.disk.reboot();
            int size = (int) Math.min(3000, world.disk.size(JOURNAL));
            for (int flip = random.nextInt(1, 4); flip > 0; flip--) {
                world.disk.flipBit(JOURNAL, random.nextInt(size), random.nextInt(8));
            }
            world.startAgain(seed + 1);
            assertThat(world.values(0)).isEqualTo(written);
        });
    }

    @Test
    void logsThatShareAJournalLoseNothing() {
        Seeds.each(100, seed -> new JournalRun(seed).run());
    }
}
