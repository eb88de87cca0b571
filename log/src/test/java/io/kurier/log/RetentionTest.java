package io.kurier.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.log.partition.LogTruncation;
import io.kurier.log.partition.OpenLog;
import io.kurier.log.partition.Retention;
import io.kurier.testkit.ManualClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final long NOW = ManualClock.START_MS;

    private final LogWorld world = new LogWorld();

    private long segments() {
        return world.disk.files(LogWorld.FOLDER).stream()
                .filter(file -> file.toString().endsWith(".log"))
                .count();
    }

    private void fill(LogConfig.Retention retention) {
        world.with(LogConfig.defaults().withSegmentBytes(150).with(retention));
        for (int i = 0; i < 10; i++) {
            world.append(TestBatch.of("value-" + i, "value-" + i).at(NOW - 100_000 + i * 10_000L));
        }
        world.settle();
    }

    private static LogConfig.Retention of(long ms, long bytes) {
        return new LogConfig.Retention(ms, bytes, true, false, 1000);
    }

    @Test
    void byTime() {
        fill(of(50_000, -1));
        assertThat(segments()).isEqualTo(10);
        assertThat(world.log.applyRetention(NOW, 20)).isEqualTo(5);
        assertThat(world.log.logStartOffset()).isEqualTo(10);
        assertThatThrownBy(() -> world.log.read(9, 20, 100, true)).isInstanceOf(OffsetOutOfRangeException.class);
        assertThat(world.values(10)).hasSize(10);
        assertThat(segments()).isEqualTo(5);
        world.losePowerAndStart();
        assertThat(world.log.logStartOffset()).isEqualTo(10);
    }

    /// Who found the log before its topic was deleted may still come: that is no disk error.
    @Test
    void aDeletedLogIsLeftAlone() {
        fill(of(50_000, -1));
        OpenLog found = java.util.Objects.requireNonNull(world.log.openOrNull());
        world.directory.delete(world.log);
        assertThat(new Retention(found).apply(NOW + 1_000_000, 20)).isZero();
        found.rollIfDue(NOW + 1_000_000_000L);
        LogTruncation truncation = new LogTruncation(found);
        assertThatThrownBy(() -> truncation.truncateFullyAndStartAt(3)).isInstanceOf(LogException.class);
        assertThat(world.directory.isOnline()).isTrue();
    }

    @Test
    void allGoesWhenAllIsOld() {
        fill(of(50_000, -1));
        assertThat(world.log.applyRetention(NOW + 1_000_000, 20)).isEqualTo(10);
        assertThat(world.log.logStartOffset()).isEqualTo(20);
        assertThat(world.append("next").baseOffset()).isEqualTo(20);
        world.killAndStart();
        assertThat(world.values(20)).containsExactly("next");
    }

    @Test
    void bySizeWithAtLeastThatMuchLeft() {
        fill(of(-1, 450));
        long each = world.log.sizeBytes() / 10;
        world.log.applyRetention(NOW, 20);
        assertThat(world.log.sizeBytes()).isBetween(450L, 450 + each);
    }

    @Test
    void neverBeyondTheHighWatermarkNorForCompactedTopics() {
        fill(of(50_000, -1));
        assertThat(world.log.applyRetention(NOW, 7)).isEqualTo(3);
        world.with(world.config.with(new LogConfig.Retention(1, 1, false, true, 0)));
        assertThat(world.log.applyRetention(NOW, 20)).isZero();
    }

    @Test
    void theLogStartMovesAndItsSegmentsGo() {
        fill(of(-1, -1));
        world.log.advanceLogStart(7);
        assertThat(world.values(7)).hasSize(13);
        assertThatThrownBy(() -> world.log.read(6, 20, 100, true)).isInstanceOf(OffsetOutOfRangeException.class);
        assertThat(world.log.applyRetention(NOW, 20)).isEqualTo(3);
        world.log.advanceLogStart(3);
        assertThat(world.log.logStartOffset()).as("never back").isEqualTo(7);
        assertThatThrownBy(() -> world.log.advanceLogStart(21)).isInstanceOf(OffsetOutOfRangeException.class);
        world.stopAndStart();
        assertThat(world.log.logStartOffset()).isEqualTo(7);
        world.directory.checkpoint();
        world.losePowerAndStart();
        assertThat(world.log.logStartOffset()).isEqualTo(7);
    }

    @Test
    void whoReadsADeletedSegmentCanFinish() {
        fill(of(50_000, -1));
        Slice slice = world.log.read(0, 20, 1000, true);
        world.log.applyRetention(NOW, 20);
        world.sim.advance(Duration.ofSeconds(2));
        assertThat(world.disk.files(LogWorld.FOLDER))
                .noneMatch(file -> file.toString().endsWith(".deleted"));
        assertThat(LogWorld.batches(slice.bytes())).hasSize(1);
    }

    @Test
    void filesWaitForTheirDelay() {
        fill(of(50_000, -1));
        world.log.applyRetention(NOW, 20);
        world.sim.advance(Duration.ofMillis(900));
        assertThat(world.disk.files(LogWorld.FOLDER))
                .anyMatch(file -> file.toString().endsWith(".log.deleted"));
    }

    @Test
    void segmentsRollByAge() {
        world.append("a");
        world.log.rollIfDue(NOW + Duration.ofDays(6).toMillis());
        assertThat(segments()).isEqualTo(1);
        world.log.rollIfDue(NOW + Duration.ofDays(8).toMillis());
        assertThat(segments()).isEqualTo(2);
        world.log.rollIfDue(NOW + Duration.ofDays(80).toMillis());
        assertThat(segments()).as("an empty segment stays").isEqualTo(2);
        world.append(TestBatch.of("b").at(NOW));
        world.append(TestBatch.of("c").at(NOW - Duration.ofDays(9).toMillis()));
        assertThat(segments()).isEqualTo(2);
        assertThat(world.values(0)).isEqualTo(List.of("a", "b", "c"));
    }

    @Test
    void aFullIndexRolls() {
        world.with(LogConfig.defaults().with(new LogConfig.Segments(1 << 30, 1 << 30, 0, 120, 0)));
        for (int i = 0; i < 100; i++) {
            world.append(TestBatch.of("value").at(NOW + i));
        }
        assertThat(segments()).isGreaterThan(5);
        assertThat(world.values(0)).hasSize(100);
    }
}
