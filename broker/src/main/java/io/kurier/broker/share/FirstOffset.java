package io.kurier.broker.share;

import io.kurier.broker.replica.Partition;
import io.kurier.kernel.Clock;
import io.kurier.log.TimestampOffset;

/// Where a share group begins in a partition that it has never read (`share.auto.offset.reset`).
final class FirstOffset {
    private FirstOffset() {}

    /// @throws io.kurier.broker.replica.PartitionException if this is not known to be the leader
    /// @throws io.kurier.log.LogException if the log cannot be read
    static long of(Partition partition, SharePolicy.Start start, Clock clock) {
        partition.checkOpen();
        partition.checkKnowsCommitted();
        long end = partition.highWatermark();
        return switch (start) {
            case SharePolicy.Start.Earliest _ -> partition.log().logStartOffset();
            case SharePolicy.Start.Latest _ -> end;
            case SharePolicy.Start.NotOlder of ->
                partition
                        .log()
                        .offsetForTimestamp(clock.wallMs() - of.age().toMillis(), end)
                        .map(TimestampOffset::offset)
                        .orElse(end);
        };
    }
}
