package io.kurier.broker.share;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.share.machine.Dying;
import java.util.concurrent.CompletableFuture;

/// The partition whose records a share group reads, as its leader has it in one leader epoch.
interface SharedLog {
    /// In which it is led.
    int leaderEpoch();

    /// True while the partition is led here in this epoch.
    boolean isOf(Partition now);

    /// Records below are deleted.
    long startOffset();

    /// There are no records from here on.
    long endOffset();

    /// @throws io.kurier.broker.replica.PartitionException if it is not led here any more
    void checkOpen();

    /// Where a group begins that has never read it: see [FirstOffset#of].
    ///
    /// @throws io.kurier.broker.replica.PartitionException if this is not known to be the leader
    /// @throws io.kurier.log.LogException if the log cannot be read
    long first(SharePolicy.Start start);

    /// Writes a dead letter for each of these records: see [DeadLetters#write].
    CompletableFuture<Long> bury(Dying dying);
}
