package io.kurier.log;

import io.kurier.kernel.Threads;
import io.kurier.log.journal.Journal;
import io.kurier.log.journal.JournalBlock;
import io.kurier.log.partition.JournalShare;
import io.kurier.log.partition.OpenLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Group commit: one flusher for a data directory. Logs queue up while it works; a round flushes each queued log once,
/// whatever was appended to it meanwhile. With nothing queued for a while it holds no thread.
///
/// Logs with little to flush go into the directory's journal, all that are queued by one sync. The others are flushed
/// one by one, in a few lanes that work side by side, each log always in the same one: file systems join syncs that
/// they have at the same time.
final class Flusher {
    private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);
    private static final int LANES = 4;
    private static final int MAX_JOINED = 1024;

    private final Journal journal;
    private final BiFunction<String, IOException, LogException> syncFailed;
    private final List<Lane> lanes;
    private final Lane journalLane;
    private final JournalBlock block = new JournalBlock();
    private final List<JournalShare> joined = new ArrayList<>();

    /// @param syncFailed is told what failed to be synced, and takes the directory offline
    Flusher(Threads threads, Journal journal, BiFunction<String, IOException, LogException> syncFailed) {
        this.journal = journal;
        this.syncFailed = syncFailed;
        this.lanes = IntStream.range(0, LANES)
                .mapToObj(lane -> new Lane(threads.blocking("kurier-flusher-" + lane), this::flushQueued))
                .toList();
        this.journalLane = new Lane(threads.blocking("kurier-flusher-journal"), this::journalQueued);
    }

    /// Flushes the log soon.
    void flushSoon(OpenLog log) {
        if (log.flush().queue()) {
            Lane lane = journal.isOn() && log.flush().share().looksSmall() ? journalLane : ownLane(log);
            lane.add(log);
        }
    }

    private Lane ownLane(OpenLog log) {
        return lanes.get(log.lane(LANES));
    }

    // ---- one by one

    private void flushQueued(Queue<OpenLog> queue) {
        for (OpenLog log = queue.poll(); log != null; log = queue.poll()) {
            log.flush().unqueued();
            guarded(log.flush()::run);
        }
    }

    private static void guarded(Runnable flush) {
        try {
            flush.run();
        } catch (LogException e) {
            LOG.debug("Not flushed", e);
        } catch (RuntimeException e) {
            LOG.error("A flush, or who listens to it, failed", e);
        }
    }

    // ---- many at once

    private void journalQueued(Queue<OpenLog> queue) {
        while (!queue.isEmpty()) {
            block.clear();
            joined.clear();
            List<OpenLog> together = new ArrayList<>();
            boolean written = false;
            try {
                for (OpenLog log = queue.poll(); log != null; log = next(queue)) {
                    log.flush().unqueued();
                    if (joins(log)) {
                        together.add(log);
                    }
                }
                written = !joined.isEmpty() && journal.write(block, joined);
            } catch (IOException e) {
                guarded(() -> {
                    throw syncFailed.apply("sync the journal", e);
                });
            } finally {
                for (JournalShare share : joined) {
                    share.ended(written);
                }
            }
            for (OpenLog log : together) {
                if (written) {
                    guarded(log.flush().share()::tell);
                } else {
                    ownLane(log).add(log);
                }
            }
        }
    }

    private @Nullable OpenLog next(Queue<OpenLog> queue) {
        return joined.size() < MAX_JOINED ? queue.poll() : null;
    }

    /// False if the log has nothing to do, failed, or goes its own way.
    private boolean joins(OpenLog log) {
        JournalShare share = log.flush().share();
        boolean[] joins = new boolean[1];
        guarded(() -> {
            switch (share.join(block)) {
                case JOINED -> {
                    joined.add(share);
                    joins[0] = true;
                }
                case BY_ITSELF -> ownLane(log).add(log);
                case NOTHING_TO_DO -> {}
            }
        });
        return joins[0];
    }

    private static final class Lane {
        private final Executor executor;
        private final Consumer<Queue<OpenLog>> work;
        private final Queue<OpenLog> queue = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean scheduled = new AtomicBoolean();

        /// @param work empties the queue
        Lane(Executor executor, Consumer<Queue<OpenLog>> work) {
            this.executor = executor;
            this.work = work;
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
            work.accept(queue);
            scheduled.set(false);
            if (!queue.isEmpty()) {
                schedule();
            }
        }
    }
}
