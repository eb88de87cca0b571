package io.kurier.broker.api.records;

import io.kurier.broker.api.ApiHandler;
import io.kurier.broker.api.RequestContext;
import io.kurier.broker.api.metadata.NodeAddresses;
import io.kurier.broker.api.metadata.NodeAddresses.Address;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/// Produce or Fetch with a word to clients that came to the wrong node: who leads now, and where that is (KIP-951), so
/// that they can go there at once instead of asking for metadata first.
public final class LeaderHints<Q extends ApiMessage> implements ApiHandler<Q> {
    private static final int FIRST_PRODUCE = 10;
    private static final int FIRST_FETCH = 16;

    private final ApiHandler<Q> inner;
    private final ClusterView cluster;
    private final NodeAddresses addresses;

    /// @param inner whose answers are completed
    /// @param addresses where clients reach a node
    public LeaderHints(ApiHandler<Q> inner, ClusterView cluster, NodeAddresses addresses) {
        this.inner = inner;
        this.cluster = cluster;
        this.addresses = addresses;
    }

    /// Who leads a partition, and where.
    private record Hint(PartitionImage partition, BrokerImage leader, Address at) {}

    @Override
    public ApiKeys key() {
        return inner.key();
    }

    @Override
    public short minVersion() {
        return inner.minVersion();
    }

    @Override
    public short maxVersion() {
        return inner.maxVersion();
    }

    @Override
    public boolean mayBlock(Q request) {
        return inner.mayBlock(request);
    }

    @Override
    public CompletableFuture<? extends ApiMessage> handle(RequestContext context, Q request) {
        return inner.handle(context, request).thenApply(answer -> {
            if (answer instanceof ProduceResponseData produced && context.version() >= FIRST_PRODUCE) {
                fill(context, produced);
            } else if (answer instanceof FetchResponseData fetched && context.version() >= FIRST_FETCH) {
                fill(context, fetched);
            }
            return answer;
        });
    }

    private void fill(RequestContext context, ProduceResponseData answer) {
        for (var topic : answer.responses()) {
            for (var partition : topic.partitionResponses()) {
                Hint hint = hint(context, partition.errorCode(), topic.topicId(), topic.name(), partition.index());
                if (hint != null) {
                    partition
                            .currentLeader()
                            .setLeaderId(hint.leader.id())
                            .setLeaderEpoch(hint.partition.leaderEpoch());
                    answer.nodeEndpoints()
                            .add(new ProduceResponseData.NodeEndpoint()
                                    .setNodeId(hint.leader.id())
                                    .setHost(hint.at.host())
                                    .setPort(hint.at.port())
                                    .setRack(hint.leader.rack()));
                }
            }
        }
    }

    private void fill(RequestContext context, FetchResponseData answer) {
        for (var topic : answer.responses()) {
            for (var partition : topic.partitions()) {
                Hint hint = hint(
                        context, partition.errorCode(), topic.topicId(), topic.topic(), partition.partitionIndex());
                if (hint != null) {
                    partition
                            .currentLeader()
                            .setLeaderId(hint.leader.id())
                            .setLeaderEpoch(hint.partition.leaderEpoch());
                    answer.nodeEndpoints()
                            .add(new FetchResponseData.NodeEndpoint()
                                    .setNodeId(hint.leader.id())
                                    .setHost(hint.at.host())
                                    .setPort(hint.at.port())
                                    .setRack(hint.leader.rack()));
                }
            }
        }
    }

    /// Null where the error is not about who leads, or there is nothing to tell.
    private @Nullable Hint hint(RequestContext context, short error, Uuid topicId, String name, int number) {
        if (error != Errors.NOT_LEADER_OR_FOLLOWER.code() && error != Errors.FENCED_LEADER_EPOCH.code()) {
            return null;
        }
        ClusterImage image = cluster.image();
        TopicImage topic = topicId.equals(Uuid.ZERO_UUID) ? image.topic(name) : image.topic(topicId);
        PartitionImage partition = topic == null ? null : topic.partition(number);
        BrokerImage leader = partition == null ? null : image.broker(partition.leader());
        Address at = leader == null ? null : addresses.of(context, leader);
        return partition == null || leader == null || at == null ? null : new Hint(partition, leader, at);
    }
}
