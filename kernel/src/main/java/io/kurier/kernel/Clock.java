package io.kurier.kernel;

/// What time it is, by the two clocks that a node needs.
///
/// Decisions about safety and all durations use [#nanos()]; [#wallMs()] is only for timestamps that people and clients
/// read.
public interface Clock {
    /// Milliseconds since the epoch; may jump either way.
    long wallMs();

    /// Nanoseconds since an arbitrary origin; never goes back.
    long nanos();

    /// The clocks of this machine.
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
