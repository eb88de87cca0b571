package io.kurier.kernel;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Threads of this machine, virtual ones where nothing else is said. A task that throws is logged and disturbs no
/// other.
public final class SystemThreads implements Threads {
    private static final Logger LOG = LoggerFactory.getLogger(SystemThreads.class);

    private static final int IDLE_THREAD_ENDS_AFTER_SECONDS = 10;

    private static final Executor SLOW = task -> start("kurier-slow", () -> Tasks.runLogged(LOG, "kurier-slow", task));

    @Override
    public Executor slow() {
        return SLOW;
    }

    @Override
    public Executor serial(String name) {
        return new Serial(name);
    }

    @Override
    public Executor blocking(String name) {
        ThreadPoolExecutor one = new ThreadPoolExecutor(
                1,
                1,
                IDLE_THREAD_ENDS_AFTER_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name(name).factory());
        one.allowCoreThreadTimeOut(true);
        return task -> one.execute(() -> Tasks.runLogged(LOG, name, task));
    }

    private static void start(String name, Runnable body) {
        Thread.ofVirtual().name(name).start(body);
    }

    private static final class Serial implements Executor {
        private final String name;
        private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
        /// Tasks that were taken and did not end yet; whoever raises it from zero starts the thread that drains them.
        private final AtomicInteger pending = new AtomicInteger();

        Serial(String name) {
            this.name = name;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
            if (pending.getAndIncrement() == 0) {
                start(name, this::drain);
            }
        }

        private void drain() {
            do {
                Runnable task = tasks.remove();
                Tasks.runLogged(LOG, name, task);
            } while (pending.decrementAndGet() > 0);
        }
    }
}
