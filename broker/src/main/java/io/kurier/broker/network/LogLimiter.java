package io.kurier.broker.network;

import io.kurier.kernel.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;

/// Writes warnings about what comes from outside, at most ten in ten seconds, so that nobody outside can fill the log.
final class LogLimiter {
    private static final long WINDOW_NS = 10_000_000_000L;
    private static final int MOST = 10;

    private final Logger log;
    private final Clock clock;
    private final AtomicLong windowStartNs;
    private final AtomicInteger written = new AtomicInteger();

    LogLimiter(Logger log, Clock clock) {
        this.log = log;
        this.clock = clock;
        this.windowStartNs = new AtomicLong(clock.nanos());
    }

    /// Logs the warning, or counts it.
    void warn(String message) {
        long now = clock.nanos();
        long start = windowStartNs.get();
        if (now - start > WINDOW_NS && windowStartNs.compareAndSet(start, now)) {
            int left = written.getAndSet(0) - MOST;
            if (left > 0) {
                log.warn("{} more warnings about connections were left out", left);
            }
        }
        if (written.incrementAndGet() <= MOST) {
            log.warn("{}", message);
        }
    }
}
