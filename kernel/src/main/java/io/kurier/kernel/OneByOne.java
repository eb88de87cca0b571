package io.kurier.kernel;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs its tasks one at a time, in the order in which they came, on the thread that brings one while none runs: no
/// hand-off, but whoever brings a task must be free to do what others have brought meanwhile. A task that throws is
/// logged and disturbs no other.
public final class OneByOne implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(OneByOne.class);

    private final String name;
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    /// Tasks that were taken and did not end yet; whoever raises it from zero runs them.
    private final AtomicInteger pending = new AtomicInteger();

    /// @param name for the log
    public OneByOne(String name) {
        this.name = name;
    }

    @Override
    public void execute(Runnable task) {
        executeOn(Runnable::run, task);
    }

    /// The same for a task that the caller's thread is not free to do: if none runs, one of `threads` does it.
    public void executeOn(Executor threads, Runnable task) {
        tasks.add(task);
        if (pending.getAndIncrement() == 0) {
            threads.execute(this::drain);
        }
    }

    private void drain() {
        do {
            Tasks.runLogged(LOG, name, tasks.remove());
        } while (pending.decrementAndGet() > 0);
    }
}
