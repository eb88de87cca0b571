package io.kurier.server;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.metadata.NodeAddresses;
import io.kurier.broker.api.shares.ShareAcknowledgeHandler;
import io.kurier.broker.api.shares.ShareFetchHandler;
import io.kurier.broker.api.shares.ShareRoom;
import io.kurier.broker.api.shares.ShareSessions;
import io.kurier.broker.share.CoordinatedShareState;
import io.kurier.broker.share.DeadLetters;
import io.kurier.broker.share.SharePartitions;
import io.kurier.broker.share.SharePolicies;
import io.kurier.broker.share.dead.DeadLetterTopics;
import io.kurier.broker.share.dead.DeadLetterWriter;
import io.kurier.broker.share.dead.LetterBox;
import io.kurier.broker.transaction.NodeCalls;
import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.cluster.config.FetchSettings;
import io.kurier.cluster.config.share.ShareRecordSettings;
import io.kurier.coordinator.share.ShareCoordinator;
import java.util.List;

/// Puts what members of share groups read on this node's partitions, its settings, and the share coordinators of the
/// cluster.
final class ShareReads implements AutoCloseable {
    private final Transactions.Ground ground;
    private final SharePartitions partitions;
    private final ShareSessions sessions;

    /// @param coordinator this node's own
    /// @param calls the way to those of others
    ShareReads(Transactions.Ground ground, ShareCoordinator coordinator, NodeCalls calls) {
        this.ground = ground;
        EffectiveConfig config = ground.live().get();
        SharePolicies policies = new SharePolicies(ground.live(), ground.cluster());
        partitions = new SharePartitions(
                ground.nodeId(),
                ground.cluster(),
                ground.world(),
                new CoordinatedShareState(
                        ground.nodeId(),
                        ground.cluster(),
                        new CoordinatedShareState.Coordinator(
                                ShareCoordinator.TOPIC, coordinator::shardOf, coordinator::read, coordinator::write),
                        calls),
                deadLetters(calls, policies),
                policies);
        sessions = new ShareSessions(ShareRecordSettings.maxSessions(config), partitions);
    }

    private DeadLetters deadLetters(NodeCalls calls, SharePolicies policies) {
        return new DeadLetterWriter(
                ground.world(),
                new DeadLetterTopics(ground.cluster(), ground.cluster(), ground.live()),
                new LetterBox(
                        ground.nodeId(),
                        ground.cluster(),
                        ground.partitions(),
                        ground.world().clock(),
                        calls),
                policies);
    }

    List<ApiHandler<?>> handlers(NodeAddresses addresses) {
        ShareRoom room = new ShareRoom(
                ground.world(),
                ground.cluster(),
                ground.partitions(),
                partitions,
                sessions,
                addresses,
                FetchSettings.of(ground.live().get()).maxBytes());
        return List.of(new ShareFetchHandler(room), new ShareAcknowledgeHandler(room));
    }

    @Override
    public void close() {
        partitions.close();
    }
}
