package io.kurier.log.partition;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import io.kurier.kernel.WholeFiles;
import io.kurier.log.file.MoveMark;
import io.kurier.log.file.SegmentNames;
import io.kurier.log.segment.BatchScanner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.OptionalLong;
import java.util.TreeSet;

/// What lies in a partition's folder, after what an earlier run left unfinished was finished or swept away.
///
/// @param segments base offsets of the segments
/// @param snapshots offsets of the producer snapshots
record FolderFiles(NavigableSet<Long> segments, NavigableSet<Long> snapshots) {

    /// Sweeps the folder and lists it. Files of unknown names are left alone.
    static FolderFiles of(Disk disk, Path folder) throws IOException {
        if (disk.list(folder).stream().anyMatch(path -> named(path).endsWith(SegmentNames.SWAP))) {
            dropUnfinished(disk, folder);
            completeSwaps(disk, folder);
        }
        FolderFiles files = new FolderFiles(new TreeSet<>(), new TreeSet<>());
        List<Path> all = disk.list(folder);
        for (Path path : all) {
            String name = named(path);
            if (name.equals(MoveMark.NAME)) {
                throw new IOException("what " + folder + " held was moved to the data directory with the id "
                        + MoveMark.read(disk, folder).orElseThrow()
                        + ", which is not here: start the node with that directory in log.dirs");
            }
            if (name.endsWith(SegmentNames.DELETED)
                    || name.endsWith(SegmentNames.CLEANED)
                    || name.endsWith(WholeFiles.TEMPORARY_SUFFIX)) {
                disk.delete(path);
            }
            SegmentNames.offset(path, SegmentNames.LOG).ifPresent(files.segments::add);
            SegmentNames.offset(path, SegmentNames.SNAPSHOT).ifPresent(files.snapshots::add);
        }
        for (Path path : all) {
            for (String kind : SegmentNames.KINDS) {
                OptionalLong base = SegmentNames.offset(path, kind);
                if (base.isPresent() && !files.segments.contains(base.getAsLong())) {
                    disk.delete(path);
                }
            }
        }
        return files;
    }

    private static String named(Path path) {
        return path.getFileName().toString();
    }

    /// Compaction renames the files of a segment to `.swap` one after the other when all are whole: as long as one is
    /// still named `.cleaned` nothing was replaced, and nothing behind it.
    private static void dropUnfinished(Disk disk, Path folder) throws IOException {
        long unfinished = Long.MAX_VALUE;
        for (Path path : disk.list(folder)) {
            unfinished = Math.min(unfinished, base(path, SegmentNames.CLEANED));
        }
        for (Path path : disk.list(folder)) {
            long base = base(path, SegmentNames.SWAP);
            if (base < Long.MAX_VALUE && base >= unfinished) {
                disk.delete(path);
            }
        }
        // Before the others go, which tell that these do not count.
        disk.syncDirectory(folder);
    }

    /// The base offset in the name of a segment's file with that suffix, `Long.MAX_VALUE` if it is another file.
    private static long base(Path path, String suffix) {
        for (String kind : SegmentNames.KINDS) {
            OptionalLong base = SegmentNames.offset(path, kind + suffix);
            if (base.isPresent()) {
                return base.getAsLong();
            }
        }
        return Long.MAX_VALUE;
    }

    /// What is named `.swap` is whole, and what it replaces is not needed any more.
    private static void completeSwaps(Disk disk, Path folder) throws IOException {
        List<Path> all = disk.list(folder);
        for (Path path : all) {
            OptionalLong base = SegmentNames.offset(path, SegmentNames.LOG + SegmentNames.SWAP);
            if (base.isPresent()) {
                long from = base.getAsLong();
                // Only when all old names are gone does a file of the new segment get its own.
                boolean isOldThere = disk.exists(SegmentNames.file(folder, from, SegmentNames.LOG));
                deleteBetween(disk, all, isOldThere ? from : from + 1, endOffset(disk, path, from));
            }
        }
        disk.syncDirectory(folder);
        for (String kind : SegmentNames.KINDS) {
            for (Path path : all) {
                OptionalLong base = SegmentNames.offset(path, kind + SegmentNames.SWAP);
                if (base.isPresent()) {
                    disk.rename(path, SegmentNames.file(folder, base.getAsLong(), kind));
                }
            }
        }
        disk.syncDirectory(folder);
    }

    /// Deletes the segments that begin at or behind `from` and before `to`.
    private static void deleteBetween(Disk disk, List<Path> all, long from, long to) throws IOException {
        for (Path path : all) {
            long base = base(path, "");
            if (base >= from && base < to) {
                disk.delete(path);
            }
        }
    }

    private static long endOffset(Disk disk, Path file, long baseOffset) throws IOException {
        try (DiskFile open = disk.open(file, Disk.Open.READ)) {
            BatchScanner scanner = new BatchScanner(open, 0, open.size(), false);
            long end = baseOffset;
            while (scanner.next()) {
                end = scanner.batch().nextOffset();
            }
            return end;
        }
    }
}
