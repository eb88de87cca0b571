package io.kurier.broker.replica.leader;

/// Who fetches as a follower, and when (KIP-903).
///
/// @param replicaId the node
/// @param brokerEpoch of the node's registration, -1 if it does not say
/// @param receivedNs when the request was there, by the monotonic clock
/// @param eligible true if the node may be in sync as far as this one knows: registered with this epoch, not fenced,
///     not about to stop
public record ReplicaFetch(int replicaId, long brokerEpoch, long receivedNs, boolean eligible) {}
