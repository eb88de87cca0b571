package io.kurier.testkit.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Time and threads of a simulated world. One thread runs everything: the steps of the coroutines that may go on, in an
/// order drawn from the seed, and when there is none, the next event in time. So a run depends on its seed alone.
///
/// Not safe for several threads: what is not a coroutine calls it from the thread that runs it.
public final class Simulation {
    /// What one step costs; without a price a loop that never waits would stop time.
    private static final long STEP_NS = 1_000;
    /// So many steps without the end of a wait are taken for an endless loop.
    private static final long MAX_STEPS_PER_EVENT = 2_000_000;

    static {
        FixedSalt.set();
    }

    private final RandomGenerator random;
    private final Trace trace;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atNs).thenComparingLong(Event::number));
    private final Thread runner = Thread.currentThread();
    private final List<Step> incoming = new ArrayList<>();
    /// Handed in by the JDK's own thread.
    private final Queue<Step> unblocked = new ConcurrentLinkedQueue<>();
    private final List<Step> ready = new ArrayList<>();
    private final List<Coroutine> blocked = new ArrayList<>();
    private final List<Runnable> afterStep = new ArrayList<>();
    private long nowNs;
    private long numbers;
    private long stepsSinceEvent;
    private @Nullable Throwable failure;

    private record Step(Coroutine coroutine, Runnable body) {}

    /// Something that will happen.
    private static final class Event implements Wait {
        final long atNs;
        final long number;
        @Nullable Runnable task;

        Event(long atNs, long number, Runnable task) {
            this.atNs = atNs;
            this.number = number;
            this.task = task;
        }

        long atNs() {
            return atNs;
        }

        long number() {
            return number;
        }

        @Override
        public boolean cancel() {
            boolean waiting = task != null;
            task = null;
            return waiting;
        }
    }

    /// Something that was asked for and has not happened yet.
    public interface Wait {
        /// Takes it back; false if it has happened, or was taken back before.
        boolean cancel();
    }

    /// @param lines takes each event as text; null for none
    public Simulation(long seed, @Nullable Consumer<String> lines) {
        this.random = new SplittableRandom(seed);
        this.trace = new Trace(lines);
    }

    /// True time, from 0 on; machines have clocks of their own.
    public long nowNs() {
        return nowNs;
    }

    /// Where all chance comes from.
    public RandomGenerator random() {
        return random;
    }

    /// What has happened.
    public Trace trace() {
        return trace;
    }

    /// Notes an event in the trace.
    public void note(String what, long a, long b) {
        trace.add(nowNs, what, a, b);
    }

    /// Runs `task` on the simulation's own thread, after so long. It must not wait.
    public Wait after(long delayNs, Runnable task) {
        Event event = new Event(nowNs + Math.max(0, delayNs), numbers++, task);
        events.add(event);
        return event;
    }

    /// Runs `check` after each step, for as long as the simulation lives.
    public void afterEachStep(Runnable check) {
        afterStep.add(check);
    }

    /// Ends the run with this as its result, at the next step.
    public void fail(Throwable why) {
        if (failure == null) {
            failure = why;
        }
    }

    /// The calling coroutine, of this process, waits; on the simulation's own thread time does not pass. Ends early when
    /// the process does.
    void sleep(SimProcess process, long ns) {
        if (!Thread.currentThread().isVirtual() || !process.isAlive()) {
            return;
        }
        Thread me = Thread.currentThread();
        boolean[] over = new boolean[1];
        Runnable wake = () -> {
            over[0] = true;
            LockSupport.unpark(me);
        };
        process.sleeps(wake);
        Wait wait = after(ns, wake);
        while (!over[0]) {
            LockSupport.park();
        }
        wait.cancel();
        process.wokeUp(wake);
    }

    /// Runs until the condition holds or so much time has passed; true if it holds.
    public boolean runUntil(Duration limit, BooleanSupplier condition) {
        long endNs = nowNs + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (nowNs >= endNs || !step(endNs)) {
                return condition.getAsBoolean();
            }
        }
        return true;
    }

    /// Runs for so long.
    public void runFor(Duration time) {
        long endNs = nowNs + time.toNanos();
        while (nowNs < endNs && step(endNs)) {
            // that was it
        }
    }

    /// One step or event; false if there is none before `endNs`.
    private boolean step(long endNs) {
        takeIn();
        if (!ready.isEmpty()) {
            runOne();
        } else {
            Event next = events.peek();
            if (next == null || next.atNs > endNs) {
                nowNs = Math.max(nowNs, endNs);
                return false;
            }
            events.remove();
            Runnable task = next.task;
            next.task = null;
            nowNs = Math.max(nowNs, next.atNs);
            stepsSinceEvent = 0;
            if (task != null) {
                task.run();
            }
        }
        afterStep.forEach(Runnable::run);
        rethrow();
        return true;
    }

    private void runOne() {
        int index = ready.size() == 1 ? 0 : random.nextInt(ready.size());
        Step step = ready.get(index);
        Step last = ready.removeLast();
        if (index < ready.size()) {
            ready.set(index, last);
        }
        Coroutine coroutine = step.coroutine;
        if (!coroutine.process.runs(() -> incoming.add(step))) {
            return;
        }
        nowNs += STEP_NS;
        if (++stepsSinceEvent > MAX_STEPS_PER_EVENT) {
            throw new IllegalStateException("steps without end; the last is of " + coroutine.name);
        }
        Event due = events.peek();
        while (due != null && due.atNs <= nowNs) {
            events.remove();
            if (due.task != null) {
                Runnable task = due.task;
                due.task = null;
                task.run();
            }
            due = events.peek();
        }
        trace.add(nowNs, coroutine.name, coroutine.process.number(), ready.size());
        step.body.run();
        if (coroutine.isBlocked()) {
            blocked.add(coroutine);
        }
    }

    /// Called by the JDK, also from a thread of its own when a monitor has become free.
    void ready(Coroutine coroutine, Runnable body) {
        if (coroutine.process.hasSteps()) {
            boolean own = Thread.currentThread() == runner || Thread.currentThread().isVirtual();
            (own ? incoming : unblocked).add(new Step(coroutine, body));
        }
    }

    private void takeIn() {
        ready.addAll(incoming);
        incoming.clear();
        if (!blocked.isEmpty()) {
            awaitUnblocked();
        }
    }

    /// The order in which the JDK's thread comes is not ours: it is put in the order of the blocked.
    private void awaitUnblocked() {
        List<Coroutine> coming = new ArrayList<>();
        for (Iterator<Coroutine> each = blocked.iterator(); each.hasNext(); ) {
            Coroutine coroutine = each.next();
            if (!coroutine.process.hasSteps()) {
                each.remove();
            } else if (!coroutine.isBlocked() || coroutine.isBeingUnblocked()) {
                coming.add(coroutine);
                each.remove();
            }
        }
        List<Step> steps = new ArrayList<>();
        while (steps.size() < coming.size()) {
            Step step = unblocked.poll();
            if (step == null) {
                Thread.onSpinWait();
            } else if (coming.contains(step.coroutine)) {
                steps.add(step);
            }
        }
        steps.sort(Comparator.comparingInt(step -> coming.indexOf(step.coroutine)));
        ready.addAll(steps);
    }

    private void rethrow() {
        Throwable why = failure;
        if (why != null) {
            failure = null;
            if (why instanceof Error error) {
                throw error;
            }
            throw why instanceof RuntimeException runtime ? runtime : new IllegalStateException(why);
        }
    }
}
