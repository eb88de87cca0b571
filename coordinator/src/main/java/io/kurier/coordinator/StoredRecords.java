package io.kurier.coordinator;

import io.kurier.protocol.records.LogRecord;

/// Takes over what a partition of a coordinator's topic holds, in order.
public interface StoredRecords {
    /// A record that holds.
    void replay(LogRecord record);

    /// A record that holds when its producer's transaction commits.
    default void replayInTransaction(long producerId, short epoch, LogRecord record) {}

    /// The end of a producer's transaction.
    default void replayEnd(long producerId, short epoch, boolean commit) {}
}
