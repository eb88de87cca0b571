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
public final class LogWorld {
    public static final Path DATA = Path.of("/data");
    public static final TopicPartition TOPIC = new TopicPartition("topic", 0);
    public static final Path FOLDER = DATA.resolve("topic-0");
    public static final Uuid ID = new Uuid(7, 7);
    public static final LogDirectory.Settings SETTINGS =
            new LogDirectory.Settings(6, 64 << 20, 60_000, 86_400_000, 1000, 4096, 1 << 30);

    public SimWorld sim;
    public final SimDisk disk;
    public LogConfig config = LogConfig.defaults();
    public LogDirectory directory;
    public PartitionLog log;

    public LogWorld() {
        this(1);
    }

    public LogWorld(long seed) {
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
    public static LogWorld around(SimWorld sim, LogDirectory directory, PartitionLog log) {
        return new LogWorld(sim, directory, log);
    }

    /// Opens the directory and the log; nothing is recovered yet.
    public LogWorld start() {
        try {
            directory = LogDirectory.open(sim.world(), DATA, SETTINGS);
            log = directory.open(TOPIC, ID, config);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Another process finds the same disk.
    public LogWorld startAgain(long seed) {
        sim = SimWorld.around(disk, seed);
        return start();
    }

    public LogWorld stopAndStart() {
        directory.close();
        return startAgain(2);
    }

    public LogWorld killAndStart() {
        disk.killProcess();
        disk.reboot();
        return startAgain(3);
    }

    public LogWorld losePowerAndStart() {
        disk.powerLoss();
        disk.reboot();
        return startAgain(4);
    }

    public void settle() {
        sim.settle();
    }

    /// Closes this run and opens the log with other settings.
    public LogWorld with(LogConfig newConfig) {
        config = newConfig;
        log.updateConfig(newConfig);
        return this;
    }

    public Appended append(String... values) {
        return append(TestBatch.of(values));
    }

    public Appended append(TestBatch batch) {
        try {
            return log.append(batch.build(), 0, Origin.CLIENT);
        } catch (InvalidBatchException e) {
            throw new AssertionError(e.error() + ": " + e.getMessage(), e);
        }
    }

    /// All values from an offset on, read slice by slice.
    public List<String> values(long from) {
        return records(from).stream().map(LogWorld::value).toList();
    }

    public List<LogRecord> records(long from) {
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

    public static List<BatchView> batches(ByteBuffer bytes) {
        List<BatchView> batches = new ArrayList<>();
        for (int at = 0; at < bytes.limit(); at = batches.getLast().end()) {
            batches.add(new BatchView(bytes, at));
            if (!batches.getLast().isWhole()) {
                throw new AssertionError("a batch that is not whole");
            }
        }
        return batches;
    }

    public static String value(LogRecord record) {
        ByteBuffer value = record.value();
        return value == null
                ? "(no value)"
                : StandardCharsets.UTF_8.decode(value.duplicate()).toString();
    }

    public Path file(String name) {
        return FOLDER.resolve(name);
    }
}
