package io.kurier.log;

import io.kurier.kernel.World;
import io.kurier.log.file.OpenFiles;
import io.kurier.log.partition.LogHome;
import io.kurier.log.partition.OpenLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a data directory gives to the logs in it.
final class DirectoryHome implements LogHome {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryHome.class);

    private final World world;
    private final OpenFiles files;
    private final LogDirectory.Settings settings;
    private final DirectoryHealth health;
    private final Flusher flusher;
    private final RecoveryPoints recoveryPoints;
    private final AtomicLong appendedBytes = new AtomicLong();

    /// Where recovery points are written down.
    interface RecoveryPoints {
        void lower(TopicPartition partition, long offset) throws IOException;

        void checkpoint();
    }

    DirectoryHome(
            World world,
            OpenFiles files,
            LogDirectory.Settings settings,
            DirectoryHealth health,
            RecoveryPoints recoveryPoints) {
        this.world = world;
        this.files = files;
        this.settings = settings;
        this.health = health;
        this.recoveryPoints = recoveryPoints;
        this.flusher = new Flusher(world.threads());
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
    public long countAppended(int bytes) {
        return appendedBytes.addAndGet(bytes);
    }

    @Override
    public boolean isHot(long appendedThen) {
        return appendedBytes.get() - appendedThen <= settings.hotBytes();
    }

    @Override
    public void lowerRecoveryPoint(TopicPartition partition, long offset) throws IOException {
        recoveryPoints.lower(partition, offset);
    }

    @Override
    public void checkpoint() {
        recoveryPoints.checkpoint();
    }

    /// Deletes a folder and the files in it; what cannot be deleted waits for the next start.
    void deleteFolder(Path folder) {
        try {
            for (Path file : world.disk().list(folder)) {
                world.disk().delete(file);
            }
            world.disk().delete(folder);
        } catch (IOException e) {
            LOG.warn("Cannot delete {} yet; the next start does: {}", folder, e.getMessage());
        }
    }
}
