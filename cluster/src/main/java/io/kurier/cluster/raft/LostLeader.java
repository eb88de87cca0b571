package io.kurier.cluster.raft;

import io.kurier.kernel.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
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

/// Knows whose ports refuse, and says for a leader whose process is gone what it would have said itself at a clean end
/// (EndQuorumEpoch), so that the election does not wait for a time-out. It changes when a voter becomes a candidate,
/// and nothing else: whoever still hears the leader refuses its vote (KIP-996), so that a mistake costs nothing.
final class LostLeader {
    /// A node that was not asked again for so long may be back.
    private static final long REFUSAL_HOLDS_NS = TimeUnit.SECONDS.toNanos(2);

    private final Clock clock;
    private final RaftSettings settings;
    private final ListenerName listener;
    private final Set<Integer> seen = ConcurrentHashMap.newKeySet();
    private final Map<Integer, Long> refusedNs = new ConcurrentHashMap<>();
    private volatile @Nullable KafkaRaftClient<?> client;
    private volatile Supplier<Collection<Integer>> nodes = List::of;

    LostLeader(Clock clock, RaftSettings settings) {
        this.clock = clock;
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

    /// The engine talks to this node.
    void asked(Node node) {
        if (node.id() >= 0) {
            seen.add(node.id());
        }
    }

    /// A node has answered.
    void answered(Node node) {
        refusedNs.remove(node.id());
    }

    /// A node's port refuses.
    void gone(Node node) {
        refusedNs.put(node.id(), clock.nanos());
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

    /// The node that leads, or was the last to do so; -1 if this node does not know.
    int leader() {
        KafkaRaftClient<?> engine = client;
        return engine == null ? -1 : engine.leaderAndEpoch().leaderId().orElse(-1);
    }

    /// The other voters of which is not known that they are gone.
    List<Node> others() {
        return Stream.concat(nodes.get().stream(), seen.stream())
                .distinct()
                .filter(id -> id != settings.nodeId() && !isRefusing(id))
                .flatMap(id -> voter(id).stream())
                .toList();
    }

    private boolean isRefusing(int id) {
        Long refused = refusedNs.get(id);
        return refused != null && clock.nanos() - refused < REFUSAL_HOLDS_NS;
    }

    /// A voter and where it listens.
    Optional<Node> voter(int id) {
        KafkaRaftClient<?> engine = client;
        return engine == null ? Optional.empty() : engine.voterNode(id, listener);
    }
}
