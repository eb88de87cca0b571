package io.kurier.log;

import io.kurier.kernel.Disk;
import io.kurier.kernel.SideBySide;
import io.kurier.kernel.Timers;
import io.kurier.kernel.World;
import io.kurier.log.file.Checkpoints;
import io.kurier.log.file.CleanMark;
import io.kurier.log.file.MetaPropertiesFile;
import io.kurier.log.file.PartitionFolders;
import io.kurier.log.file.SyncFailure;
import io.kurier.log.journal.JournalReplay;
import io.kurier.log.partition.LogHome;
import io.kurier.log.partition.OpenLog;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One data directory: its lock, its identity, its checkpoints, its flusher and the partitions in it. Online until a
/// disk error.
public final class LogDirectory implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(LogDirectory.class);
    private static final String LOCK = ".lock";
    private static final String METADATA_TOPIC = "__cluster_metadata";

    /// Limits of one data directory.
    ///
    /// @param maxOpenFiles how many segment and index files may stay open (those in use right now come on top)
    /// @param hotBytes how many of the bytes appended last are taken to be in the page cache
    /// @param checkpointIntervalMs how often recovery points, log starts and high watermarks are written down
    /// @param producerExpirationMs `producer.id.expiration.ms`
    /// @param maxProducersPerPartition how many idempotent producers one partition remembers
    /// @param journalBytes how large each of the journal's two files may become; 0 for no journal
    /// @param pageCacheBytes how many of the bytes that leaders wrote last stay in the page cache for sure
    public record Settings(
            int maxOpenFiles,
            long hotBytes,
            long checkpointIntervalMs,
            long producerExpirationMs,
            int maxProducersPerPartition,
            long journalBytes,
            long pageCacheBytes) {
        /// 512 files, 64 MiB, 60 s, 24 h, 10,000 producers, 32 MiB, 1 GiB.
        public static Settings defaults() {
            return new Settings(512, 64L << 20, 60_000, 24 * 3600 * 1000L, 10_000, 32 << 20, 1 << 30);
        }

        /// The same with another limit for the journal.
        public Settings withJournalBytes(long bytes) {
            return new Settings(
                    maxOpenFiles,
                    hotBytes,
                    checkpointIntervalMs,
                    producerExpirationMs,
                    maxProducersPerPartition,
                    bytes,
                    pageCacheBytes);
        }
    }

    private final World world;
    private final Path path;
    private final Settings settings;
    private final Closeable lock;
    private final DirectoryHealth health;
    private final DirectoryHome home;
    private final Checkpoints checkpoints;
    private final @Nullable Long previousEpoch;
    private final PartitionLogs logs;
    private Uuid directoryId;
    private volatile @Nullable MetaProperties meta;
    private volatile long brokerEpoch = CleanMark.NO_EPOCH;
    private volatile boolean closed;
    private Timers.@Nullable Timer timer;

    private LogDirectory(World world, Path path, Settings settings, Closeable lock) throws IOException {
        this.world = world;
        this.path = path;
        this.settings = settings;
        this.lock = lock;
        this.health = new DirectoryHealth(world.disk(), path, world.threads().slow());
        this.checkpoints = Checkpoints.read(world.disk(), path);
        SyncFailure.mend(world.disk(), path, checkpoints);
        this.previousEpoch = consumeCleanMark();
        this.directoryId = newId();
        Optional<MetaProperties> known = MetaPropertiesFile.read(world.disk(), path, directoryId);
        this.meta = known.orElse(null);
        this.directoryId = known.map(MetaProperties::directoryId).orElse(directoryId);
        this.logs = new PartitionLogs(this, world, new PartitionFolders(world.disk(), path, checkpoints));
        this.home = new DirectoryHome(world, path, settings, health, checkpoints, logs::all);
    }

    /// A journal beside a clean mark is an old one: another program that knows nothing of it has stopped here since.
    private @Nullable Long consumeCleanMark() throws IOException {
        if (CleanMark.isThere(world.disk(), path)) {
            JournalReplay.discard(world.disk(), path);
        }
        Optional<Long> epoch = CleanMark.consume(world.disk(), path);
        JournalReplay.run(world, path);
        return epoch.orElse(null);
    }

    private Uuid newId() {
        Uuid id = new Uuid(world.random().nextLong(), world.random().nextLong());
        return id.toString().startsWith("-") || Uuid.RESERVED.contains(id) ? newId() : id;
    }

    /// Opens a data directory, making it if it is not there: takes `.lock`, reads its identity, and consumes the clean
    /// mark.
    ///
    /// @throws IOException if it is in use by another process, cannot be read or written, or its `meta.properties` is
    ///     not one
    public static LogDirectory open(World world, Path path, Settings settings) throws IOException {
        Disk disk = world.disk();
        PartitionFolders.makeDirectory(disk, path);
        Closeable lock;
        try {
            lock = disk.lock(path.resolve(LOCK));
        } catch (IOException e) {
            throw new IOException(
                    "Cannot take the lock of the data directory " + path + ": is another node running on it? ("
                            + e.getMessage() + ")",
                    e);
        }
        boolean opened = false;
        try {
            LogDirectory directory = new LogDirectory(world, path, settings, lock);
            directory.logs.sweep();
            directory.checkpointLater();
            opened = true;
            return directory;
        } finally {
            if (!opened) {
                lock.close();
            }
        }
    }

    // ---- identity

    /// Who this directory belongs to; empty for a new one.
    public Optional<MetaProperties> metaProperties() {
        return Optional.ofNullable(meta);
    }

    /// Gives the directory its identity, durably.
    public void writeMetaProperties(MetaProperties identity) throws IOException {
        MetaPropertiesFile.write(world.disk(), path, identity);
        meta = identity;
        directoryId = identity.directoryId();
    }

    /// This directory's id: of `meta.properties`, or a new one to be written with them.
    public Uuid directoryId() {
        return directoryId;
    }

    /// Where it is.
    public Path path() {
        return path;
    }

    /// True if the last run ended by [#close()].
    public boolean wasCleanlyClosed() {
        return previousEpoch != null;
    }

    /// The broker epoch that the last clean stop left in the clean mark; empty after any other end.
    public OptionalLong previousBrokerEpoch() {
        Long epoch = previousEpoch;
        return epoch == null || epoch == CleanMark.NO_EPOCH ? OptionalLong.empty() : OptionalLong.of(epoch);
    }

    /// The broker epoch to leave in the clean mark.
    public void setBrokerEpoch(long newBrokerEpoch) {
        brokerEpoch = newBrokerEpoch;
    }

    /// False after a disk error, until the next start.
    public boolean isOnline() {
        return health.isOnline();
    }

    /// Calls `listener` once when the directory goes offline, on a slow thread; at once, here, if it is.
    public void onOffline(Consumer<IOException> listener) {
        health.onOffline(listener);
    }

    // ---- partitions

    /// The partitions that have a folder here, by the folders' names alone. Deleted and stray folders are left out, and
    /// so is the metadata log, which belongs to the controller.
    public List<PartitionFolder> folders() {
        return logs.folders().stream()
                .filter(folder -> !folder.partition().topic().equals(METADATA_TOPIC))
                .toList();
    }

    /// The folders of partitions that are to move here and are not whole yet.
    public List<PartitionFolder> futures() {
        return logs.futures();
    }

    /// Opens a partition's log, making its folder if there is none. Cheap: nothing is read before the first touch.
    /// Opening twice gives the same log. A folder that belongs to another topic of the same name is set aside as
    /// `-stray` at the first touch.
    ///
    /// @throws LogException with KAFKA_STORAGE_ERROR if the directory is offline, or holds only a copy that is not
    ///     whole
    public PartitionLog open(TopicPartition partition, Uuid topicId, LogConfig config) throws IOException {
        return logs.open(partition, topicId, config);
    }

    /// True if the partition has a folder here; a copy that is not whole does not count.
    public boolean has(TopicPartition partition) {
        return logs.has(partition);
    }

    /// The log of a partition if it was opened.
    public Optional<PartitionLog> log(TopicPartition partition) {
        return logs.find(partition);
    }

    /// All logs that were opened and not deleted.
    public Collection<PartitionLog> logs() {
        return List.copyOf(logs.all());
    }

    /// How many files of its logs are open now.
    public int openFiles() {
        return home.files().size();
    }

    /// Deletes a partition: its folder gets a name that ends in `-delete` at once, and goes in the background after the
    /// topic's `file.delete.delay.ms`. Who reads it now can finish.
    ///
    /// @throws LogException with KAFKA_STORAGE_ERROR if the folder cannot be renamed
    public void delete(PartitionLog log) {
        logs.delete(log);
    }

    /// Renames a partition's folder so that it ends in `-stray`: it is ignored from then on, and nothing is lost.
    public void setAside(PartitionFolder folder) throws IOException {
        logs.setAside(folder);
    }

    /// Bytes of a partition's segments, of its copy while there is one; 0 if it has no folder. Does not recover it.
    public long sizeBytes(TopicPartition partition) throws IOException {
        return logs.sizeBytes(partition);
    }

    /// Bytes of the disk that it lies on.
    public long totalBytes() throws IOException {
        return disk().totalBytes(path);
    }

    /// Bytes of that disk that can still be written.
    public long usableBytes() throws IOException {
        return disk().usableBytes(path);
    }

    // ---- for its logs

    /// What lies in it.
    PartitionLogs partitions() {
        return logs;
    }

    Path folder(TopicPartition partition) {
        return logs.folder(partition);
    }

    DirectoryHealth health() {
        return health;
    }

    LogHome home() {
        return home;
    }

    Disk disk() {
        return world.disk();
    }

    Checkpoints checkpoints() {
        return checkpoints;
    }

    // ---- checkpoints and the end

    private void checkpointLater() {
        timer = world.timers()
                .after(
                        TimeUnit.MILLISECONDS.toNanos(settings.checkpointIntervalMs()),
                        () -> world.threads().slow().execute(() -> {
                            if (!closed) {
                                checkpoint();
                                checkpointLater();
                            }
                        }));
    }

    /// Writes the checkpoint files now; they are also written periodically. A failure is logged: recovery takes longer
    /// then.
    public void checkpoint() {
        home.checkpoint();
    }

    /// Writes the checkpoint files now: where logs start is durable afterwards.
    ///
    /// @throws LogException with KAFKA_STORAGE_ERROR if that failed
    public void checkpointDurably() {
        health.requireOnline();
        try {
            home.writeCheckpoints();
        } catch (IOException e) {
            throw health.failed("write the checkpoints of " + path, e);
        }
    }

    /// Flushes all logs, writes the checkpoints, and last the clean mark; then gives the lock back. After a disk error,
    /// or while a log is still to be recovered, no mark is left. Closing twice is harmless.
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        Timers.Timer next = timer;
        if (next != null) {
            next.cancel();
        }
        try {
            if (isOnline()) {
                closeLogs();
            }
        } catch (IOException | LogException e) {
            LOG.error("{} is not left in good order, the next start recovers it: {}", path, e.getMessage());
        } finally {
            logs.all().forEach(PartitionLog::close);
            home.close();
            try {
                lock.close();
            } catch (IOException e) {
                LOG.warn("Cannot give back the lock of {}", path, e);
            }
        }
    }

    private void closeLogs() throws IOException {
        boolean complete = wasCleanlyClosed()
                || folders().stream().allMatch(this::isRecovered)
                        && futures().stream().allMatch(this::isRecovered);
        try {
            SideBySide.forEach(world.threads(), logs.all(), LogDirectory::settle);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        home.writeCheckpoints();
        home.journal().end();
        if (complete) {
            CleanMark.write(world.disk(), path, brokerEpoch);
        } else {
            LOG.info("{} is left without a clean mark: some of its logs were not recovered yet", path);
        }
    }

    private static void settle(PartitionLog log) {
        OpenLog open = log.openOrNull();
        if (open != null) {
            try {
                open.flush().close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private boolean isRecovered(PartitionFolder folder) {
        PartitionLog log = logs.find(folder.partition()).orElse(null);
        return log != null && (log.isReady() || log.isNew());
    }
}
