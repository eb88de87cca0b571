package io.kurier.tests.simulation.client;

import io.kurier.cluster.peer.Lane;
import io.kurier.cluster.peer.Peer;
import io.kurier.cluster.peer.PeerAnswer;
import io.kurier.cluster.peer.Peers;
import io.kurier.testkit.sim.SimProcess;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/// What a client knows of a topic: who leads which partition. As real clients do, it does not go back to an older leader
/// epoch.
public final class Leaders {
    private static final int TIMEOUT_MS = 3_000;

    private final SimProcess process;
    private final List<InetSocketAddress> bootstrap;
    private final Peers peers;
    private final String topic;
    private final Map<Integer, InetSocketAddress> nodes = new HashMap<>();
    private final Map<Integer, Leader> leaders = new HashMap<>();
    private Uuid topicId = Uuid.ZERO_UUID;
    private int next;

    /// Who leads a partition.
    public record Leader(int node, int epoch) {}

    /// @param process that the client is in
    /// @param bootstrap where to ask
    public Leaders(SimProcess process, int clientId, List<InetSocketAddress> bootstrap, String topic) {
        this.process = process;
        this.bootstrap = bootstrap;
        this.topic = topic;
        this.next = clientId;
        this.peers = new Peers(process.world(), 1_000 + clientId, Peers.Limits.defaults());
    }

    /// The topic's id, once it is known.
    public Uuid topicId() {
        return topicId;
    }

    /// Who leads the partition; null if nobody is known.
    public @Nullable Leader leader(int partition) {
        return leaders.get(partition);
    }

    /// Asks some node. Blocks; harmless if none answers.
    public void refresh() {
        MetadataRequestData request = new MetadataRequestData()
                .setAllowAutoTopicCreation(false)
                .setTopics(List.of(new MetadataRequestTopic().setName(topic)));
        try {
            MetadataResponseData answer = any(request, MetadataResponseData.class);
            answer.brokers().forEach(broker -> nodes.put(
                    broker.nodeId(), InetSocketAddress.createUnresolved(broker.host(), broker.port())));
            answer.topics().forEach(this::learn);
        } catch (CompletionException _) {
            // the next one, next time
        }
    }

    private void learn(MetadataResponseData.MetadataResponseTopic found) {
        if (found.errorCode() == 0) {
            topicId = found.topicId();
            for (MetadataResponseData.MetadataResponsePartition partition : found.partitions()) {
                Leader known = leaders.get(partition.partitionIndex());
                if (partition.leaderId() >= 0 && (known == null || known.epoch <= partition.leaderEpoch())) {
                    leaders.put(
                            partition.partitionIndex(), new Leader(partition.leaderId(), partition.leaderEpoch()));
                }
            }
        }
    }

    /// Sends to any node, another one each time, and waits for the answer.
    ///
    /// @throws CompletionException if there is none
    public <A extends ApiMessage> A any(ApiMessage request, Class<A> answer) {
        InetSocketAddress to = bootstrap.get(Math.floorMod(next++, bootstrap.size()));
        return peers.at(Lane.COMMANDS, to.getHostString(), to.getPort())
                .ask(request, version(request), TIMEOUT_MS, answer)
                .join();
    }

    /// Sends to a partition's leader and waits for the answer.
    ///
    /// @throws CompletionException if there is none
    public <A extends ApiMessage> A ask(Leader leader, ApiMessage request, Class<A> answer) {
        return peer(leader).ask(request, version(request), TIMEOUT_MS, answer).join();
    }

    /// The same, with the answer's own bytes: to be closed.
    public PeerAnswer askForRecords(Leader leader, ApiMessage request) {
        return peer(leader).send(request, version(request), TIMEOUT_MS).join();
    }

    private Peer peer(Leader leader) {
        InetSocketAddress to = nodes.get(leader.node);
        if (to == null) {
            throw new CompletionException(new IllegalStateException("node " + leader.node + " is not known"));
        }
        return peers.at(Lane.RECORDS, to.getHostString(), to.getPort());
    }

    private static short version(ApiMessage request) {
        return ApiKeys.forId(request.apiKey()).latestVersion(false);
    }

    /// Waits.
    public void pause(long ms) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        process.world().timers().after(ms * 1_000_000, () -> over.complete(null));
        over.join();
    }
}
