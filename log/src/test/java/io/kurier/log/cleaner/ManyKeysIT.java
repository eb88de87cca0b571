package io.kurier.log.cleaner;

import static org.assertj.core.api.Assertions.assertThat;

import io.kurier.kernel.Clock;
import io.kurier.kernel.FileDisk;
import io.kurier.kernel.SystemThreads;
import io.kurier.kernel.SystemTimers;
import io.kurier.kernel.World;
import io.kurier.log.LogCompaction;
import io.kurier.log.LogConfig;
import io.kurier.log.LogDirectory;
import io.kurier.log.LogWorld;
import io.kurier.log.Origin;
import io.kurier.log.PartitionLog;
import io.kurier.log.Slice;
import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.Batches;
import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.NewRecord;
import io.kurier.protocol.records.RecordIterator;
import io.kurier.testkit.SimWorld;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Many more keys than there is memory for, each written twice: all are compacted, in passes that keep to the memory
/// that was set. `-Dkurier.keys=50000000` by command, with the default of 128 MiB; few keys and little memory else.
class ManyKeysIT {
    private static final int KEYS = Integer.getInteger("kurier.keys", 100_000);
    private static final long MAP_BYTES = KEYS <= 1_000_000 ? 512 << 10 : 128 << 20;
    private static final double LOAD_FACTOR = 0.9;
    private static final int A_BATCH = 1_000;
    private static final int ROUNDS = 2;

    @TempDir
    private Path folder;

    @Test
    void memoryIsBoundedAndEveryKeyIsKept() throws Exception {
        try (SystemTimers timers = new SystemTimers("timers")) {
            World world = new World(
                    Clock.system(), timers, new SystemThreads(), new FileDisk(), SimWorld.noNetwork(), new Random(1));
            try (LogDirectory directory =
                    LogDirectory.open(world, folder.resolve("data"), LogDirectory.Settings.defaults())) {
                PartitionLog log = directory.open(LogWorld.TOPIC, LogWorld.ID, config());
                write(log);
                compact(log);
                check(log);
            }
        }
    }

    private static LogConfig config() {
        LogConfig defaults = LogConfig.defaults();
        return defaults.with(new LogConfig.Retention(-1, -1, false, true, 0))
                .withSegmentBytes(KEYS <= 1_000_000 ? 1 << 20 : 256 << 20);
    }

    private static void write(PartitionLog log) throws Exception {
        for (int round = 0; round < ROUNDS; round++) {
            for (int key = 0; key < KEYS; key += A_BATCH) {
                List<NewRecord> records = new ArrayList<>(A_BATCH);
                for (int i = key; i < Math.min(KEYS, key + A_BATCH); i++) {
                    records.add(new NewRecord(1, bytes(Integer.reverse(i)), bytes(round)));
                }
                log.append(Batches.of(records), 0, Origin.COORDINATOR);
            }
        }
        log.rollIfDue(Long.MAX_VALUE / 2);
        log.flush();
    }

    private static ByteBuffer bytes(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(0, number);
    }

    private static void compact(PartitionLog log) {
        long most = (long) (MAP_BYTES / KeyMap.ENTRY_BYTES * LOAD_FACTOR);
        CleaningPass.Settings settings = new CleaningPass.Settings(MAP_BYTES, LOAD_FACTOR, new KeyHash(new Random(2)));
        int passes = 0;
        CleanRange range = LogCompaction.range(log, log.logEndOffset(), 1);
        while (range.dirtyBytes() > 0) {
            try (LogCompaction compaction = new LogCompaction(log, range, settings, 1)) {
                long bytes = 1;
                while (bytes > 0) {
                    bytes = compaction.step(1 << 20);
                }
                assertThat(compaction.result().cleanedTo() - range.firstDirty())
                        .as("keys of one pass, all different")
                        .isBetween(1L, most);
            }
            passes++;
            range = LogCompaction.range(log, log.logEndOffset(), 1);
        }
        assertThat(passes).isGreaterThanOrEqualTo((int) (ROUNDS * (long) KEYS / most));
    }

    private static void check(PartitionLog log) {
        BitSet seen = new BitSet(KEYS);
        long offset = log.logStartOffset();
        long records = 0;
        while (offset < log.logEndOffset()) {
            Slice slice = log.read(offset, log.logEndOffset(), 1 << 20, true);
            if (slice.isEmpty()) {
                break;
            }
            offset = slice.nextOffset();
            for (BatchView batch : LogWorld.batches(slice.bytes())) {
                try (RecordIterator in = RecordIterator.of(batch)) {
                    while (in.hasNext()) {
                        seen.set(key(in.next()));
                        records++;
                    }
                }
            }
        }
        assertThat(records).isEqualTo(KEYS);
        assertThat(seen.cardinality()).isEqualTo(KEYS);
    }

    /// The key of a record of the last round.
    private static int key(LogRecord record) {
        ByteBuffer key = record.key();
        ByteBuffer value = record.value();
        if (key == null || value == null || value.getInt(value.position()) != ROUNDS - 1) {
            throw new AssertionError("an old record at offset " + record.offset());
        }
        return Integer.reverse(key.getInt(key.position()));
    }
}
