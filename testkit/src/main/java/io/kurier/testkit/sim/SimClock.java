package io.kurier.testkit.sim;

import io.kurier.kernel.Clock;
import io.kurier.testkit.ManualClock;

/// The clocks of one machine: they run a little too fast or too slow, and the wall clock can be set.
public final class SimClock implements Clock {
    private final Simulation simulation;
    private final double rate;
    private final long originNs;
    private long wallOffsetMs = ManualClock.START_MS;

    /// @param rate how fast it runs: 1.0 is right
    SimClock(Simulation simulation, double rate, long originNs) {
        this.simulation = simulation;
        this.rate = rate;
        this.originNs = originNs;
    }

    @Override
    public long wallMs() {
        return wallOffsetMs + (long) (simulation.nowNs() * rate) / 1_000_000;
    }

    @Override
    public long nanos() {
        return originNs + (long) (simulation.nowNs() * rate);
    }

    /// Sets the wall clock forward or (negative) back.
    public void jumpWallMs(long byMs) {
        wallOffsetMs += byMs;
    }

    /// How long something truly takes that takes so long by this clock.
    long trueNs(long ns) {
        return (long) Math.ceil(ns / rate);
    }
}
