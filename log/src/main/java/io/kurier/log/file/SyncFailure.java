package io.kurier.log.file;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `kurier.sync-failed`: the disk has failed here, and the page cache may show bytes that the disk does not have.
///
/// A sync that fails leaves its pages clean: the next one succeeds and writes nothing, and a process that starts again
/// reads from them what a power loss would take away. So the first start after a failure writes all that was not known
/// to be on the disk once more. The mark needs to outlive the process only: without the page cache there is no danger.
public final class SyncFailure {
    /// The file's name.
    public static final String NAME = "kurier.sync-failed";

    private static final Logger LOG = LoggerFactory.getLogger(SyncFailure.class);
    private static final int PIECE_BYTES = 1 << 20;

    private SyncFailure() {}

    /// Leaves the mark, as far as the disk lets it.
    public static void mark(Disk disk, Path directory) {
        try (DiskFile file = disk.open(directory.resolve(NAME), Disk.Open.CREATE)) {
            file.write(ByteBuffer.wrap(new byte[] {'\n'}), 0);
        } catch (IOException e) {
            LOG.warn("{} cannot be marked as failed: {}", directory, e.getMessage());
        }
    }

    /// Makes what is in the page cache durable, if there is a mark, and takes the mark away. Repeated by the next start
    /// if it does not come to its end.
    ///
    /// @param checkpoints say what was on the disk before
    /// @throws IOException if the disk still fails
    public static void mend(Disk disk, Path directory, Checkpoints checkpoints) throws IOException {
        Path mark = directory.resolve(NAME);
        if (!disk.exists(mark)) {
            return;
        }
        LOG.warn(
                "{} went offline with a disk error the last time: what may not be on the disk is written again",
                directory);
        for (Path folder : disk.list(directory)) {
            String name = String.valueOf(folder.getFileName());
            Optional<TopicPartition> partition = FolderNames.parse(name).or(() -> FolderNames.parseFuture(name));
            if (partition.isPresent() && disk.isDirectory(folder)) {
                long from = FolderNames.parse(name).isPresent() ? checkpoints.recoveryPoint(partition.get()) : 0;
                for (Path segment : segmentsFrom(disk.list(folder), from)) {
                    rewrite(disk, segment);
                }
                disk.syncDirectory(folder);
            }
        }
        disk.delete(mark);
        disk.syncDirectory(directory);
    }

    /// The segment that holds the record before `offset`, and all behind it.
    private static List<Path> segmentsFrom(List<Path> files, long offset) {
        List<Path> segments = files.stream()
                .filter(file -> SegmentNames.offset(file, SegmentNames.LOG).isPresent())
                .sorted(Comparator.comparingLong(SyncFailure::base))
                .toList();
        int first = segments.size() - 1;
        while (first > 0 && base(segments.get(first)) >= offset) {
            first--;
        }
        return segments.subList(Math.max(0, first), segments.size());
    }

    private static long base(Path segment) {
        return SegmentNames.offset(segment, SegmentNames.LOG).orElseThrow();
    }

    private static void rewrite(Disk disk, Path segment) throws IOException {
        ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
        try (DiskFile file = disk.open(segment, Disk.Open.WRITE)) {
            long position = 0;
            while (file.read(piece.clear(), position) > 0) {
                piece.flip();
                int bytes = piece.remaining();
                file.write(piece, position);
                position += bytes;
            }
            file.sync();
        }
    }
}
