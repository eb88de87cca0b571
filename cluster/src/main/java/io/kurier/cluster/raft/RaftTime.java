package io.kurier.cluster.raft;

import io.kurier.kernel.Clock;
import org.apache.kafka.common.utils.Time;

/// The kernel's clock as the engine wants it: milliseconds that begin at the wall clock and never go back.
final class RaftTime implements Time {
    private final Clock clock;
    private final long startMs;
    private final long startNs;

    RaftTime(Clock clock) {
        this.clock = clock;
        this.startMs = clock.wallMs();
        this.startNs = clock.nanos();
    }

    @Override
    public long milliseconds() {
        return startMs + (clock.nanos() - startNs) / 1_000_000;
    }

    @Override
    public long nanoseconds() {
        return clock.nanos();
    }

    @Override
    public void sleep(long ms) {
        throw new UnsupportedOperationException("nothing in the engine may sleep");
    }
}
