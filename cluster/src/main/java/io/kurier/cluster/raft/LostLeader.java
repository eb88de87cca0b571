package io.kurier.cluster.raft;

import io.kurier.kernel.Timers;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.message.EndQuorumEpochRequestData;
import org.apache.kafka.common.network.ListenerName;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.raft.KafkaRaftClient;
import org.apache.kafka.raft.LeaderAndEpoch;
import org.apache.kafka.raft.RaftRequest;
import org.apache.kafka.raft.RaftUtil;
import org.apache.kafka.raft.ReplicaKey;
import org.jspecify.annotations.Nullable;

/// Says for a leader whose process is gone what it would have said itself at a clean end (EndQuorumEpoch), so that the
/// election does not wait for a time-out. It changes when a voter becomes a candidate, and nothing else: whoever still
/// hears the leader refuses its vote (KIP-996), so that a mistake costs nothing.
///
/// The voters take turns by their ids: two that ask at the same moment would each vote for themselves, and wait.
final class LostLeader implements Consumer<Node> {
    private static final long TURN_NS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int TURNS = 5;

    private final Timers timers;
    private final RaftSettings settings;
    private final ListenerName listener;
    private volatile @Nullable KafkaRaftClient<?> client;

    LostLeader(Timers timers, RaftSettings settings) {
        this.timers = timers;
        this.settings = settings;
        this.listener = ListenerName.normalised(settings.listener().listener());
    }

    /// The engine to be told. Once.
    void attach(KafkaRaftClient<?> engine) {
        client = engine;
    }

    /// A node is gone; of interest if it leads.
    @Override
    public void accept(Node node) {
        KafkaRaftClient<?> engine = client;
        if (engine == null || !settings.canVote()) {
            return;
        }
        LeaderAndEpoch led = engine.leaderAndEpoch();
        if (led.leaderId().orElse(-1) == node.id() && node.id() != settings.nodeId()) {
            timers.after(settings.nodeId() % TURNS * TURN_NS, () -> end(engine, led));
        }
    }

    private void end(KafkaRaftClient<?> engine, LeaderAndEpoch led) {
        if (engine.isRunning() && led.equals(engine.leaderAndEpoch())) {
            EndQuorumEpochRequestData request = RaftUtil.singletonEndQuorumEpochRequest(
                    RaftEngine.PARTITION,
                    settings.clusterId(),
                    led.epoch(),
                    led.leaderId().orElseThrow(),
                    List.of(ReplicaKey.of(settings.nodeId(), settings.directoryId())));
            engine.handle(new RaftRequest.Inbound(
                    listener, 0, ApiKeys.END_QUORUM_EPOCH.latestVersion(), request, 0));
        }
    }
}
