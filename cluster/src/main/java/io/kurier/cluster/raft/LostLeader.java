package io.kurier.cluster.raft;

import io.kurier.kernel.Timers;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
/// All voters look for a new leader at the same moment then, and two that are both granted an election vote for
/// themselves. So they take turns in asking whether they may: the first is elected before the second asks.
final class LostLeader {
    private static final long TURN_NS = TimeUnit.MILLISECONDS.toNanos(100);
    /// Until the others have noticed, too, and do not refuse.
    private static final long FIRST_TURN_NS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int MOST_TURNS = 4;

    private final Timers timers;
    private final RaftSettings settings;
    private final ListenerName listener;
    private volatile @Nullable KafkaRaftClient<?> client;
    private volatile Supplier<Collection<Integer>> nodes = List::of;

    LostLeader(Timers timers, RaftSettings settings) {
        this.timers = timers;
        this.settings = settings;
        this.listener = ListenerName.normalised(settings.listener().listener());
    }

    /// The engine to be told. Once.
    void attach(KafkaRaftClient<?> engine) {
        client = engine;
    }

    /// Who may be a voter, as far as this node knows. They all know the same, mostly.
    void nodes(Supplier<Collection<Integer>> known) {
        nodes = known;
    }

    /// A node is gone; of interest if it leads.
    void gone(Node node) {
        KafkaRaftClient<?> engine = client;
        if (engine != null && engine.isRunning() && settings.members().canVote() && node.id() != settings.nodeId()) {
            LeaderAndEpoch led = engine.leaderAndEpoch();
            if (led.leaderId().orElse(-1) == node.id()) {
                end(engine, led);
            }
        }
    }

    private void end(KafkaRaftClient<?> engine, LeaderAndEpoch led) {
        EndQuorumEpochRequestData request = RaftUtil.singletonEndQuorumEpochRequest(
                RaftEngine.PARTITION,
                settings.clusterId(),
                led.epoch(),
                led.leaderId().orElseThrow(),
                List.of(ReplicaKey.of(settings.nodeId(), settings.directoryId())));
        engine.handle(new RaftRequest.Inbound(listener, 0, ApiKeys.END_QUORUM_EPOCH.latestVersion(), request, 0));
    }

    /// Runs `ask` when it is this node's turn to ask for an election: soon if it comes after the last leader in the
    /// order of the voters' ids, which goes round.
    void inTurn(Runnable ask) {
        KafkaRaftClient<?> engine = client;
        int last = engine == null ? -1 : engine.leaderAndEpoch().leaderId().orElse(-1);
        long before = engine == null
                ? 0
                : nodes.get().stream()
                        .filter(id -> id != last && id != settings.nodeId())
                        .filter(id -> isBetween(last, id, settings.nodeId()))
                        .filter(id -> engine.voterNode(id, listener).isPresent())
                        .count();
        timers.after(FIRST_TURN_NS + Math.min(before, MOST_TURNS) * TURN_NS, ask);
    }

    private static boolean isBetween(int last, int id, int mine) {
        return last < mine ? last < id && id < mine : id > last || id < mine;
    }
}
