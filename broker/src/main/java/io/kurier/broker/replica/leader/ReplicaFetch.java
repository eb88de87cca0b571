package io.kurier.broker.replica.leader;

/// Who fetches as a follower, and when (KIP-903).
///
/// @param replicaId the node
/// @param brokerEpoch of the node's registration, -1 if it does not say
/// @param receivedNs when the request was there, by the monotonic clock
/// @param eligible true if the node may be in sync as far as this one knows: registered with this epoch, not fenced,
///     not about to stop
/// @param sentAfter a moment of this process ([Moments]) after which the follower has surely sent it; 0 if none is
///     known yet, [#UNDATED] if none ever will be
public record ReplicaFetch(int replicaId, long brokerEpoch, long receivedNs, boolean eligible, long sentAfter) {
    /// It is of no session, so nothing tells when it was sent.
    public static final long UNDATED = -1;

    /// The same, sent after that moment.
    public ReplicaFetch sentAfter(long moment) {
        return new ReplicaFetch(replicaId, brokerEpoch, receivedNs, eligible, moment);
    }
}
