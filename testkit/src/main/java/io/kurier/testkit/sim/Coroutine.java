package io.kurier.testkit.sim;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// One thread of a simulated process: a virtual thread whose steps, from where it may go on to where it waits, are run
/// by the [Simulation].
///
/// The JDK has no public way to run virtual threads oneself; this needs
/// `--add-opens java.base/java.lang=ALL-UNNAMED`.
final class Coroutine implements Executor {
    private static final Constructor<?> BUILDER = builder();
    private static final Field ON_WAITING_LIST = field("onWaitingList");
    private static final Field BLOCK_PERMIT = field("blockPermit");
    private static final int SPINS = 64;

    final SimProcess process;
    final String name;
    private final Simulation simulation;
    private @Nullable Thread thread;

    Coroutine(Simulation simulation, SimProcess process, String name) {
        this.simulation = simulation;
        this.process = process;
        this.name = name;
    }

    void start(Runnable body) {
        try {
            Thread.Builder.OfVirtual builder = (Thread.Builder.OfVirtual) BUILDER.newInstance(this);
            thread = builder.name(name).unstarted(body);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
        thread.start();
    }

    /// The JDK hands in the next step.
    @Override
    public void execute(Runnable step) {
        simulation.ready(this, step);
    }

    /// True if it waits for a monitor that another coroutine holds.
    boolean isBlocked() {
        Thread mine = thread;
        return mine != null && mine.getState() == Thread.State.BLOCKED;
    }

    /// True if a thread of the JDK is about to hand in its next step, as its monitor has become free.
    boolean isBeingUnblocked() {
        try {
            for (int spin = 0; spin < SPINS; spin++) {
                if (ON_WAITING_LIST.getBoolean(thread) || BLOCK_PERMIT.getBoolean(thread)) {
                    return true;
                }
                Thread.onSpinWait();
            }
            return false;
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Constructor<?> builder() {
        try {
            Constructor<?> found = Class.forName("java.lang.ThreadBuilders$VirtualThreadBuilder")
                    .getDeclaredConstructor(Executor.class);
            found.setAccessible(true);
            return found;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK has no virtual threads with a scheduler of one's own", e);
        }
    }

    private static Field field(String name) {
        try {
            Field found = Class.forName("java.lang.VirtualThread").getDeclaredField(name);
            found.setAccessible(true);
            return found;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JDK's virtual threads are built otherwise", e);
        }
    }
}
