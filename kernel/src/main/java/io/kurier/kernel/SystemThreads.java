package io.kurier.kernel;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
        OneByOne turns = new OneByOne(name);
        return task -> turns.executeOn(drain -> start(name, drain), task);
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
}
