package io.kurier.broker.api.shares;

import io.kurier.broker.api.metadata.NodeAddresses;
import io.kurier.broker.replica.Partitions;
import io.kurier.broker.share.SharePartitions;
import io.kurier.cluster.ClusterView;
import io.kurier.kernel.World;

/// What ShareFetch and ShareAcknowledge work on together.
///
/// @param addresses where clients reach a node
/// @param maxFetchBytes `fetch.max.bytes` of the broker: no answer is larger, but for one batch
public record ShareRoom(
        World world,
        ClusterView cluster,
        Partitions partitions,
        SharePartitions shares,
        ShareSessions sessions,
        NodeAddresses addresses,
        int maxFetchBytes) {
    ShareAnswers answers() {
        return new ShareAnswers(cluster, addresses);
    }

    int lockMs(String groupId) {
        return (int) (shares.policy(groupId).rules().lockNs() / 1_000_000);
    }
}
