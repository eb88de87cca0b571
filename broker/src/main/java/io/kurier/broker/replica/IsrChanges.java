package io.kurier.broker.replica;

import io.kurier.broker.replica.leader.IsrProposal;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ControllerGateway;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.kernel.World;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.AlterPartitionRequestData;
import org.apache.kafka.common.message.AlterPartitionRequestData.BrokerState;
import org.apache.kafka.common.message.AlterPartitionRequestData.TopicData;
import org.apache.kafka.common.message.AlterPartitionResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks the controller for the changes of in-sync replicas that this node's leaders want (AlterPartition, KIP-497,
/// KIP-903): those of many partitions in one request, one request at a time, again until there is an answer.
public final class IsrChanges implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IsrChanges.class);
    private static final short VERSION = ApiKeys.ALTER_PARTITION.latestVersion();
    private static final int MOST_AT_ONCE = 1_000;
    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final World world;
    private final int nodeId;
    private final ClusterView cluster;
    private final ControllerGateway controller;
    private final Executor executor;

    // on the executor alone
    private final Set<Partition> due = new LinkedHashSet<>();
    private boolean asking;
    private boolean unheard;
    private volatile boolean closed;

    private record Key(Uuid topicId, int partition) {}

    private record Asked(Partition partition, IsrProposal proposal) {}

    /// Begins to listen to what the partitions want.
    public <C extends ClusterView & ControllerGateway> IsrChanges(
            World world, int nodeId, C cluster, Partitions partitions) {
        this.world = world;
        this.nodeId = nodeId;
        this.cluster = cluster;
        this.controller = cluster;
        this.executor = world.threads().serial("isr-changes");
        partitions.onProposal(partition -> executor.execute(() -> {
            due.add(partition);
            ask();
        }));
    }

    private void ask() {
        BrokerImage self = cluster.image().broker(nodeId);
        if (asking || closed || self == null || due.isEmpty()) {
            return;
        }
        Map<Key, Asked> asked = new LinkedHashMap<>();
        due.removeIf(partition -> asked.size() < MOST_AT_ONCE && take(partition, asked));
        if (asked.isEmpty()) {
            return;
        }
        asking = true;
        controller
                .submit(request(asked, self.epoch()), VERSION)
                .whenComplete((answer, failure) -> executor.execute(() -> {
                    asking = false;
                    if (failure != null) {
                        asked.values()
                                .forEach(one ->
                                        one.partition.commitment().update(leader -> leader.unanswered(one.proposal)));
                        again(asked, String.valueOf(failure.getMessage()));
                    } else {
                        unheard = false;
                        answered((AlterPartitionResponseData) answer, asked);
                    }
                    ask();
                }));
    }

    /// True: it is dealt with, if only because it wants nothing any more.
    private static boolean take(Partition partition, Map<Key, Asked> asked) {
        IsrProposal proposal = partition.commitment().proposal();
        if (proposal != null) {
            asked.put(new Key(partition.topicId(), partition.name().partition()), new Asked(partition, proposal));
        }
        return true;
    }

    private AlterPartitionRequestData request(Map<Key, Asked> asked, long brokerEpoch) {
        AlterPartitionRequestData request =
                new AlterPartitionRequestData().setBrokerId(nodeId).setBrokerEpoch(brokerEpoch);
        Map<Uuid, TopicData> topics = new LinkedHashMap<>();
        asked.forEach((key, one) -> topics.computeIfAbsent(key.topicId, id -> new TopicData().setTopicId(id))
                .partitions()
                .add(data(key, one.proposal, brokerEpoch)));
        request.topics().addAll(topics.values());
        return request;
    }

    private AlterPartitionRequestData.PartitionData data(Key key, IsrProposal proposal, long brokerEpoch) {
        return new AlterPartitionRequestData.PartitionData()
                .setPartitionIndex(key.partition)
                .setLeaderEpoch(proposal.leaderEpoch())
                .setPartitionEpoch(proposal.partitionEpoch())
                .setNewIsrWithEpochs(proposal.isr().stream()
                        .map(member -> new BrokerState()
                                .setBrokerId(member.id())
                                .setBrokerEpoch(member.id() == nodeId ? brokerEpoch : member.brokerEpoch()))
                        .toList());
    }

    private void answered(AlterPartitionResponseData answer, Map<Key, Asked> asked) {
        Errors all = Errors.forCode(answer.errorCode());
        for (var topic : answer.topics()) {
            for (var partition : topic.partitions()) {
                Asked one = asked.remove(new Key(topic.topicId(), partition.partitionIndex()));
                if (one != null) {
                    answered(one, Errors.forCode(partition.errorCode()));
                }
            }
        }
        if (!asked.isEmpty()) {
            again(asked, all == Errors.NONE ? "no answer for " + asked.size() + " partitions" : all.message());
        }
    }

    /// With all errors but one somebody has changed the partition, or the controller is not the right one: metadata
    /// will come, and what is proposed then may be something else.
    private void answered(Asked one, Errors error) {
        if (error == Errors.INELIGIBLE_REPLICA || error == Errors.INVALID_REQUEST) {
            LOG.info("{} {} is refused: {}", one.partition.name(), one.proposal, error);
            one.partition
                    .commitment()
                    .update(leader -> leader.refused(one.proposal, world.clock().nanos()));
        } else if (error == Errors.NONE) {
            LOG.info("{} {} is agreed", one.partition.name(), one.proposal);
        }
        if (one.partition.commitment().proposal() == one.proposal || error != Errors.NONE) {
            later(one.partition);
        }
    }

    private void again(Map<Key, Asked> asked, String why) {
        if (!closed) {
            if (!unheard) {
                LOG.warn("The controller was asked for other in-sync replicas, and will be until it answers: {}", why);
                unheard = true;
            }
            asked.values().forEach(one -> later(one.partition));
        }
    }

    private void later(Partition partition) {
        if (!closed) {
            world.timers()
                    .after(
                            RETRY_NS,
                            () -> executor.execute(() -> {
                                due.add(partition);
                                ask();
                            }));
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
