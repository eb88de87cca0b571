package io.kurier.server;

import io.kurier.cluster.peer.Lane;
import io.kurier.cluster.peer.Peer;
import io.kurier.cluster.peer.Peers;
import io.kurier.kernel.World;
import io.kurier.server.config.HostPort;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeQuorumRequestData;
import org.apache.kafka.common.message.DescribeQuorumResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the cluster that a new node joins: asks the nodes that it was told of for the cluster's identity and for its
/// voters, until one answers.
final class ClusterSearch {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterSearch.class);
    private static final int ANSWER_MS = 5_000;
    private static final int CHECK_MS = 1_000;
    private static final long HEARD_LATELY_MS = 3_000;
    private static final long PAUSE_NS = 200_000_000L;

    private final World world;
    private final Peers peers;

    /// What was found.
    ///
    /// @param voters where they listen
    record Found(String clusterId, List<InetSocketAddress> voters) {}

    ClusterSearch(World world, Peers peers) {
        this.world = world;
        this.peers = peers;
    }

    /// Asks. Blocks until a node has answered.
    ///
    /// @param nodeId of the node that joins
    /// @throws StartException if none answers in time, or a live node has the id already
    Found find(List<HostPort> seeds, int nodeId, int timeoutMs) throws StartException {
        long deadlineNs = world.clock().nanos() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        long patientUntilNs =
                world.clock().nanos() + TimeUnit.MILLISECONDS.toNanos(Math.min(2 * HEARD_LATELY_MS, timeoutMs / 2));
        String reason = "";
        do {
            for (HostPort seed : seeds) {
                try {
                    return ask(seed, nodeId);
                } catch (StartException e) {
                    if (world.clock().nanos() - patientUntilNs >= 0) {
                        throw e;
                    }
                    reason = String.valueOf(e.getMessage());
                } catch (ExecutionException e) {
                    reason = e.getCause() == null
                            ? String.valueOf(e)
                            : String.valueOf(e.getCause().getMessage());
                } catch (InterruptedException e) {
                    throw interrupted(e);
                }
            }
            pause();
        } while (world.clock().nanos() - deadlineNs < 0);
        throw new StartException("No node of the cluster to join answers at " + seeds + " (" + reason
                + "). Name one that runs with --join (controller.quorum.bootstrap.servers); without it a new"
                + " cluster begins");
    }

    /// Makes sure that a node which belongs to a cluster is not told to join another one. Nodes that do not answer are
    /// passed over: they may be about to start, too.
    ///
    /// @throws StartException if it is
    void check(List<HostPort> seeds, String clusterId) throws StartException {
        for (HostPort seed : seeds) {
            try {
                Peer peer = peers.at(Lane.COMMANDS, seed.host(), seed.port());
                String other = get(peer, new DescribeClusterRequestData(), CHECK_MS, DescribeClusterResponseData.class)
                        .clusterId();
                if (!other.equals(clusterId)) {
                    throw new StartException("This node belongs to the cluster " + clusterId + ", and the node at "
                            + seed
                            + " to " + other + ". Join with an empty data folder, or leave --join out; nothing was"
                            + " changed");
                }
            } catch (ExecutionException e) {
                LOG.debug("The node at {} does not answer: {}", seed, e.getMessage());
            } catch (InterruptedException e) {
                throw interrupted(e);
            }
        }
    }

    private static StartException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new StartException("Interrupted while looking for the cluster to join", e);
    }

    private Found ask(HostPort seed, int nodeId) throws StartException, ExecutionException, InterruptedException {
        Peer peer = peers.at(Lane.COMMANDS, seed.host(), seed.port());
        DescribeClusterResponseData cluster = get(
                peer,
                new DescribeClusterRequestData().setIncludeFencedBrokers(true),
                ANSWER_MS,
                DescribeClusterResponseData.class);
        DescribeClusterResponseData.DescribeClusterBroker before =
                cluster.brokers().find(nodeId);
        if (before != null && !before.isFenced()) {
            throw new StartException("Node " + nodeId + " of the cluster at " + seed + " runs already, at "
                    + before.host() + ":" + before.port() + ". Choose an id of its own for this node with --node-id");
        }
        DescribeQuorumResponseData quorum = get(
                peer,
                new DescribeQuorumRequestData()
                        .setTopics(List.of(new DescribeQuorumRequestData.TopicData()
                                .setTopicName("__cluster_metadata")
                                .setPartitions(
                                        List.of(new DescribeQuorumRequestData.PartitionData().setPartitionIndex(0))))),
                ANSWER_MS,
                DescribeQuorumResponseData.class);
        if (cluster.errorCode() != Errors.NONE.code() || quorum.errorCode() != Errors.NONE.code()) {
            throw new ExecutionException(Errors.forCode((short) Math.max(cluster.errorCode(), quorum.errorCode()))
                    .exception());
        }
        refuseLiveVoter(quorum, nodeId, seed);
        if (before != null) {
            LOG.warn(
                    "Node {} was in this cluster before, at {}:{}, and comes back with empty data folders: other"
                            + " nodes fill its replicas. If that node still has its data, stop this one and start"
                            + " that one, or choose another id for this one with --node-id",
                    nodeId,
                    before.host(),
                    before.port());
        }
        List<InetSocketAddress> voters = new ArrayList<>();
        quorum.nodes()
                .forEach(node -> node.listeners()
                        .forEach(listener ->
                                voters.add(InetSocketAddress.createUnresolved(listener.host(), listener.port()))));
        if (voters.isEmpty()) {
            voters.add(InetSocketAddress.createUnresolved(seed.host(), seed.port()));
        }
        return new Found(cluster.clusterId(), voters);
    }

    /// A controller only is no broker that the cluster's description names.
    private static void refuseLiveVoter(DescribeQuorumResponseData quorum, int nodeId, HostPort seed)
            throws StartException {
        for (DescribeQuorumResponseData.TopicData topic : quorum.topics()) {
            for (DescribeQuorumResponseData.PartitionData log : topic.partitions()) {
                long nowMs = log.currentVoters().stream()
                        .mapToLong(DescribeQuorumResponseData.ReplicaState::lastFetchTimestamp)
                        .max()
                        .orElse(0);
                if (log.currentVoters().stream()
                        .anyMatch(voter ->
                                voter.replicaId() == nodeId && nowMs - voter.lastFetchTimestamp() < HEARD_LATELY_MS)) {
                    throw new StartException("Node " + nodeId + " votes in the cluster at " + seed
                            + " and was heard a moment ago. Choose an id of its own for this node with --node-id");
                }
            }
        }
    }

    private static <A extends ApiMessage> A get(Peer peer, ApiMessage request, int timeoutMs, Class<A> answer)
            throws ExecutionException, InterruptedException {
        short version = ApiKeys.forId(request.apiKey()).latestVersion();
        return peer.ask(request, version, timeoutMs, answer).get();
    }

    private void pause() {
        CompletableFuture<Void> over = new CompletableFuture<>();
        world.timers().after(PAUSE_NS, () -> over.complete(null));
        over.join();
    }
}
