package io.kurier.log.partition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.kernel.WholeFiles;
import io.kurier.log.LogCompaction;
import io.kurier.log.LogConfig;
import io.kurier.log.LogException;
import io.kurier.log.LogWorld;
import io.kurier.log.Origin;
import io.kurier.log.Slice;
import io.kurier.log.cleaner.CleaningPass;
import io.kurier.log.cleaner.KeyHash;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.NewRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// What a start makes of each state that a swap of segments can be left in, by Kurier or by Apache Kafka.
class SegmentSwapTest {
    private static final LogConfig CONFIG = LogConfig.defaults()
            .with(new LogConfig.Retention(-1, -1, false, true, 0))
            .with(new LogConfig.Compaction(0, Long.MAX_VALUE, 0, 1_000));
    private static final String FIRST = "0".repeat(20);
    private static final Map<String, String> TABLE = Map.of("a", "5", "b", "4", "c", "3");

    /// Three closed segments, the last of which outdates all but one record of the others.
    private static LogWorld world() throws Exception {
        LogWorld world = new LogWorld().with(CONFIG);
        append(world, "a", "1", "b", "2", "c", "3");
        roll(world);
        append(world, "b", "4");
        roll(world);
        append(world, "a", "5");
        roll(world);
        world.directory.checkpoint();
        return world;
    }

    private static void append(LogWorld world, String... keysAndValues) throws Exception {
        List<NewRecord> records = new ArrayList<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            records.add(new NewRecord(1, bytes(keysAndValues[i]), bytes(keysAndValues[i + 1])));
        }
        world.log.append(Batches.of(records), 0, Origin.COORDINATOR);
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static void roll(LogWorld world) {
        world.log.rollIfDue(Long.MAX_VALUE / 2);
        world.settle();
    }

    private static void compact(LogWorld world) {
        CleaningPass.Settings settings = new CleaningPass.Settings(1 << 20, 0.9, new KeyHash(new Random(1)));
        long end = world.log.logEndOffset();
        try (LogCompaction compaction =
                new LogCompaction(world.log, LogCompaction.range(world.log, end, 1), settings, 1)) {
            long bytes = 1;
            while (bytes > 0) {
                bytes = compaction.step(1 << 20);
            }
        }
    }

    private static Map<String, String> table(LogWorld world) {
        Map<String, String> table = new TreeMap<>();
        for (LogRecord record : world.records(0)) {
            ByteBuffer key = record.key();
            assertThat(key).isNotNull();
            table.put(StandardCharsets.UTF_8.decode(key.duplicate()).toString(), LogWorld.value(record));
        }
        return table;
    }

    private static List<String> names(LogWorld world) throws IOException {
        return world.disk.list(LogWorld.FOLDER).stream()
                .map(path -> path.getFileName().toString())
                .toList();
    }

    private static void assertWhole(LogWorld world, String as) throws IOException {
        assertThat(table(world)).as(as).isEqualTo(TABLE);
        assertThat(world.log.logEndOffset()).as(as).isEqualTo(5);
        assertThat(names(world))
                .as(as)
                .noneMatch(name -> name.endsWith(".cleaned") || name.endsWith(".swap") || name.endsWith(".deleted"));
    }

    @Test
    void neighboursBecomeOneSegment() throws Exception {
        LogWorld world = world();
        assertThat(world.records(0)).hasSize(5);
        compact(world);
        assertThat(world.records(0)).hasSize(3);
        world.settle();
        assertWhole(world, "at once");
        assertThat(names(world).stream().filter(name -> name.endsWith(".log"))).hasSize(2);
        assertWhole(world.stopAndStart(), "after a stop");
        world.log.recover();
    }

    @Test
    void anyStepMayBeTheLast() throws Exception {
        int steps = 0;
        for (boolean whole = false; !whole; steps++) {
            for (boolean power : new boolean[] {false, true}) {
                LogWorld world = world();
                if (power) {
                    world.disk.crashAfterWrites(steps + 1);
                } else {
                    world.disk.killAfterWrites(steps + 1);
                }
                try {
                    compact(world);
                    whole = !world.disk.isDead();
                } catch (LogException e) {
                    assertThat(world.disk.isDead()).as("%s", e).isTrue();
                }
                LogWorld again = power ? world.losePowerAndStart() : world.killAndStart();
                again.log.recover();
                assertWhole(again, "after step " + steps + (power ? " and a power loss" : " and a kill"));
                compact(again);
                again.settle();
                assertThat(again.records(0)).hasSize(3);
                assertWhole(again, "compacted again after step " + steps);
            }
        }
        assertThat(steps).isGreaterThan(20);
    }

    /// The segment that compaction made, under names with a suffix in a folder with the three that it replaces.
    private static LogWorld beside(String suffixOfLog, String suffixOfIndexes) throws Exception {
        LogWorld compacted = world();
        compact(compacted);
        compacted.settle();
        LogWorld world = world();
        for (String kind : List.of(".log", ".index", ".timeindex")) {
            byte[] bytes = WholeFiles.read(compacted.disk, compacted.file(FIRST + kind), 1 << 20);
            Path to = world.file(FIRST + kind + (kind.equals(".log") ? suffixOfLog : suffixOfIndexes));
            try (DiskFile file = world.disk.open(to, Disk.Open.CREATE)) {
                file.write(ByteBuffer.wrap(bytes), 0);
            }
        }
        LogWorld again = world.killAndStart();
        again.log.recover();
        return again;
    }

    @Test
    void aWholeSwapOfApacheKafkaIsFinished() throws Exception {
        LogWorld world = beside(".swap", ".swap");
        assertWhole(world, "finished");
        assertThat(world.records(0)).hasSize(3);
    }

    @Test
    void aSwapOfWhichOneFileIsNotRenamedIsUndone() throws Exception {
        for (String[] suffixes :
                new String[][] {{".swap", ".cleaned"}, {".cleaned", ".swap"}, {".cleaned", ".cleaned"}}) {
            LogWorld world = beside(suffixes[0], suffixes[1]);
            assertWhole(world, "undone");
            assertThat(world.records(0)).as("nothing is compacted").hasSize(5);
        }
    }

    @Test
    void whoReadsAnOldSegmentCanFinish() throws Exception {
        LogWorld world = world();
        Slice slice = world.log.read(0, 5, 1 << 20, true);
        compact(world);
        world.settle();
        assertThat(LogWorld.batches(slice.bytes()).getFirst().count()).isEqualTo(3);
    }

    @Test
    void segmentsThatWentMeanwhileEndThePass() throws Exception {
        LogWorld world = world();
        CleaningPass.Settings settings = new CleaningPass.Settings(1 << 20, 0.9, new KeyHash(new Random(1)));
        try (LogCompaction compaction =
                new LogCompaction(world.log, LogCompaction.range(world.log, 5, 1), settings, 1)) {
            for (int i = 0; i < 4; i++) {
                compaction.step(1);
            }
            world.log.advanceLogStart(3);
            world.log.applyRetention(1, 5);
            assertThatThrownBy(() -> {
                        while (compaction.step(1) > 0) {
                            assertThat(world.log.logStartOffset()).isEqualTo(3);
                        }
                    })
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("removed meanwhile");
        }
        assertThat(names(world)).noneMatch(name -> name.endsWith(".cleaned"));
        assertThat(world.directory.isOnline()).isTrue();
    }

    @Test
    void aSegmentThatWasCutMeanwhileEndsThePass() throws Exception {
        LogWorld world = world();
        append(world, "a", "7");
        append(world, "b", "8");
        roll(world);
        CleaningPass.Settings settings = new CleaningPass.Settings(1 << 20, 0.9, new KeyHash(new Random(1)));
        try (LogCompaction compaction =
                new LogCompaction(world.log, LogCompaction.range(world.log, 7, 1), settings, 1)) {
            for (int i = 0; i < 5; i++) {
                compaction.step(1);
            }
            world.log.truncateTo(6);
            append(world, "b", "9");
            roll(world);
            assertThatThrownBy(() -> {
                        while (compaction.step(1) > 0) {
                            assertThat(world.log.logEndOffset()).isEqualTo(7);
                        }
                    })
                    .isInstanceOf(LogException.class)
                    .hasMessageContaining("removed meanwhile");
        }
        assertThat(table(world)).isEqualTo(Map.of("a", "7", "b", "9", "c", "3"));
    }
}
