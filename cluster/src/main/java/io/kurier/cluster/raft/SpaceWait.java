package io.kurier.cluster.raft;

import io.kurier.kernel.Timers;
import io.kurier.log.LogDirectory;
import io.kurier.log.LogException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Lets an append wait while the disk is full, and go on when there is space again: the engine cannot take back what it
/// has given an offset to. New commands are refused meanwhile. Any other disk error takes the directory offline, and is
/// not waited for.
final class SpaceWait {
    private static final long PAUSE_NS = 500_000_000L;

    private final Timers timers;
    private final LogDirectory directory;
    private volatile @Nullable String reason;
    private volatile boolean closed;

    SpaceWait(Timers timers, LogDirectory directory) {
        this.timers = timers;
        this.directory = directory;
    }

    /// What is wrong right now, or null.
    @Nullable
    String reason() {
        return reason;
    }

    /// Does the work, again and again while the disk is full. Blocks meanwhile.
    ///
    /// @throws LogException if the disk failed otherwise, or the node stops
    <T> T patiently(Supplier<T> work) {
        while (true) {
            try {
                T result = work.get();
                reason = null;
                return result;
            } catch (LogException e) {
                if (closed || !directory.isOnline()) {
                    throw e;
                }
                reason = e.getMessage();
                pause();
            }
        }
    }

    private void pause() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        timers.after(PAUSE_NS, () -> over.complete(null));
        over.join();
    }

    /// Nothing waits any more from now on.
    void close() {
        closed = true;
    }
}
