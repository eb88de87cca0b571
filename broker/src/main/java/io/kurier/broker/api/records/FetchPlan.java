package io.kurier.broker.api.records;

import io.kurier.broker.replica.Partition;
import io.kurier.broker.replica.leader.ReplicaFetch;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// What one Fetch is to read: the partitions in the order in which they are served, and the limits.
///
/// @param maxBytes for the whole answer; one batch is returned even if it is larger
/// @param minBytes wait until so many are there
/// @param readCommitted leave out what belongs to open or aborted transactions
/// @param follower who fetches as a follower, up to the log's end; null for a consumer
record FetchPlan(
        List<Wanted> partitions,
        int maxBytes,
        int minBytes,
        boolean readCommitted,
        @Nullable ReplicaFetch follower) {
    /// Where what may be read ends now, exclusive; for `readCommitted` it may be less.
    long end(Partition partition) {
        return follower == null ? partition.highWatermark() : partition.log().logEndOffset();
    }

    /// Runs `wake` when [#end] has moved, or may never again.
    void await(Partition partition, Runnable wake) {
        if (follower == null) {
            partition.addReader(wake);
        } else {
            partition.addFollower(wake);
        }
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
