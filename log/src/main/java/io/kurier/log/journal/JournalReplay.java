package io.kurier.log.journal;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.kernel.SideBySide;
import io.kurier.kernel.World;
import io.kurier.log.file.FolderNames;
import io.kurier.log.file.OpenFile;
import io.kurier.log.file.OpenFiles;
import io.kurier.log.file.SegmentNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts what a journal holds into the segments that it belongs to, after an end that was no clean stop and before any
/// log is opened. Doing it twice, or half and then again, comes to the same.
public final class JournalReplay {
    private static final Logger LOG = LoggerFactory.getLogger(JournalReplay.class);
    private static final int OPEN_FILES = 256;

    private final World world;
    private final Disk disk;
    private final Path directory;
    private final OpenFiles files;
    /// The last block that makes a folder's earlier bytes void.
    private final Map<String, Long> forgotten = new HashMap<>();
    private final Map<Path, OpenFile> segments = new HashMap<>();
    private final Set<String> broken = new HashSet<>();
    private long mendedBytes;

    private JournalReplay(World world, Path directory) {
        this.world = world;
        this.disk = world.disk();
        this.directory = directory;
        this.files = new OpenFiles(disk, OPEN_FILES);
    }

    /// Deletes a journal, durably: everything in it is elsewhere.
    public static void discard(Disk disk, Path directory) throws IOException {
        boolean any = false;
        for (String name : Journal.NAMES) {
            Path file = directory.resolve(name);
            if (disk.exists(file)) {
                disk.delete(file);
                any = true;
            }
        }
        if (any) {
            disk.syncDirectory(directory);
        }
    }

    /// Replays the journal of a data directory, if it has one, and deletes it.
    ///
    /// @throws IOException if the disk fails; nothing is lost then, and trying again is right
    public static void run(World world, Path directory) throws IOException {
        boolean any = false;
        for (String name : Journal.NAMES) {
            any |= world.disk().exists(directory.resolve(name));
        }
        if (any) {
            JournalReplay replay = new JournalReplay(world, directory);
            try {
                replay.replay();
            } finally {
                replay.files.close();
            }
            discard(world.disk(), directory);
        }
    }

    private void replay() throws IOException {
        List<Path> turns = turns();
        for (Path turn : turns) {
            each(turn, (entry, sequence) -> {
                if (entry.bytes() == null) {
                    forgotten.put(entry.folder(), sequence);
                }
            });
        }
        for (Path turn : turns) {
            each(turn, (entry, sequence) -> {
                ByteBuffer bytes = entry.bytes();
                if (bytes != null && sequence > forgotten.getOrDefault(entry.folder(), -1L)) {
                    put(entry, bytes);
                }
            });
        }
        sync();
        LOG.info(
                "The journal of {} held the newest records of {} segments; {} bytes were not in them",
                directory,
                segments.size(),
                mendedBytes);
    }

    /// Its files that hold anything, the older first.
    private List<Path> turns() throws IOException {
        record Turn(Path path, long firstSequence) {}
        List<Turn> turns = new ArrayList<>();
        for (String name : Journal.NAMES) {
            Path path = directory.resolve(name);
            if (disk.exists(path)) {
                try (DiskFile file = disk.open(path, Disk.Open.READ)) {
                    JournalScanner scanner = new JournalScanner(file);
                    if (scanner.next()) {
                        turns.add(new Turn(path, scanner.sequence()));
                    }
                }
            }
        }
        turns.sort(Comparator.comparingLong(Turn::firstSequence));
        return turns.stream().map(Turn::path).toList();
    }

    private interface EntryUse {
        void use(JournalScanner.Entry entry, long sequence) throws IOException;
    }

    private void each(Path path, EntryUse use) throws IOException {
        try (DiskFile file = disk.open(path, Disk.Open.READ)) {
            JournalScanner scanner = new JournalScanner(file);
            while (scanner.next()) {
                for (var entry = scanner.nextEntry(); entry != null; entry = scanner.nextEntry()) {
                    use.use(entry, scanner.sequence());
                }
            }
        }
    }

    private void put(JournalScanner.Entry entry, ByteBuffer bytes) throws IOException {
        OpenFile segment = segment(entry);
        if (segment == null || broken.contains(entry.folder())) {
            return;
        }
        DiskFile file = segment.acquire();
        try {
            if (entry.position() > file.size()) {
                broken.add(entry.folder());
                LOG.error(
                        "{} should have {} bytes at least, and has {}: what the journal holds behind is of no use",
                        segment.path(),
                        entry.position(),
                        file.size());
            } else if (!holds(file, entry.position(), bytes)) {
                mendedBytes += bytes.remaining();
                file.write(bytes, entry.position());
            }
        } finally {
            segment.release();
        }
    }

    /// Null if the segment, or the whole log, was deleted later; and for what is no log's.
    private @Nullable OpenFile segment(JournalScanner.Entry entry) {
        if (FolderNames.parse(entry.folder()).isEmpty()
                && FolderNames.parseFuture(entry.folder()).isEmpty()) {
            return null;
        }
        Path path = SegmentNames.file(directory.resolve(entry.folder()), entry.segmentBaseOffset(), SegmentNames.LOG);
        OpenFile known = segments.get(path);
        if (known == null && disk.exists(path)) {
            known = files.of(path);
            segments.put(path, known);
        }
        return known;
    }

    private static boolean holds(DiskFile file, int position, ByteBuffer bytes) throws IOException {
        ByteBuffer there = ByteBuffer.allocate(bytes.remaining());
        while (there.hasRemaining()) {
            if (file.read(there, position + (long) there.position()) <= 0) {
                return false;
            }
        }
        return there.flip().equals(bytes);
    }

    /// What the segments held already may have been in the page cache only.
    private void sync() throws IOException {
        try {
            SideBySide.forEach(world.threads(), segments.values(), segment -> {
                try {
                    DiskFile file = segment.acquire();
                    try {
                        file.sync();
                    } finally {
                        segment.release();
                    }
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
