package io.kurier.testkit.sim;

import io.kurier.kernel.Threads;
import io.kurier.kernel.Timers;
import io.kurier.kernel.World;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A process on a [SimMachine], from its start to its end: its threads are coroutines. When it is killed none of them
/// goes on, and its connections break; while it is frozen (SIGSTOP) nothing of it happens.
public final class SimProcess implements Threads, Timers {
    private static final long DRAIN_NS = 5_000_000;

    private final Simulation simulation;
    private final SimMachine machine;
    private final int number;
    private final World world;
    private final Serial timerThread = new Serial("timers");
    private final Set<Runnable> onEnd = new LinkedHashSet<>();
    private final List<Runnable> held = new ArrayList<>();
    private final Set<Runnable> sleepers = new LinkedHashSet<>();
    private boolean alive = true;
    private boolean draining;
    private boolean frozen;

    SimProcess(Simulation simulation, SimMachine machine, int number, RandomGenerator random) {
        this.simulation = simulation;
        this.machine = machine;
        this.number = number;
        this.world = new World(
                machine.clock(),
                this,
                this,
                new TimedDisk(simulation, this, machine),
                new ProcessNetwork(machine.network(), this),
                random);
    }

    /// The world as the process sees it.
    public World world() {
        return world;
    }

    /// The machine that it runs on.
    public SimMachine machine() {
        return machine;
    }

    /// Different for each process of the simulation.
    public int number() {
        return number;
    }

    /// False after it was killed or has ended.
    public boolean isAlive() {
        return alive;
    }

    /// True while it stands still.
    public boolean isFrozen() {
        return frozen;
    }

    /// Starts a thread.
    public void start(String name, Runnable body) {
        if (!alive) {
            return;
        }
        new Coroutine(simulation, this, machine.name() + "/" + name).start(() -> {
            try {
                body.run();
            } catch (Throwable e) {
                if (alive && !machine.disk().isDead()) {
                    simulation.fail(new AssertionError("a task of " + machine.name() + "/" + name + " failed", e));
                }
            }
        });
    }

    /// Runs `task` when the process ends.
    void onEnd(Runnable task) {
        onEnd.add(task);
    }

    void forget(Runnable task) {
        onEnd.remove(task);
    }

    /// False if its steps must not run now; one that comes while it is frozen is kept.
    boolean runs(Runnable later) {
        if (alive && frozen) {
            held.add(later);
        }
        return alive ? !frozen : draining;
    }

    /// True if there may be steps of it: it lives, or is being drained.
    boolean hasSteps() {
        return alive || draining;
    }

    /// SIGSTOP.
    public void freeze() {
        frozen = true;
    }

    /// SIGCONT.
    public void thaw() {
        frozen = false;
        List<Runnable> steps = List.copyOf(held);
        held.clear();
        steps.forEach(Runnable::run);
    }

    /// Ends it at once, as kill -9 does.
    ///
    /// A thread that waits for a monitor is never forgotten by the JVM, nor is what hangs on it. So those that sleep go
    /// on for a moment in a world in which all fails, and give back what they hold.
    void end() {
        if (alive) {
            alive = false;
            List.copyOf(onEnd).forEach(Runnable::run);
            draining = true;
            simulation.after(0, () -> {
                List.copyOf(sleepers).forEach(Runnable::run);
                simulation.after(DRAIN_NS, () -> draining = false);
            });
        }
    }

    void sleeps(Runnable wake) {
        sleepers.add(wake);
    }

    void wokeUp(Runnable wake) {
        sleepers.remove(wake);
    }

    // ---- threads

    @Override
    public Executor slow() {
        return task -> start("slow", task);
    }

    @Override
    public Executor serial(String name) {
        return new Serial(name);
    }

    @Override
    public Executor blocking(String name) {
        return new Serial(name);
    }

    // ---- timers

    @Override
    public Timer after(long delayNs, Runnable task) {
        Scheduled scheduled = new Scheduled(task);
        if (!alive) {
            return scheduled;
        }
        scheduled.wait = simulation.after(machine.clock().trueNs(Math.max(0, delayNs)), () -> {
            if (alive) {
                timerThread.execute(scheduled);
            }
        });
        return scheduled;
    }

    private static final class Scheduled implements Runnable, Timer {
        private @Nullable Runnable task;
        private Simulation.@Nullable Wait wait;

        Scheduled(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            Runnable mine = task;
            task = null;
            if (mine != null) {
                mine.run();
            }
        }

        @Override
        public boolean cancel() {
            boolean waiting = task != null;
            task = null;
            if (wait != null) {
                wait.cancel();
            }
            return waiting;
        }
    }

    /// One task after the other, each a coroutine of its own.
    final class Serial implements Executor {
        private final String name;
        private final Deque<Runnable> tasks = new ArrayDeque<>();
        private boolean running;

        Serial(String name) {
            this.name = name;
        }

        @Override
        public void execute(Runnable task) {
            if (alive) {
                tasks.add(task);
                next();
            }
        }

        private void next() {
            Runnable task = running ? null : tasks.poll();
            if (task != null) {
                running = true;
                start(name, () -> {
                    try {
                        task.run();
                    } finally {
                        running = false;
                        next();
                    }
                });
            }
        }
    }
}
