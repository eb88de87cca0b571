package io.kurier.broker.internal;

import io.kurier.broker.api.RequestContext;
import io.kurier.broker.api.groups.InternalTopics;
import io.kurier.broker.api.groups.ShardLeaders;
import io.kurier.broker.api.metadata.NodeAddresses;
import io.kurier.broker.api.metadata.TopicCreator;
import io.kurier.cluster.ClusterView;
import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.protocol.Errors;

/// Where the coordinators of this cluster are: their topics, made on first use, and who leads the partitions.
public final class Coordinators implements InternalTopics, ShardLeaders {
    private final ClusterView cluster;
    private final TopicCreator creator;
    private final NodeAddresses addresses;

    public Coordinators(ClusterView cluster, TopicCreator creator, NodeAddresses addresses) {
        this.cluster = cluster;
        this.creator = creator;
        this.addresses = addresses;
    }

    @Override
    public CompletionStage<Errors> ensure(String topic) {
        return creator.ensure(List.of(topic))
                .handle((outcome, failure) ->
                        failure == null ? outcome.getOrDefault(topic, Errors.NONE) : Errors.COORDINATOR_NOT_AVAILABLE);
    }

    @Override
    public int partitionsOf(String topic) {
        TopicImage image = cluster.image().topic(topic);
        return image == null ? creator.partitionsOf(topic) : image.partitions().size();
    }

    @Override
    public Optional<Leader> leaderOf(String topic, int partition, RequestContext context) {
        PartitionImage state = cluster.image().partition(topic, partition);
        BrokerImage broker = state == null ? null : cluster.image().broker(state.leader());
        NodeAddresses.Address address = broker == null || broker.fenced() ? null : addresses.of(context, broker);
        return broker == null || address == null
                ? Optional.empty()
                : Optional.of(new Leader(broker.id(), address.host(), address.port()));
    }
}
