package io.kurier.broker.share;

import io.kurier.kernel.Timers.Timer;
import io.kurier.kernel.World;
import org.jspecify.annotations.Nullable;

/// Rings at the earliest of the times that it is set to, on a thread that may wait. One thread at a time.
final class Alarm {
    private final World world;
    private final Runnable rings;
    private @Nullable Timer timer;
    private long atNs = Long.MAX_VALUE;

    Alarm(World world, Runnable rings) {
        this.world = world;
        this.rings = rings;
    }

    /// Rings at this time, by the monotonic clock, if it does not ring before; never for `Long.MAX_VALUE`.
    void at(long timeNs) {
        if (timeNs >= atNs) {
            return;
        }
        stop();
        atNs = timeNs;
        timer = world.timers()
                .after(
                        timeNs - world.clock().nanos(),
                        () -> world.threads().slow().execute(rings));
    }

    /// Does not ring until it is set again; also to be called when it has rung.
    void stop() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        atNs = Long.MAX_VALUE;
    }
}
