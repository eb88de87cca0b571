package io.kurier.coordinator;

import io.kurier.protocol.records.NewRecord;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// Where a coordinator keeps its records: the partitions of one internal topic that this node leads.
public interface CoordinatorLog {
    /// Appends one batch of a kind to partition `shard` of the coordinator's topic, in one piece. Called on the shard's
    /// own thread, one call at a time a shard; may block for a write into the page cache, never for the commit.
    ///
    /// @throws CoordinatorLogException if nothing was appended, or if nobody can tell
    Append append(int shard, BatchKind kind, List<NewRecord> records) throws CoordinatorLogException;

    /// Reads all records of the partition, from its start up to the end that it has when this is called, in order.
    /// What is not committed yet is waited for: a record that replay left out must never become visible later.
    /// Blocks; called on a slow thread.
    ///
    /// @throws CoordinatorLogException if this node does not lead the partition, or cannot read it
    void replay(int shard, StoredRecords records) throws CoordinatorLogException;

    /// What partition `shard` says below this offset is not needed any more. Deletes it sooner or later, or keeps it:
    /// that harms nobody. May block; called on a slow thread.
    default void deleteBefore(int shard, long offset) {}

    /// A batch that is in the log.
    ///
    /// @param lastOffset the offset of its last record
    /// @param committed completes when the high watermark has passed the batch, on any thread; fails if it never
    ///     will, or if nobody can tell
    record Append(long lastOffset, CompletionStage<Void> committed) {}
}
