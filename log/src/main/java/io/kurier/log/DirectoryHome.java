package io.kurier.log;

import io.kurier.kernel.World;
import io.kurier.log.file.Checkpoints;
import io.kurier.log.file.OpenFiles;
import io.kurier.log.journal.Journal;
import io.kurier.log.partition.LogHome;
import io.kurier.log.partition.OpenLog;
import io.kurier.log.segment.WrittenPages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a data directory gives to the logs in it, and the writing down of where they are.
final class DirectoryHome implements LogHome {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryHome.class);

    private final World world;
    private final OpenFiles files;
    private final LogDirectory.Settings settings;
    private final DirectoryHealth health;
    private final Journal journal;
    private final Flusher flusher;
    private final WrittenPages pages;
    private final Checkpoints checkpoints;
    private final Supplier<Collection<PartitionLog>> logs;
    private final AtomicLong appendedBytes = new AtomicLong();

    DirectoryHome(
            World world,
            Path path,
            LogDirectory.Settings settings,
            DirectoryHealth health,
            Checkpoints checkpoints,
            Supplier<Collection<PartitionLog>> logs) {
        this.world = world;
        this.files = new OpenFiles(world.disk(), settings.maxOpenFiles());
        this.settings = settings;
        this.health = health;
        this.checkpoints = checkpoints;
        this.logs = logs;
        this.journal = new Journal(
                world.disk(), path, settings.journalBytes(), world.threads().blocking("kurier-settler"));
        this.pages = new WrittenPages(settings.pageCacheBytes());
        this.flusher = new Flusher(world.threads(), journal, health::offline);
    }

    @Override
    public World world() {
        return world;
    }

    @Override
    public OpenFiles files() {
        return files;
    }

    @Override
    public int maxProducers() {
        return settings.maxProducersPerPartition();
    }

    @Override
    public long producerExpirationMs() {
        return settings.producerExpirationMs();
    }

    @Override
    public void requireOnline() {
        health.requireOnline();
    }

    @Override
    public LogException failed(String what, IOException failure) {
        return health.failed(what, failure);
    }

    @Override
    public LogException syncFailed(String what, IOException failure) {
        return health.offline(what, failure);
    }

    @Override
    public void flushSoon(OpenLog log) {
        flusher.flushSoon(log);
    }

    @Override
    public Journal journal() {
        return journal;
    }

    @Override
    public long countAppended(int bytes) {
        return appendedBytes.addAndGet(bytes);
    }

    @Override
    public boolean isHot(long appendedThen) {
        return appendedBytes.get() - appendedThen <= settings.hotBytes();
    }

    @Override
    public WrittenPages pages() {
        return pages;
    }

    @Override
    public void lowerRecoveryPoint(TopicPartition partition, long offset) throws IOException {
        synchronized (checkpoints) {
            if (checkpoints.lowerRecoveryPoint(partition, offset)) {
                checkpoints.write();
            }
        }
    }

    /// A failure is logged: recovery takes longer then.
    @Override
    public void checkpoint() {
        if (health.isOnline()) {
            try {
                writeCheckpoints();
            } catch (IOException e) {
                LOG.warn("The checkpoints of {} are written later: {}", health, e.getMessage());
            }
        }
    }

    /// Writes down where all open logs are.
    void writeCheckpoints() throws IOException {
        synchronized (checkpoints) {
            for (PartitionLog log : logs.get()) {
                OpenLog open = log.openOrNull();
                if (open != null) {
                    long start = open.logStartOffset();
                    boolean inside = start > open.segments().all().getFirst().baseOffset();
                    checkpoints.put(
                            log.partition(),
                            open.flush().recoveryPoint(),
                            inside ? start : 0,
                            log.highWatermarkOf(open));
                }
            }
            checkpoints.write();
        }
    }

    /// Lets go of all files.
    void close() {
        files.close();
        try {
            journal.close();
        } catch (IOException e) {
            LOG.warn("Cannot close the journal of {}", health, e);
        }
    }
}
