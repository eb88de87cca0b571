package io.kurier.log;

import io.kurier.kernel.Disk;
import io.kurier.log.file.DiskFull;
import io.kurier.log.file.SyncFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether a data directory is online. The first disk error ends that for good; a full disk does not.
final class DirectoryHealth {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryHealth.class);

    private final Disk disk;
    private final Path path;
    private final Executor teller;
    private volatile @Nullable IOException failure;
    private final List<Consumer<IOException>> listeners = new ArrayList<>();

    /// @param teller where listeners are told: not on the thread that met the error, which holds locks
    DirectoryHealth(Disk disk, Path path, Executor teller) {
        this.disk = disk;
        this.path = path;
        this.teller = teller;
    }

    boolean isOnline() {
        return failure == null;
    }

    void onOffline(Consumer<IOException> listener) {
        IOException already;
        synchronized (this) {
            already = failure;
            if (already == null) {
                listeners.add(listener);
            }
        }
        if (already != null) {
            listener.accept(already);
        }
    }

    void requireOnline() {
        IOException reason = failure;
        if (reason != null) {
            throw new LogException(
                    Errors.KAFKA_STORAGE_ERROR,
                    "The data directory " + path + " is offline since a disk error (" + reason.getMessage()
                            + "); look after the disk, then start the node again",
                    reason);
        }
    }

    LogException failed(String what, IOException e) {
        if (DiskFull.is(e)) {
            LOG.warn("Cannot {}: {} is full", what, path);
            return new LogException(
                    Errors.KAFKA_STORAGE_ERROR,
                    "Cannot " + what + ": no space is left in " + path + "; appends go on when there is some",
                    e);
        }
        return offline(what, e);
    }

    LogException offline(String what, IOException e) {
        List<Consumer<IOException>> told = List.of();
        synchronized (this) {
            if (failure == null) {
                failure = e;
                told = List.copyOf(listeners);
                listeners.clear();
                LOG.error("Cannot {}: the data directory {} is offline until the next start", what, path, e);
            }
        }
        if (failure == e) {
            SyncFailure.mark(disk, path);
        }
        told.forEach(listener -> teller.execute(() -> listener.accept(e)));
        return new LogException(Errors.KAFKA_STORAGE_ERROR, "Cannot " + what + ": " + e.getMessage(), e);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
