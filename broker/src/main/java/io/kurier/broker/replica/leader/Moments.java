package io.kurier.broker.replica.leader;

import java.util.concurrent.atomic.AtomicLong;

/// Numbers the moments of this process: of two the larger is the later, whatever clocks say and however long the
/// process stood still in between. Safe for several threads.
public final class Moments {
    private final AtomicLong last = new AtomicLong();

    /// Now; later than all before, and than 0.
    public long next() {
        return last.incrementAndGet();
    }
}
