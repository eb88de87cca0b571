package io.kurier.log;

import io.kurier.kernel.Disk;
import io.kurier.kernel.World;
import io.kurier.log.file.FolderNames;
import io.kurier.log.file.PartitionFolders;
import io.kurier.log.partition.LogFiles;
import io.kurier.log.partition.OpenLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The logs of one data directory and their folders: opened, made, renamed and deleted. A partition has one log here at
/// most: its own, or the copy that is to become it ([ReplicaMove]).
final class PartitionLogs {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionLogs.class);

    private static final long LEAST_TO_READ_ON_MS = 1_000;

    private final LogDirectory directory;
    private final World world;
    private final PartitionFolders folders;
    private final Map<TopicPartition, PartitionLog> logs = new ConcurrentHashMap<>();

    PartitionLogs(LogDirectory directory, World world, PartitionFolders folders) {
        this.directory = directory;
        this.world = world;
        this.folders = folders;
    }

    // ---- what there is

    List<PartitionFolder> folders() {
        return folders.all();
    }

    List<PartitionFolder> futures() {
        return folders.futures();
    }

    Path folder(TopicPartition partition) {
        return folders.path(partition);
    }

    boolean has(TopicPartition partition) {
        return folders.has(partition);
    }

    Optional<PartitionLog> find(TopicPartition partition) {
        return Optional.ofNullable(logs.get(partition));
    }

    Collection<PartitionLog> all() {
        return logs.values();
    }

    long sizeBytes(TopicPartition partition) throws IOException {
        PartitionLog log = logs.get(partition);
        if (log != null && log.isReady()) {
            return log.sizeBytes();
        }
        return folders.has(partition) || folders.hasFuture(partition) ? folders.sizeBytes(partition) : 0;
    }

    // ---- opening

    PartitionLog open(TopicPartition partition, Uuid topicId, LogConfig config) throws IOException {
        if (folders.hasFuture(partition)) {
            throw new LogException(
                    Errors.KAFKA_STORAGE_ERROR,
                    "What lies in " + folders.path(partition) + " is not the whole partition: start the node with the "
                            + "data directory that it was to move from");
        }
        return open(partition, topicId, config, false);
    }

    /// Opens the copy of a partition that is to move here, making its folder if there is none.
    ///
    /// @throws LogException with KAFKA_STORAGE_ERROR if the directory is offline, INVALID_TOPIC_EXCEPTION if the
    ///     topic's name is too long for that
    PartitionLog openFuture(TopicPartition partition, Uuid topicId, LogConfig config) throws IOException {
        if (folders.has(partition)) {
            throw new LogException(
                    Errors.KAFKA_STORAGE_ERROR,
                    partition + " lies in " + directory.path() + " already, or what it left there is not deleted yet");
        }
        return open(partition, topicId, config, true);
    }

    private PartitionLog open(TopicPartition partition, Uuid topicId, LogConfig config, boolean future)
            throws IOException {
        directory.health().requireOnline();
        PartitionLog known = logs.get(partition);
        if (known != null) {
            return known;
        }
        synchronized (folders) {
            PartitionLog raced = logs.get(partition);
            if (raced != null) {
                return raced;
            }
            boolean isNew = future ? !folders.hasFuture(partition) : !folders.has(partition);
            if (isNew) {
                makeFolder(partition, topicId, future);
            }
            PartitionLog log = new PartitionLog(directory, partition, topicId, config, isNew);
            logs.put(partition, log);
            return log;
        }
    }

    private void makeFolder(TopicPartition partition, Uuid topicId, boolean future) throws IOException {
        if (future) {
            folders.makeFuture(partition, topicId, world.random());
        } else {
            folders.make(partition, topicId);
        }
    }

    // ---- renaming and deleting

    /// Sets a partition's folder aside and makes an empty one.
    void replaceFolder(TopicPartition partition, Uuid topicId) throws IOException {
        boolean future = folders.hasFuture(partition);
        setAside(new PartitionFolder(partition, folder(partition)));
        makeFolder(partition, topicId, future);
    }

    /// A copy is whole: its folder gets the partition's own name, durably. Whoever uses it does not notice.
    ///
    /// @throws LogException with KAFKA_STORAGE_ERROR if that failed; the directory is offline then
    void promote(TopicPartition partition) {
        try {
            folders.promote(partition, (from, to) -> {
                PartitionLog log = logs.get(partition);
                OpenLog open = log == null ? null : log.openOrNull();
                if (open != null) {
                    new LogFiles(open).renameFolder(to);
                } else {
                    world.disk().rename(from, to);
                    world.disk().syncDirectory(directory.path());
                }
            });
        } catch (IOException e) {
            throw directory.health().offline("take over " + partition, e);
        }
    }

    void setAside(PartitionFolder folder) throws IOException {
        Path aside = folders.rename(folder, FolderNames.STRAY, world.random());
        LOG.warn("{} belongs to no known topic; it is kept as {}", folder.path(), aside);
    }

    void delete(PartitionLog log) {
        log.close();
        OpenLog open = log.openOrNull();
        if (open != null) {
            new LogFiles(open).leaveJournal();
        }
        if (!logs.remove(log.partition(), log)) {
            return;
        }
        delete(
                new PartitionFolder(log.partition(), folder(log.partition())),
                log.config().retention().fileDeleteDelayMs());
        if (open != null) {
            new LogFiles(open).retire();
        }
    }

    /// Deletes what a log left behind that another directory has now. Who had found it before can read on until the
    /// files go, after `file.delete.delay.ms` and a second at least.
    void leave(PartitionLog log) {
        OpenLog open = log.openOrNull();
        if (open == null || !logs.remove(log.partition(), log)) {
            return;
        }
        LogFiles files = new LogFiles(open);
        PartitionFolder folder = new PartitionFolder(log.partition(), folder(log.partition()));
        long delayMs = Math.max(LEAST_TO_READ_ON_MS, log.config().retention().fileDeleteDelayMs());
        try {
            Path gone =
                    folders.rename(folder, FolderNames.DELETE, world.random(), (from, to) -> files.renameFolder(to));
            deleteLater(delayMs, () -> {
                files.retire();
                deleteFolder(gone);
            });
        } catch (IOException e) {
            throw directory.health().failed("delete " + folder.partition(), e);
        }
    }

    private void deleteLater(long delayMs, Runnable delete) {
        world.timers()
                .after(
                        TimeUnit.MILLISECONDS.toNanos(delayMs),
                        () -> world.threads().slow().execute(delete));
    }

    /// Deletes the folder of a log that is not open: at once by name, and `delayMs` later by content.
    void delete(PartitionFolder folder, long delayMs) {
        try {
            Path gone = folders.rename(folder, FolderNames.DELETE, world.random());
            deleteLater(delayMs, () -> deleteFolder(gone));
        } catch (IOException e) {
            throw directory.health().failed("delete " + folder.partition(), e);
        }
    }

    /// Deletes in the background what earlier runs left.
    void sweep() {
        folders.toDelete().forEach(gone -> world.threads().slow().execute(() -> deleteFolder(gone)));
    }

    /// What cannot be deleted waits for the next start.
    private void deleteFolder(Path folder) {
        Disk disk = world.disk();
        try {
            for (Path file : disk.list(folder)) {
                disk.delete(file);
            }
            disk.delete(folder);
        } catch (IOException e) {
            LOG.warn("Cannot delete {} yet; the next start does: {}", folder, e.getMessage());
        }
    }
}
