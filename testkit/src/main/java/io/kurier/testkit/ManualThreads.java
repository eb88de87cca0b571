package io.kurier.testkit;

import io.kurier.kernel.Threads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Executors whose tasks run when a test says so, on the test's thread: in the order in which they came, or shuffled by
/// a seed as far as the executors allow it (a serial one keeps its order).
///
/// A task's exception comes out of the call that ran it. Handing in tasks is safe on any thread.
public final class ManualThreads implements Threads {
    /// More tasks than this in one [#runAll()] are taken for an endless loop.
    public static final int MAX_TASKS_PER_RUN = 10_000_000;

    private final @Nullable RandomGenerator shuffle;
    /// Queues that have tasks, the one with the oldest task first where nothing is shuffled.
    private final List<Deque<Task>> queues = new ArrayList<>();

    private long handedIn;

    private record Task(long number, String executor, Runnable body) {}

    /// Runs tasks in the order in which they came.
    public ManualThreads() {
        shuffle = null;
    }

    /// Runs tasks in an order that the seed decides.
    public ManualThreads(long seed) {
        shuffle = new SplittableRandom(seed);
    }

    @Override
    public Executor slow() {
        return task -> add(new ArrayDeque<>(), "slow", task);
    }

    @Override
    public Executor serial(String name) {
        Deque<Task> queue = new ArrayDeque<>();
        return task -> add(queue, name, task);
    }

    @Override
    public Executor blocking(String name) {
        return serial(name);
    }

    private synchronized void add(Deque<Task> queue, String name, Runnable body) {
        if (queue.isEmpty()) {
            queues.add(queue);
        }
        queue.add(new Task(handedIn++, name, body));
    }

    /// Runs one task. False if there is none.
    public boolean runOne() {
        Task task = take();
        if (task == null) {
            return false;
        }
        task.body.run();
        return true;
    }

    /// Runs tasks, and those that they hand in, until there is none. Returns how many ran.
    public int runAll() {
        int ran = 0;
        while (runOne()) {
            if (++ran > MAX_TASKS_PER_RUN) {
                throw new IllegalStateException("tasks hand in tasks without end; waiting: " + waiting());
            }
        }
        return ran;
    }

    /// Drops all waiting tasks, as the end of a process does.
    public synchronized void dropAll() {
        queues.forEach(Deque::clear);
        queues.clear();
    }

    /// The executors of the waiting tasks, oldest queue first.
    public synchronized List<String> waiting() {
        return queues.stream().flatMap(Deque::stream).map(Task::executor).toList();
    }

    private synchronized @Nullable Task take() {
        if (queues.isEmpty()) {
            return null;
        }
        int index = shuffle == null ? oldest() : shuffle.nextInt(queues.size());
        Deque<Task> queue = queues.get(index);
        Task task = queue.remove();
        if (queue.isEmpty()) {
            queues.remove(index);
        }
        return task;
    }

    private int oldest() {
        int oldest = 0;
        for (int i = 1; i < queues.size(); i++) {
            if (queues.get(i).element().number < queues.get(oldest).element().number) {
                oldest = i;
            }
        }
        return oldest;
    }
}
