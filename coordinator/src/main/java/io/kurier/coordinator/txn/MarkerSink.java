package io.kurier.coordinator.txn;

import java.util.function.BooleanSupplier;

/// Writes the markers of transactions that end. Must not block, and goes on until all are written or nobody wants
/// them any more.
public interface MarkerSink {
    /// Writes a marker into each partition of a transaction.
    ///
    /// @param wanted false when another coordinator is in charge by now
    /// @param written to be called once, on any thread, when each partition has the marker, or can need none any more
    void send(EndingTxn ending, BooleanSupplier wanted, Runnable written);
}
