package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.log.file.SyncFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DiskFaultsTest {
    private final LogWorld world = new LogWorld();

    private void refused(String message) {
        assertThatThrownBy(() -> world.log.append(TestBatch.of("x").build(), 0, Origin.CLIENT))
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.error()).isEqualTo(Errors.KAFKA_STORAGE_ERROR))
                .hasMessageContaining(message);
    }

    @Test
    void aFailedSyncTakesTheDirectoryOfflineAndIsNeverTriedAgain() {
        aFailedSyncEndsTheDirectory("b".repeat(100_000), ".log");
    }

    @Test
    void aFailedSyncOfTheJournalTakesTheDirectoryOfflineAndIsNeverTriedAgain() {
        aFailedSyncEndsTheDirectory("b", ".journal");
    }

    private void aFailedSyncEndsTheDirectory(String value, String file) {
        List<IOException> told = new ArrayList<>();
        List<Long> durable = new ArrayList<>();
        world.directory.onOffline(told::add);
        world.log.onDurable(durable::add);
        world.append("a");
        world.settle();
        world.append(value);
        world.disk.failNextSync(path -> path.toString().endsWith(file));
        world.settle();
        assertThat(told).hasSize(1);
        assertThat(durable).containsExactly(1L);
        assertThat(world.directory.isOnline()).isFalse();
        refused("offline");
        assertThatThrownBy(() -> world.log.read(0, 1, 100, true)).isInstanceOf(LogException.class);
        world.log.requestFlush();
        world.settle();
        assertThat(durable).as("no second try").containsExactly(1L);
        world.directory.close();
        world.startAgain(5);
        assertThat(world.directory.wasCleanlyClosed()).isFalse();
        assertThat(world.values(0)).startsWith("a");
    }

    @Test
    void aWriteErrorTakesTheDirectoryOffline() {
        world.append("a");
        world.disk.failWrites(path -> path.toString().endsWith(".log"));
        refused("Input/output error");
        assertThat(world.directory.isOnline()).isFalse();
    }

    @Test
    void aFullDiskRefusesAppendsAndHeals() {
        world.append("a");
        world.settle();
        long used =
                world.disk.files(LogWorld.DATA).stream().mapToLong(this::size).sum();
        world.disk.capacity(used + 30);
        refused("no space is left");
        refused("no space is left");
        assertThat(world.directory.isOnline()).isTrue();
        assertThat(world.values(0)).as("reads go on").containsExactly("a");
        assertThat(size(world.file("00000000000000000000.log")))
                .as("the tail is cut back")
                .isEqualTo(world.log.sizeBytes());
        world.directory.checkpoint();
        world.disk.heal();
        assertThat(world.append("b").baseOffset()).isEqualTo(1);
        world.settle();
        assertThat(world.log.durableEndOffset()).isEqualTo(2);
        world.stopAndStart();
        assertThat(world.values(0)).containsExactly("a", "b");
    }

    @Test
    void aFullDiskAtARollRefusesTheAppendAndHeals() {
        world.with(LogConfig.defaults().withSegmentBytes(100));
        world.append("a");
        world.settle();
        world.disk.capacity(
                world.disk.files(LogWorld.DATA).stream().mapToLong(this::size).sum());
        refused("no space is left");
        world.disk.heal();
        assertThat(world.append("b").baseOffset()).isEqualTo(1);
        world.sim.advance(Duration.ofSeconds(5));
        assertThat(world.log.durableEndOffset()).isEqualTo(2);
        assertThat(world.values(0)).containsExactly("a", "b");
    }

    @Test
    void everyFullMomentIsSurvived() {
        for (int n = 1; n < 60; n++) {
            LogWorld full = new LogWorld(n).with(LogConfig.defaults().withSegmentBytes(300));
            full.disk.fullAfterWrites(n);
            List<String> stored = new ArrayList<>();
            for (int i = 0; i < 15; i++) {
                try {
                    full.append("v" + i);
                    stored.add("v" + i);
                } catch (LogException e) {
                    assertThat(e).hasMessageContaining("space");
                }
                full.settle();
            }
            full.disk.heal();
            full.append("last");
            stored.add("last");
            full.sim.advance(Duration.ofSeconds(3));
            assertThat(full.directory.isOnline()).isTrue();
            assertThat(full.values(0)).isEqualTo(stored);
            assertThat(full.log.durableEndOffset()).isEqualTo(stored.size());
            full.losePowerAndStart();
            assertThat(full.values(0)).isEqualTo(stored);
        }
    }

    @Test
    void bitRotInASealedSegmentIsSeenWhereOneLooksInside() throws IOException {
        world.with(LogConfig.defaults().withSegmentBytes(100));
        world.append("a", "b");
        world.append("c", "d");
        world.settle();
        world.disk.flipBit(world.file("00000000000000000000.log"), 16, 0);
        assertThatThrownBy(() -> world.log.read(1, 4, 1000, true))
                .isInstanceOfSatisfying(
                        LogException.class, e -> assertThat(e.error()).isEqualTo(Errors.CORRUPT_MESSAGE))
                .hasMessageContaining("damaged at position 0");
        assertThat(world.values(2)).containsExactly("c", "d");
    }

    @Test
    void aReadErrorIsNamedAndHeals() {
        world.append("a");
        Slice slice = world.log.read(0, 1, 100, true);
        world.disk.failReads(path -> path.toString().endsWith(".log"));
        assertThatThrownBy(slice::bytes).isInstanceOf(LogException.class).hasMessageContaining("Input/output error");
        world.disk.heal();
        assertThat(world.values(0)).containsExactly("a");
    }

    private long size(java.nio.file.Path file) {
        try {
            return world.disk.exists(file) ? world.disk.size(file) : 0;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    // ---- what the process after a failed sync finds in the page cache

    @ParameterizedTest
    @ValueSource(strings = {".log", ".journal"})
    void whatTheNextProcessTakesForDurableSurvivesAPowerLoss(String file) {
        LogWorld world = new LogWorld();
        world.append("first");
        if (file.equals(".journal")) {
            world.settle();
            world.append("second");
        }
        world.disk.failNextSync(path -> path.toString().endsWith(file));
        world.settle();
        assertThat(world.directory.isOnline()).isFalse();

        world.killAndStart();
        List<String> found = world.values(0);
        world.settle();
        assertThat(found).endsWith(file.equals(".journal") ? "second" : "first");
        assertThat(world.log.durableEndOffset()).isEqualTo(found.size());
        assertThat(world.disk.exists(LogWorld.DATA.resolve(SyncFailure.NAME))).isFalse();

        world.losePowerAndStart();
        assertThat(world.values(0)).isEqualTo(found);
    }

    @Test
    void aStartThatDiesWhileItMendsIsRepeated() {
        for (int writes = 0; writes < 12; writes++) {
            LogWorld world = new LogWorld();
            world.append("first");
            world.settle();
            world.append("second");
            world.disk.failNextSync(path -> true);
            world.settle();
            world.disk.killProcess();
            world.disk.reboot();
            world.disk.killAfterWrites(writes);
            try {
                world.startAgain(3);
            } catch (RuntimeException | AssertionError killed) {
                assertThat(world.disk.isDead()).isTrue();
            }
            world.disk.killProcess();
            world.disk.reboot();
            world.startAgain(4);
            List<String> found = world.values(0);
            world.settle();
            assertThat(world.log.durableEndOffset()).isEqualTo(found.size());
            world.losePowerAndStart();
            assertThat(world.values(0)).as("after %d writes", writes).isEqualTo(found);
        }
    }
}
