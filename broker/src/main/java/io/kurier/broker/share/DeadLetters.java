package io.kurier.broker.share;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.share.machine.Dying;
import java.util.concurrent.CompletableFuture;

/// Where records go that a share group cannot deliver (KIP-1191).
@FunctionalInterface
public interface DeadLetters {
    /// Writes a dead letter for each of these records, as the group wants it now. On any thread; neither blocks nor
    /// fails.
    ///
    /// @param partition that holds the records
    /// @return the offset below which all are safe, perhaps not all of them; the first one's if none is, and then it is
    ///     to be tried again later
    CompletableFuture<Long> write(ShareKey key, Partition partition, Dying dying);
}
