package io.kurier.log.partition;

import io.kurier.kernel.World;
import io.kurier.log.LogException;
import io.kurier.log.file.OpenFiles;
import io.kurier.log.journal.Journal;
import io.kurier.log.segment.WrittenPages;
import java.io.IOException;
import org.apache.kafka.common.TopicPartition;

/// What a log needs of the data directory that it lies in.
public interface LogHome {
    /// The world outside.
    World world();

    /// Through which all files are opened.
    OpenFiles files();

    /// How many producers a log may remember.
    int maxProducers();

    /// After how long a quiet producer is forgotten.
    long producerExpirationMs();

    /// Does nothing while the directory is online.
    ///
    /// @throws LogException with KAFKA_STORAGE_ERROR when it is offline
    void requireOnline();

    /// A disk error: the directory is offline from now on, unless the disk is only full. The exception tells the
    /// caller.
    LogException failed(String what, IOException failure);

    /// A sync failed: the directory is offline from now on, whatever the reason. The exception tells the caller.
    LogException syncFailed(String what, IOException failure);

    /// The directory's flusher is to flush the log soon.
    void flushSoon(OpenLog log);

    /// Where small appends of many logs become durable together.
    Journal journal();

    /// Counts bytes that were appended to any log of this directory; the sum so far.
    long countAppended(int bytes);

    /// True if what was appended when the sum was `appendedThen` is surely in the page cache still.
    boolean isHot(long appendedThen);

    /// What stays in the page cache of what was written here.
    WrittenPages pages();

    /// Writes the checkpoints now.
    void checkpoint();

    /// Writes down, durably, that the log is to be recovered from `offset` on, if a later recovery point is written
    /// down.
    void lowerRecoveryPoint(TopicPartition partition, long offset) throws IOException;
}
