package io.kurier.broker.api;

import io.kurier.broker.network.ResponseOrderer;
import io.kurier.kernel.Network.Connection;
import io.kurier.kernel.Timers;
import io.kurier.kernel.Timers.Timer;
import org.jspecify.annotations.Nullable;

/// Why a connection's next request has to wait: one that blocks, and the time that its client was told to wait
/// (KIP-219). For the connection's thread.
final class ReadingHolds {
    private final Connection connection;
    private final ResponseOrderer orderer;
    private final Timers timers;
    private int holds;
    private @Nullable Timer mute;

    ReadingHolds(Connection connection, ResponseOrderer orderer, Timers timers) {
        this.connection = connection;
        this.orderer = orderer;
        this.timers = timers;
    }

    /// Nothing is delivered until [#release()] was called as often.
    void hold() {
        if (holds++ == 0) {
            orderer.holdReading(true);
        }
    }

    void release() {
        if (--holds == 0) {
            orderer.holdReading(false);
        }
    }

    /// Nothing is delivered for so long from now on, whatever was said about the time before.
    void mute(long throttleNs) {
        if (throttleNs <= 0) {
            return;
        }
        hold();
        Timer before = mute;
        mute = timers.after(throttleNs, () -> connection.executor().execute(this::release));
        if (before != null && before.cancel()) {
            release();
        }
    }

    /// The connection is gone.
    void close() {
        if (mute != null) {
            mute.cancel();
        }
    }
}
