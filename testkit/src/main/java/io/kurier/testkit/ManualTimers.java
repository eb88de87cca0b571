package io.kurier.testkit;

import io.kurier.kernel.Timers;
import java.util.Comparator;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Timers that run on the thread that advances their [ManualClock], in order of time, then of registration.
///
/// A task's exception comes out of [ManualClock#advance(java.time.Duration)].
public final class ManualTimers implements Timers {
    private final ManualClock clock;
    private final PriorityQueue<Waiting> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Waiting::dueNs).thenComparingLong(Waiting::number));
    private long registered;

    private record Waiting(long dueNs, long number, Runnable task) {}

    /// Timers of that clock.
    public ManualTimers(ManualClock clock) {
        this.clock = clock;
        clock.attach(new Due());
    }

    @Override
    public synchronized Timer after(long delayNs, Runnable task) {
        Waiting timer = new Waiting(clock.nanos() + Math.max(0, delayNs), registered++, task);
        waiting.add(timer);
        return () -> cancel(timer);
    }

    private synchronized boolean cancel(Waiting timer) {
        return waiting.remove(timer);
    }

    /// Runs what is due now, without moving the clock. Returns how many tasks ran.
    public int runDue() {
        int ran = 0;
        for (Waiting due = takeDue(); due != null; due = takeDue()) {
            due.task.run();
            ran++;
        }
        return ran;
    }

    /// Drops all waiting tasks, as the end of a process does.
    public synchronized void dropAll() {
        waiting.clear();
    }

    /// How many tasks wait.
    public synchronized int size() {
        return waiting.size();
    }

    private synchronized @Nullable Waiting takeDue() {
        Waiting next = waiting.peek();
        return next != null && next.dueNs <= clock.nanos() ? waiting.poll() : null;
    }

    private synchronized OptionalLong nextNs() {
        Waiting next = waiting.peek();
        return next == null ? OptionalLong.empty() : OptionalLong.of(next.dueNs);
    }

    private final class Due implements ManualClock.Alarms {
        @Override
        public OptionalLong nextNs() {
            return ManualTimers.this.nextNs();
        }

        @Override
        public void runDue() {
            ManualTimers.this.runDue();
        }
    }
}
