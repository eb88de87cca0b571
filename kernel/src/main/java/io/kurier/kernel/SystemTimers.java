package io.kurier.kernel;

import java.io.Closeable;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Timers of this machine, on one daemon thread. A task that throws is logged and disturbs no other.
///
/// After [#close()] nothing runs any more; tasks that come later are taken and dropped.
public final class SystemTimers implements Timers, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(SystemTimers.class);

    private final ScheduledThreadPoolExecutor executor;

    /// Timers whose thread has the given name.
    public SystemTimers(String threadName) {
        executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name(threadName).factory());
        executor.setRemoveOnCancelPolicy(true);
    }

    @Override
    public Timer after(long delayNs, Runnable task) {
        Scheduled scheduled = new Scheduled(task);
        try {
            scheduled.future = executor.schedule(scheduled, Math.max(0, delayNs), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException _) {
            scheduled.cancel();
        }
        return scheduled;
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }

    private enum State {
        WAITING,
        STARTED,
        CANCELLED
    }

    private static final class Scheduled implements Runnable, Timer {
        private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
        private @Nullable Runnable task;
        private volatile @Nullable Future<?> future;

        Scheduled(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (!state.compareAndSet(State.WAITING, State.STARTED)) {
                return;
            }
            Runnable toRun = task;
            task = null;
            if (toRun != null) {
                Tasks.runLogged(LOG, "timer", toRun);
            }
        }

        @Override
        public boolean cancel() {
            if (!state.compareAndSet(State.WAITING, State.CANCELLED)) {
                return false;
            }
            task = null;
            Future<?> waiting = future;
            if (waiting != null) {
                waiting.cancel(false);
            }
            return true;
        }
    }
}
