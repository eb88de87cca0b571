package io.kurier.log;

import io.kurier.kernel.Disk;
import io.kurier.log.file.DiskFull;
import io.kurier.log.file.MoveMark;
import io.kurier.log.partition.LogCopy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Moves one partition to another data directory of this node while it is appended to and read (KIP-113).
///
/// The copy grows in a folder `<topic>-<partition>.<unique>-future`. When it has caught up, appends wait for a moment;
/// then a mark is written into the old folder, durably ([MoveMark]). Before that moment the old folder is the
/// partition, afterwards the new one, whatever happens: [#settle] finishes at the next start what a crash ended. One
/// thread at a time.
public final class ReplicaMove {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaMove.class);

    private final PartitionLog current;
    private final PartitionLog future;
    private @Nullable LogCopy copy;
    private long writtenStart;

    /// Begins, or goes on with what an earlier run has copied. Cheap: nothing is copied or recovered yet.
    ///
    /// @throws LogException KAFKA_STORAGE_ERROR if the directory is offline, INVALID_TOPIC_EXCEPTION if the topic's
    ///     name is too long for the folder of a copy
    /// @throws IOException if the folder cannot be made
    public ReplicaMove(PartitionLog current, LogDirectory target) throws IOException {
        if (current.directory() == target) {
            throw new IllegalArgumentException(current.partition() + " is in " + target.path() + " already");
        }
        this.current = current;
        this.future = target.partitions().openFuture(current.partition(), current.topicId(), current.config());
    }

    /// The log as it is used until the move is finished.
    public PartitionLog current() {
        return current;
    }

    /// The copy.
    public PartitionLog future() {
        return future;
    }

    /// Copies the next batches that are durable. Returns their bytes, 0 if it has caught up. Blocks.
    ///
    /// @param maxBytes how many at most; a larger batch goes alone
    /// @throws LogException if that is not possible: the move is to be abandoned
    public int copy(int maxBytes) {
        LogCopy now = copy;
        if (now == null) {
            future.updateConfig(current.config());
            now = new LogCopy(current.opened(), future.opened());
            now.checkContinues();
            copy = now;
        }
        return now.some(maxBytes);
    }

    /// Catches up as far as that goes, and writes down where the copy starts, so that [#finish] has little to do.
    ///
    /// @throws LogException if that is not possible: the move is to be abandoned
    public void prepare() {
        while (copy(1 << 20) > 0) {
            current.directory().health().requireOnline();
        }
        future.flush();
        writtenStart = current.logStartOffset();
        future.advanceLogStart(writtenStart);
        future.directory().checkpointDurably();
    }

    /// Lets the copy take the partition's place, after [#prepare]. Appends wait meanwhile, and those that come to the
    /// old log afterwards are refused with a [LogException]. Listeners of the logs are not told what becomes durable
    /// here: locks are held.
    ///
    /// @param takenOver given the new log before the first append is refused
    /// @throws LogException if that is not possible. Either nothing has changed, or a data directory is offline
    public void finish(Consumer<PartitionLog> takenOver) {
        new LogCopy(current.opened(), future.opened())
                .handOver(
                        () -> {
                            if (future.logStartOffset() > writtenStart) {
                                future.directory().checkpointDurably();
                            }
                            mark();
                        },
                        () -> {
                            try {
                                future.directory().partitions().promote(future.partition());
                            } finally {
                                takenOver.accept(future);
                            }
                        });
    }

    private void mark() {
        Disk disk = current.directory().disk();
        Path folder = current.directory().folder(current.partition());
        try {
            MoveMark.write(disk, folder, future.directory().directoryId());
        } catch (IOException e) {
            if (DiskFull.is(e) && !disk.exists(folder.resolve(MoveMark.NAME))) {
                throw new LogException(
                        Errors.KAFKA_STORAGE_ERROR,
                        "Cannot move " + current.partition() + ": no space is left in "
                                + current.directory().path(),
                        e);
            }
            throw current.directory().health().offline("mark " + current.partition() + " as moved", e);
        }
    }

    /// Gives the move up: the copy is deleted.
    ///
    /// @throws LogException with KAFKA_STORAGE_ERROR if that failed; the copy stays then
    public void abandon() {
        future.directory().delete(future);
    }

    /// Deletes what the partition left behind, after a [#finish]. Who reads it now can finish.
    ///
    /// @throws LogException with KAFKA_STORAGE_ERROR if that failed; the next start tries again
    public void deleteOld() {
        current.directory().delete(current);
    }

    /// Finishes what a crash left between the last two steps of a move. Called before any log is opened.
    ///
    /// @throws LogException with KAFKA_STORAGE_ERROR if a disk fails, or if a partition lies in two directories and
    ///     nothing tells which one is right
    public static void settle(List<LogDirectory> directories) {
        for (LogDirectory target : directories) {
            for (PartitionFolder future : target.futures()) {
                for (LogDirectory source : directories) {
                    if (movedTo(source, future.partition(), target)) {
                        target.partitions().promote(future.partition());
                    }
                }
            }
        }
        Map<TopicPartition, LogDirectory> places = new HashMap<>();
        for (LogDirectory directory : directories) {
            for (PartitionFolder folder : directory.folders()) {
                LogDirectory other = places.putIfAbsent(folder.partition(), directory);
                if (other != null && movedTo(other, folder.partition(), directory)) {
                    places.put(folder.partition(), directory);
                    deleteOld(other, folder.partition());
                } else if (other != null && movedTo(directory, folder.partition(), other)) {
                    deleteOld(directory, folder.partition());
                } else if (other != null) {
                    throw new LogException(
                            Errors.KAFKA_STORAGE_ERROR,
                            "The partition " + folder.partition() + " lies in two data directories, " + other.path()
                                    + " and " + directory.path()
                                    + ", and nothing tells which one is right: take one of the folders away");
                }
            }
        }
    }

    private static void deleteOld(LogDirectory source, TopicPartition partition) {
        LOG.info("{} was moved out of {}: what is left there goes", partition, source.path());
        source.partitions().delete(new PartitionFolder(partition, source.folder(partition)), 0);
    }

    /// True if the partition's folder in `source` has a mark that leads to `target`; then it is durable as well.
    private static boolean movedTo(LogDirectory source, TopicPartition partition, LogDirectory target) {
        Path folder = source.folder(partition);
        try {
            if (source == target
                    || !source.disk().isDirectory(folder)
                    || MoveMark.read(source.disk(), folder)
                            .filter(target.directoryId()::equals)
                            .isEmpty()) {
                return false;
            }
            // A process that was killed may have left it in the page cache only.
            source.disk().syncDirectory(folder);
            return true;
        } catch (IOException e) {
            throw source.health().offline("read where " + partition + " went", e);
        }
    }
}
