package io.kurier.broker.api.records;

import java.util.List;
import org.apache.kafka.common.Uuid;

/// What one Fetch is to read: the partitions in the order in which they are served, and the limits.
///
/// @param maxBytes for the whole answer; one batch is returned even if it is larger
/// @param minBytes wait until so many are there
/// @param readCommitted leave out what belongs to open or aborted transactions
record FetchPlan(List<Wanted> partitions, int maxBytes, int minBytes, boolean readCommitted) {
    /// One partition as a client names it: by id, or by name in old versions.
    ///
    /// @param topicId zero if the client gave a name
    /// @param topic empty if the client gave an id
    record PartitionKey(Uuid topicId, String topic, int partition) {}

    /// One partition and from where on.
    ///
    /// @param leaderEpoch that the client believes in, -1 for none
    /// @param lastFetchedEpoch of the last record that a follower has, -1 for none
    record Wanted(PartitionKey key, long fetchOffset, int maxBytes, int leaderEpoch, int lastFetchedEpoch) {}
}
