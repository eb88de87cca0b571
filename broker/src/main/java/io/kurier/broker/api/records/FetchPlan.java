package io.kurier.broker.api.records;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.ReadablePartition;
import io.kurier.broker.replica.leader.ReplicaFetch;
import java.util.List;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// What one Fetch is to read: the partitions in the order in which they are served, the limits, and for whom.
///
/// @param maxBytes for the whole answer; one batch is returned even if it is larger
/// @param minBytes wait until so many are there
record FetchPlan(List<Wanted> partitions, int maxBytes, int minBytes, Fetcher fetcher) {
    /// Who fetches.
    sealed interface Fetcher {}

    /// A follower, which reads up to the log's end.
    ///
    /// @param told the high watermark that it was told last, by its session; it is told another at once where consumers
    ///     read from it
    record Follower(ReplicaFetch fetch, ToLongFunction<PartitionKey> told) implements Fetcher {}

    /// A consumer, which reads what is committed.
    ///
    /// @param readCommitted leave out what belongs to open or aborted transactions
    /// @param fromFollowers it may read what this node follows (KIP-392)
    /// @param nearest which replica it should rather read
    record Consumer(boolean readCommitted, boolean fromFollowers, RackReplicas.Choice nearest) implements Fetcher {}

    /// Null for a consumer.
    @Nullable
    ReplicaFetch follower() {
        return fetcher instanceof Follower follower ? follower.fetch : null;
    }

    boolean readCommitted() {
        return fetcher instanceof Consumer consumer && consumer.readCommitted;
    }

    /// True if a partition that this node follows can be read.
    boolean fromFollowers() {
        return fetcher instanceof Consumer consumer && consumer.fromFollowers;
    }

    /// The node that should be read instead, -1 for none.
    int nearer(ReadablePartition partition, long offset) {
        return fetcher instanceof Consumer consumer && partition instanceof Partition led
                ? consumer.nearest.of(led, offset)
                : -1;
    }

    /// True if a follower from which consumers read has not been told yet that so much is committed.
    boolean owes(ReadablePartition partition, PartitionKey key, long highWatermark) {
        return fetcher instanceof Follower follower
                && partition instanceof Partition led
                && led.readReplicas().isRead(follower.fetch.replicaId())
                && highWatermark > follower.told.applyAsLong(key);
    }

    /// Where what may be read ends now, exclusive; for `readCommitted` it may be less.
    long end(ReadablePartition partition) {
        return fetcher instanceof Follower ? partition.log().logEndOffset() : partition.highWatermark();
    }

    /// Runs `wake` when [#end] has moved, or may never again, or when something may be owed.
    ///
    /// @return ends that
    Runnable await(ReadablePartition partition, Runnable wake) {
        if (fetcher instanceof Follower follower && partition instanceof Partition led) {
            int replica = follower.fetch.replicaId();
            Runnable wakeIfRead = () -> {
                if (led.readReplicas().isRead(replica)) {
                    wake.run();
                }
            };
            led.addFollower(wake);
            led.addReader(wakeIfRead);
            return () -> {
                led.removeReader(wake);
                led.removeReader(wakeIfRead);
            };
        }
        partition.addReader(wake);
        return () -> partition.removeReader(wake);
    }

    /// One partition as a client names it: by id, or by name in old versions.
    ///
    /// @param topicId zero if the client gave a name
    /// @param topic empty if the client gave an id
    record PartitionKey(Uuid topicId, String topic, int partition) {}

    /// One partition and from where on.
    ///
    /// @param leaderEpoch that the client believes in, -1 for none
    /// @param lastFetchedEpoch of the last record that a follower has, -1 for none
    /// @param logStartOffset of a follower's first record
    record Wanted(
            PartitionKey key,
            long fetchOffset,
            int maxBytes,
            int leaderEpoch,
            int lastFetchedEpoch,
            long logStartOffset) {}
}
