package io.kurier.cluster.raft;

import io.kurier.kernel.Disk;
import io.kurier.kernel.DiskFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.server.common.OffsetAndEpoch;
import org.apache.kafka.snapshot.RawSnapshotReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The snapshot files of the metadata log, beside its segments: `<end offset, 20 digits>-<epoch, 10
/// digits>.checkpoint`, Kafka's names. A file that is being written ends in `.checkpoint.part`; it is renamed when it
/// is whole and durable. Safe for several threads.
final class SnapshotStore {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotStore.class);
    private static final String SUFFIX = ".checkpoint";
    static final String PART_SUFFIX = ".part";
    private static final Pattern NAME = Pattern.compile("(\\d{20})-(\\d{10})(-.*)?\\.checkpoint(\\.part|\\.deleted)?");

    private final Disk disk;
    private final Path directory;
    private final NavigableSet<OffsetAndEpoch> ids = new ConcurrentSkipListSet<>();

    private SnapshotStore(Disk disk, Path directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /// Lists the snapshots of a folder and deletes what an earlier run left unfinished.
    static SnapshotStore open(Disk disk, Path directory) throws IOException {
        SnapshotStore store = new SnapshotStore(disk, directory);
        for (Path path : disk.list(directory)) {
            Matcher matcher = NAME.matcher(path.getFileName().toString());
            if (matcher.matches()) {
                if (matcher.group(4) != null) {
                    disk.delete(path);
                } else if (matcher.group(3) == null) {
                    store.ids.add(
                            new OffsetAndEpoch(Long.parseLong(matcher.group(1)), Integer.parseInt(matcher.group(2))));
                }
            }
        }
        return store;
    }

    /// The snapshots that are there, oldest first; a live view.
    NavigableSet<OffsetAndEpoch> ids() {
        return ids;
    }

    Path path(OffsetAndEpoch id) {
        return directory.resolve("%020d-%010d%s".formatted(id.offset(), id.epoch(), SUFFIX));
    }

    /// Begins a snapshot; it counts once it is frozen.
    SnapshotWriting create(OffsetAndEpoch id) {
        try {
            Path path = path(id);
            return new SnapshotWriting(disk, id, path.resolveSibling(path.getFileName() + PART_SUFFIX), path, ids::add);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Reads a snapshot, if it is there.
    Optional<RawSnapshotReader> read(OffsetAndEpoch id) {
        return ids.contains(id) ? Optional.of(new SnapshotReading(this, id)) : Optional.empty();
    }

    /// `length` bytes from `position` on.
    ByteBuffer bytes(OffsetAndEpoch id, long position, int length) {
        try (DiskFile file = disk.open(path(id), Disk.Open.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            while (bytes.hasRemaining()) {
                if (file.read(bytes, position + bytes.position()) < 0) {
                    throw new IOException("cannot read " + path(id) + ": it ends before byte " + (position + length));
                }
            }
            return bytes.flip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long size(OffsetAndEpoch id) {
        try {
            return disk.size(path(id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Deletes all snapshots older than `id`.
    void deleteBefore(OffsetAndEpoch id) {
        for (OffsetAndEpoch old : ids.headSet(id, false)) {
            ids.remove(old);
            try {
                disk.delete(path(old));
            } catch (IOException e) {
                LOG.warn("An old snapshot of the metadata could not be deleted: {}", e.getMessage());
            }
        }
    }
}
