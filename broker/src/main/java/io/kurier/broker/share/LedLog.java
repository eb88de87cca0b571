package io.kurier.broker.share;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.share.machine.Dying;
import io.kurier.kernel.Clock;
import java.util.concurrent.CompletableFuture;

/// A partition that this node leads, as a share group reads it.
final class LedLog implements SharedLog {
    private final ShareKey key;
    private final Partition partition;
    private final int leaderEpoch;
    private final DeadLetters deadLetters;
    private final Clock clock;

    /// @param partition as it is led now
    LedLog(ShareKey key, Partition partition, DeadLetters deadLetters, Clock clock) {
        this.key = key;
        this.partition = partition;
        this.leaderEpoch = partition.leaderEpoch();
        this.deadLetters = deadLetters;
        this.clock = clock;
    }

    @Override
    public int leaderEpoch() {
        return leaderEpoch;
    }

    @Override
    @SuppressWarnings("ReferenceEquality") // another leadership may be another object
    public boolean isOf(Partition now) {
        return partition == now && leaderEpoch == now.leaderEpoch();
    }

    @Override
    public long startOffset() {
        return partition.log().logStartOffset();
    }

    @Override
    public long endOffset() {
        return partition.log().logEndOffset();
    }

    @Override
    public void checkOpen() {
        partition.checkOpen();
    }

    @Override
    public long first(SharePolicy.Start start) {
        return FirstOffset.of(partition, start, clock);
    }

    @Override
    public CompletableFuture<Long> bury(Dying dying) {
        return deadLetters.write(key, partition, dying);
    }
}
