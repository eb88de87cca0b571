package io.kurier.testkit;

import io.kurier.kernel.Clock;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/// A clock that stands still until it is advanced. Reading it is safe on any thread; one thread moves it.
public final class ManualClock implements Clock {
    /// 2026-01-01T00:00:00Z.
    public static final long START_MS = 1_767_225_600_000L;

    private final List<Alarms> alarms = new CopyOnWriteArrayList<>();
    private volatile long nanos;
    private volatile long wallOffsetMs;

    /// A clock at [#START_MS] and 0 ns.
    public ManualClock() {
        this(START_MS);
    }

    /// A clock at the given wall time and 0 ns.
    public ManualClock(long wallMs) {
        wallOffsetMs = wallMs;
    }

    /// What waits for this clock.
    interface Alarms {
        /// When the next one is due, by [#nanos()].
        OptionalLong nextNs();

        /// Runs what is due now.
        void runDue();
    }

    void attach(Alarms waiting) {
        alarms.add(waiting);
    }

    /// When the next timer of this clock is due, in [#nanos()]; empty if none waits.
    public OptionalLong nextTimerNs() {
        return alarms.stream()
                .map(Alarms::nextNs)
                .flatMapToLong(OptionalLong::stream)
                .min();
    }

    @Override
    public long wallMs() {
        return wallOffsetMs + TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    @Override
    public long nanos() {
        return nanos;
    }

    /// Moves both clocks on, stopping at every moment for which a timer waits to run it. With zero, runs what is due.
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("time does not go back: " + by);
        }
        long target = nanos + by.toNanos();
        OptionalLong next = nextTimerNs();
        while (next.isPresent() && next.getAsLong() <= target) {
            nanos = Math.max(nanos, next.getAsLong());
            alarms.forEach(Alarms::runDue);
            next = nextTimerNs();
        }
        nanos = target;
    }

    /// Moves both clocks on by milliseconds, as [#advance(Duration)].
    public void advanceMs(long ms) {
        advance(Duration.ofMillis(ms));
    }

    /// Sets the wall clock forward or (negative) back, as an administrator or NTP does; [#nanos()] does not change.
    public synchronized void jumpWallMs(long byMs) {
        wallOffsetMs += byMs;
    }
}
