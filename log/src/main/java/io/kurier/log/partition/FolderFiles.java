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
    private static final List<String> INDEXES =
            List.of(SegmentNames.INDEX, SegmentNames.TIME_INDEX, SegmentNames.TXN_INDEX);

    /// Sweeps the folder and lists it. Files of unknown names are left alone.
    static FolderFiles of(Disk disk, Path folder) throws IOException {
        completeSwaps(disk, folder);
        FolderFiles files = new FolderFiles(new TreeSet<>(), new TreeSet<>());
        List<Path> all = disk.list(folder);
        for (Path path : all) {
            String name = path.getFileName().toString();
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
            for (String kind : INDEXES) {
                OptionalLong base = SegmentNames.offset(path, kind);
                if (base.isPresent() && !files.segments.contains(base.getAsLong())) {
                    disk.delete(path);
                }
            }
        }
        return files;
    }

    /// Compaction writes a segment in full before it gives it the suffix `.swap`: from then on the segments that it
    /// replaces are not needed any more.
    private static void completeSwaps(Disk disk, Path folder) throws IOException {
        for (Path path : disk.list(folder)) {
            OptionalLong base = SegmentNames.offset(path, SegmentNames.LOG + SegmentNames.SWAP);
            if (base.isPresent()) {
                long end = endOffset(disk, path, base.getAsLong());
                for (Path other : disk.list(folder)) {
                    OptionalLong replaced = SegmentNames.offset(other, SegmentNames.LOG);
                    if (replaced.isPresent()
                            && replaced.getAsLong() >= base.getAsLong()
                            && replaced.getAsLong() < Math.max(end, base.getAsLong() + 1)) {
                        disk.delete(other);
                        for (String kind : INDEXES) {
                            disk.delete(SegmentNames.file(folder, replaced.getAsLong(), kind));
                        }
                    }
                }
                disk.rename(path, SegmentNames.file(folder, base.getAsLong(), SegmentNames.LOG));
            }
        }
        for (Path path : disk.list(folder)) {
            String name = path.getFileName().toString();
            if (name.endsWith(SegmentNames.SWAP)) {
                disk.rename(path, path.resolveSibling(name.substring(0, name.length() - SegmentNames.SWAP.length())));
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
