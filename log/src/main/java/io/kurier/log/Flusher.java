package io.kurier.log;

import io.kurier.kernel.Threads;
import io.kurier.log.partition.OpenLog;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Group commit: one flusher for a data directory. Logs queue up while it works; a round flushes each queued log once,
/// whatever was appended to it meanwhile. With nothing queued for a while it holds no thread.
///
/// A few lanes work side by side, each log always in the same one: file systems join syncs that they have at the same
/// time.
final class Flusher {
    private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);
    private static final int LANES = 4;

    private final List<Lane> lanes;

    Flusher(Threads threads) {
        this.lanes = IntStream.range(0, LANES)
                .mapToObj(lane -> new Lane(threads.blocking("kurier-flusher-" + lane)))
                .toList();
    }

    /// Flushes the log soon.
    void flushSoon(OpenLog log) {
        if (log.flush().queue()) {
            lanes.get(log.lane(LANES)).add(log);
        }
    }

    private static final class Lane {
        private final Executor executor;
        private final Queue<OpenLog> queue = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean scheduled = new AtomicBoolean();

        Lane(Executor executor) {
            this.executor = executor;
        }

        void add(OpenLog log) {
            queue.add(log);
            schedule();
        }

        private void schedule() {
            if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
                executor.execute(this::round);
            }
        }

        private void round() {
            for (OpenLog log = queue.poll(); log != null; log = queue.poll()) {
                log.flush().unqueued();
                flush(log);
            }
            scheduled.set(false);
            if (!queue.isEmpty()) {
                schedule();
            }
        }

        private static void flush(OpenLog log) {
            try {
                log.flush().run();
            } catch (LogException e) {
                LOG.debug("Not flushed", e);
            } catch (RuntimeException e) {
                LOG.error("A flush, or who listens to it, failed", e);
            }
        }
    }
}
