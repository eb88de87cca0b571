package io.kurier.log;

import io.kurier.protocol.records.BatchView;
import io.kurier.protocol.records.InvalidBatchException;
import io.kurier.protocol.records.LogRecord;
import io.kurier.protocol.records.RecordIterator;
import io.kurier.testkit.SimDisk;
import io.kurier.testkit.SimWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;

/// A data directory with one log on a simulated disk, with verbs for tests.
final class LogWorld {
    static final Path DATA = Path.of("/data");
    static final TopicPartition TOPIC = new TopicPartition("topic", 0);
    static final Path FOLDER = DATA.resolve("topic-0");
    static final Uuid ID = new Uuid(7, 7);
    static final LogDirectory.Settings SETTINGS =
            new LogDirectory.Settings(6, 64 << 20, 60_000, 86_400_000, 1000, 4096, 1 << 30);

    SimWorld sim;
    final SimDisk disk;
    LogConfig config = LogConfig.defaults();
    LogDirectory directory;
    PartitionLog log;

    LogWorld() {
        this(1);
    }

    LogWorld(long seed) {
        sim = SimWorld.inOrder(seed);
        disk = sim.disk();
        start();
    }

    private LogWorld(SimWorld sim, LogDirectory directory, PartitionLog log) {
        this.sim = sim;
        this.disk = sim.disk();
        this.directory = directory;
        this.log = log;
    }

    /// A log that was opened elsewhere.
    static LogWorld around(SimWorld sim, LogDirectory directory, PartitionLog log) {
        return new LogWorld(sim, directory, log);
    }

    /// Opens the directory and the log; nothing is recovered yet.
    LogWorld start() {
        try {
            directory = LogDirectory.open(sim.world(), DATA, SETTINGS);
            log = directory.open(TOPIC, ID, config);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Another process finds the same disk.
    LogWorld startAgain(long seed) {
        sim = SimWorld.around(disk, seed);
        return start();
    }

    LogWorld stopAndStart() {
        directory.close();
        return startAgain(2);
    }

    LogWorld killAndStart() {
        disk.killProcess();
        disk.reboot();
        return startAgain(3);
    }

    LogWorld losePowerAndStart() {
        disk.powerLoss();
        disk.reboot();
        return startAgain(4);
    }

    void settle() {
        sim.settle();
    }

    /// Closes this run and opens the log with other settings.
    LogWorld with(LogConfig newConfig) {
        config = newConfig;
        log.updateConfig(newConfig);
        return this;
    }

    Appended append(String... values) {
        return append(TestBatch.of(values));
    }

    Appended append(TestBatch batch) {
        try {
            return log.append(batch.build(), 0, Origin.CLIENT);
        } catch (InvalidBatchException e) {
            throw new AssertionError(e.error() + ": " + e.getMessage(), e);
        }
    }

    /// All values from an offset on, read slice by slice.
    List<String> values(long from) {
        return records(from).stream().map(LogWorld::value).toList();
    }

    List<LogRecord> records(long from) {
        List<LogRecord> records = new ArrayList<>();
        long offset = from;
        while (offset < log.logEndOffset()) {
            Slice slice = log.read(offset, log.logEndOffset(), 1 << 20, true);
            if (slice.isEmpty()) {
                break;
            }
            ByteBuffer bytes = slice.bytes();
            for (BatchView batch : batches(bytes)) {
                if (!batch.checksumFits()) {
                    throw new AssertionError("a damaged batch at " + batch.baseOffset());
                }
                try (RecordIterator in = RecordIterator.of(batch)) {
                    while (in.hasNext()) {
                        LogRecord record = in.next();
                        if (record.offset() >= from) {
                            records.add(record);
                        }
                    }
                }
                offset = batch.nextOffset();
            }
            if (slice.nextOffset() < offset) {
                throw new AssertionError("the slice ends at " + slice.nextOffset() + ", its batches at " + offset);
            }
            offset = slice.nextOffset();
        }
        return records;
    }

    static List<BatchView> batches(ByteBuffer bytes) {
        List<BatchView> batches = new ArrayList<>();
        for (int at = 0; at < bytes.limit(); at = batches.getLast().end()) {
            batches.add(new BatchView(bytes, at));
            if (!batches.getLast().isWhole()) {
                throw new AssertionError("a batch that is not whole");
            }
        }
        return batches;
    }

    static String value(LogRecord record) {
        ByteBuffer value = record.value();
        return value == null
                ? "(no value)"
                : StandardCharsets.UTF_8.decode(value.duplicate()).toString();
    }

    Path file(String name) {
        return FOLDER.resolve(name);
    }
}
