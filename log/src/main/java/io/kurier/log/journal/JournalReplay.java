package io.kurier.log.journal;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.kernel.SideBySide;
import io.kurier.kernel.World;
import io.kurier.log.file.FolderNames;
import io.kurier.log.journal.LogMending.Piece;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts what a journal holds into the segments that it belongs to, after an end that was no clean stop and before any
/// log is opened. Doing it twice, or half and then again, comes to the same.
public final class JournalReplay {
    private static final Logger LOG = LoggerFactory.getLogger(JournalReplay.class);

    /// Behind the name of a journal of which something could not be replayed.
    private static final String UNUSED = ".unused";

    private final World world;
    private final Disk disk;
    private final Path directory;
    private final Map<String, NavigableMap<Long, List<Piece>>> pieces = new HashMap<>();

    private record Turn(DiskFile file, long firstSequence) {}

    private JournalReplay(World world, Path directory) {
        this.world = world;
        this.disk = world.disk();
        this.directory = directory;
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

    /// Replays the journal of a data directory, if it has one, and deletes it. If another program has written to a log
    /// since, what the journal holds of that log stays out of it, and the journal is kept under another name.
    ///
    /// @throws IOException if the disk fails; nothing is lost then, and trying again is right
    public static void run(World world, Path directory) throws IOException {
        Disk disk = world.disk();
        List<DiskFile> files = new ArrayList<>();
        boolean used = true;
        try {
            for (String name : Journal.NAMES) {
                Path path = directory.resolve(name);
                if (disk.exists(path)) {
                    files.add(disk.open(path, Disk.Open.READ));
                }
            }
            if (!files.isEmpty()) {
                used = new JournalReplay(world, directory).replay(files);
            }
        } finally {
            for (DiskFile file : files) {
                file.close();
            }
        }
        if (used) {
            discard(disk, directory);
        } else {
            setAside(disk, directory);
        }
    }

    private static void setAside(Disk disk, Path directory) throws IOException {
        for (String name : Journal.NAMES) {
            Path file = directory.resolve(name);
            if (disk.exists(file)) {
                disk.rename(file, directory.resolve(name + UNUSED));
            }
        }
        disk.syncDirectory(directory);
    }

    /// False if something could not be put where it belongs.
    private boolean replay(List<DiskFile> files) throws IOException {
        for (Turn turn : turns(files)) {
            read(turn.file());
        }
        List<LogMending> mendings = mendings();
        try {
            SideBySide.forEach(world.threads(), mendings, LogMending::run);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        LOG.info(
                "The journal of {} held the newest records of {} logs; {} bytes were not in them",
                directory,
                mendings.size(),
                mendings.stream().mapToLong(LogMending::missingBytes).sum());
        return mendings.stream().allMatch(LogMending::isWhole);
    }

    /// The files that hold anything, the older first.
    private static List<Turn> turns(Collection<DiskFile> files) throws IOException {
        List<Turn> turns = new ArrayList<>();
        for (DiskFile file : files) {
            JournalScanner scanner = new JournalScanner(file);
            if (scanner.next()) {
                turns.add(new Turn(file, scanner.sequence()));
            }
        }
        turns.sort(Comparator.comparingLong(Turn::firstSequence));
        return turns;
    }

    private void read(DiskFile file) throws IOException {
        JournalScanner scanner = new JournalScanner(file);
        while (scanner.next()) {
            for (var entry = scanner.nextEntry(); entry != null; entry = scanner.nextEntry()) {
                if (entry.bytes() == JournalBlock.FORGET) {
                    pieces.remove(entry.folder());
                } else {
                    pieces.computeIfAbsent(entry.folder(), _ -> new TreeMap<>())
                            .computeIfAbsent(entry.segmentBaseOffset(), _ -> new ArrayList<>())
                            .add(new Piece(file, entry));
                }
            }
        }
    }

    private List<LogMending> mendings() {
        List<LogMending> mendings = new ArrayList<>();
        pieces.forEach((folder, segments) -> {
            if (FolderNames.parse(folder).isPresent()
                    || FolderNames.parseFuture(folder).isPresent()) {
                mendings.add(new LogMending(disk, directory.resolve(folder), segments));
            }
        });
        return mendings;
    }
}
