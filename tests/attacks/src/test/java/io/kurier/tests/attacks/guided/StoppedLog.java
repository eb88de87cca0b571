package io.kurier.tests.attacks.guided;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.kernel.MemoryDisk;
import io.kurier.kernel.World;
import io.kurier.log.LogConfig;
import io.kurier.log.LogDirectory;
import io.kurier.log.Origin;
import io.kurier.log.PartitionLog;
import io.kurier.protocol.records.InvalidBatchException;
import io.kurier.testkit.ManualClock;
import io.kurier.testkit.ManualThreads;
import io.kurier.testkit.ManualTimers;
import io.kurier.testkit.SimWorld;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;

/// The files of a data directory with one partition of several segments, epochs, codecs and producers, as its node left
/// them; copied in memory for each use.
final class StoppedLog {
    static final long TIME_MS = ManualClock.START_MS;

    private static final Path FOLDER = Path.of("/data");
    private static final TopicPartition PARTITION = new TopicPartition("damaged", 0);
    private static final Uuid TOPIC_ID = new Uuid(7, 7);
    private static final long DISK_BYTES = 16 << 20;
    private static final long JOURNAL_BYTES = 1 << 20;
    private static final LogConfig CONFIG =
            LogConfig.defaults().with(new LogConfig.Segments(900, 3_600_000, 0, 4096, 150));

    private final TreeMap<Path, byte[]> files;
    private final End end;

    private StoppedLog(TreeMap<Path, byte[]> files, End end) {
        this.files = files;
        this.end = end;
    }

    /// How its node ended.
    enum End {
        KILLED,
        CLOSED,
        /// Killed, with the last appends durable in the journal alone.
        KILLED_WITH_JOURNAL
    }

    /// Writes it.
    static StoppedLog make(End end) {
        try {
            Copy log = new Copy(new TreeMap<>(), end);
            PartitionLog partition = log.open();
            for (int i = 0; i < 12; i++) {
                partition.append(batch(i, i % 5), i / 4, Origin.CLIENT);
                if (i == 8) {
                    partition.flush();
                    log.directory().checkpoint();
                } else {
                    log.threads.runAll();
                }
            }
            if (end == End.CLOSED) {
                log.close();
            }
            return new StoppedLog(log.snapshot(), end);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InvalidBatchException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The batch of a number, in this codec; two of three are of producer 5.
    static ByteBuffer batch(int number, int codec) {
        SimpleRecord[] records = new SimpleRecord[1 + number % 3];
        for (int i = 0; i < records.length; i++) {
            records[i] = new SimpleRecord(TIME_MS + number, ("k" + i).getBytes(), new byte[20 + 7 * number]);
        }
        Compression compression = Compression.of(CompressionType.forId(codec)).build();
        return number % 3 == 0
                ? MemoryRecords.withRecords(compression, records).buffer()
                : MemoryRecords.withIdempotentRecords(
                                compression, 5, (short) 0, number / 3 * 5 + (number % 3 == 1 ? 0 : 2), records)
                        .buffer();
    }

    /// A copy of its own.
    Copy copy() throws IOException {
        return new Copy(files, end);
    }

    /// The files on a disk in memory, to be damaged and opened.
    static final class Copy implements AutoCloseable {
        private final ManualClock clock = new ManualClock();
        private final ManualThreads threads = new ManualThreads();
        private final Disk disk = new MemoryDisk(clock, DISK_BYTES);
        private final World world =
                new World(clock, new ManualTimers(clock), threads, disk, SimWorld.noNetwork(), new Random(1));
        private final List<Path> names;
        private @Nullable LogDirectory directory;

        private final LogDirectory.Settings settings;

        private Copy(SequencedMap<Path, byte[]> files, End end) throws IOException {
            LogDirectory.Settings usual = LogDirectory.Settings.defaults();
            settings =
                    end == End.KILLED_WITH_JOURNAL ? usual.withJournalBytes(JOURNAL_BYTES) : usual.withJournalBytes(0);
            names = List.copyOf(files.keySet());
            for (var file : files.entrySet()) {
                disk.createDirectories(file.getKey().getParent());
                try (DiskFile copy = disk.open(file.getKey(), Disk.Open.CREATE)) {
                    copy.write(ByteBuffer.wrap(file.getValue()), 0);
                }
            }
        }

        LogDirectory directory() {
            return java.util.Objects.requireNonNull(directory);
        }

        PartitionLog open() throws IOException {
            directory = LogDirectory.open(world, FOLDER, settings);
            return directory.open(PARTITION, TOPIC_ID, CONFIG);
        }

        @Override
        public void close() {
            if (directory != null) {
                directory.close();
                threads.runAll();
                directory = null;
            }
        }

        private Path name(int file) {
            return names.get(file % names.size());
        }

        byte[] content(int file) throws IOException {
            return bytes(name(file));
        }

        private byte[] bytes(Path name) throws IOException {
            if (!disk.exists(name)) {
                return new byte[0];
            }
            try (DiskFile file = disk.open(name, Disk.Open.READ)) {
                ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
                file.read(bytes, 0);
                return bytes.array();
            }
        }

        void write(int file, int at, byte[] bytes) throws IOException {
            try (DiskFile to = disk.open(name(file), Disk.Open.CREATE)) {
                to.write(ByteBuffer.wrap(bytes), at);
            }
        }

        void truncate(int file, int size) throws IOException {
            try (DiskFile to = disk.open(name(file), Disk.Open.CREATE)) {
                to.truncate(size);
            }
        }

        void replace(int file, byte[] bytes) throws IOException {
            truncate(file, 0);
            write(file, 0, bytes);
        }

        void delete(int file) throws IOException {
            disk.delete(name(file));
        }

        TreeMap<Path, byte[]> snapshot() throws IOException {
            TreeMap<Path, byte[]> all = new TreeMap<>();
            List<Path> folders = new ArrayList<>(List.of(FOLDER));
            while (!folders.isEmpty()) {
                for (Path path : disk.list(folders.removeLast())) {
                    if (disk.isDirectory(path)) {
                        folders.add(path);
                    } else if (!path.endsWith(".lock")) {
                        all.put(path, bytes(path));
                    }
                }
            }
            if (all.size() < 10) {
                throw new NoSuchFileException(all.keySet().toString());
            }
            return all;
        }
    }
}
