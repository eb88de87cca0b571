package io.kurier.log.journal;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.kernel.SideBySide;
import io.kurier.kernel.World;
import io.kurier.log.file.FolderNames;
import io.kurier.log.file.SegmentNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Puts what a journal holds into the segments that it belongs to, after an end that was no clean stop and before any
/// log is opened. Doing it twice, or half and then again, comes to the same.
public final class JournalReplay {
    private static final Logger LOG = LoggerFactory.getLogger(JournalReplay.class);

    private final World world;
    private final Disk disk;
    private final Path directory;
    private final Map<String, Map<Long, List<Piece>>> pieces = new HashMap<>();
    private final AtomicLong missingBytes = new AtomicLong();

    /// Bytes of a segment.
    ///
    /// @param from the journal's file that has them
    /// @param at where they are in it
    /// @param position where they belong in the segment
    private record Piece(DiskFile from, long at, int position, int bytes) {}

    private record Mending(Path segment, List<Piece> pieces) {}

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

    /// Replays the journal of a data directory, if it has one, and deletes it.
    ///
    /// @throws IOException if the disk fails; nothing is lost then, and trying again is right
    public static void run(World world, Path directory) throws IOException {
        Disk disk = world.disk();
        List<DiskFile> files = new ArrayList<>();
        try {
            for (String name : Journal.NAMES) {
                Path path = directory.resolve(name);
                if (disk.exists(path)) {
                    files.add(disk.open(path, Disk.Open.READ));
                }
            }
            if (!files.isEmpty()) {
                new JournalReplay(world, directory).replay(files);
            }
        } finally {
            for (DiskFile file : files) {
                file.close();
            }
        }
        discard(disk, directory);
    }

    private void replay(List<DiskFile> files) throws IOException {
        for (Turn turn : turns(files)) {
            read(turn.file());
        }
        List<Mending> mendings = mendings();
        try {
            SideBySide.forEach(world.threads(), mendings, this::mend);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        LOG.info(
                "The journal of {} held the newest records of {} segments; {} bytes were not in them",
                directory,
                mendings.size(),
                missingBytes);
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
                    pieces.computeIfAbsent(entry.folder(), _ -> new HashMap<>())
                            .computeIfAbsent(entry.segmentBaseOffset(), _ -> new ArrayList<>())
                            .add(new Piece(file, entry.at(), entry.position(), entry.bytes()));
                }
            }
        }
    }

    /// Segments and logs that are not there were deleted later.
    private List<Mending> mendings() {
        List<Mending> mendings = new ArrayList<>();
        pieces.forEach((folder, segments) -> {
            if (FolderNames.parse(folder).isPresent()
                    || FolderNames.parseFuture(folder).isPresent()) {
                segments.forEach((base, inSegment) -> {
                    Path segment = SegmentNames.file(directory.resolve(folder), base, SegmentNames.LOG);
                    if (disk.exists(segment)) {
                        mendings.add(new Mending(segment, inSegment));
                    }
                });
            }
        });
        return mendings;
    }

    /// What a segment holds already may have been in the page cache only, so it is synced in any case.
    private void mend(Mending mending) {
        try (DiskFile file = disk.open(mending.segment(), Disk.Open.WRITE)) {
            for (Piece piece : mending.pieces()) {
                if (piece.position() > file.size()) {
                    LOG.error(
                            "{} should have {} bytes at least, and has {}: what the journal holds behind is of no use",
                            mending.segment(),
                            piece.position(),
                            file.size());
                    break;
                }
                put(file, piece);
            }
            file.sync();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void put(DiskFile file, Piece piece) throws IOException {
        ByteBuffer bytes = read(piece.from(), piece.at(), piece.bytes());
        if (!bytes.equals(read(file, piece.position(), piece.bytes()))) {
            missingBytes.addAndGet(piece.bytes());
            file.write(bytes, piece.position());
        }
    }

    /// Less if the file ends before.
    private static ByteBuffer read(DiskFile file, long position, int bytes) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(bytes);
        while (into.hasRemaining() && file.read(into, position + into.position()) > 0) {
            // until it is full, or the file ends
        }
        return into.flip();
    }
}
