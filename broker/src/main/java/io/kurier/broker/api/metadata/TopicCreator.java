package io.kurier.broker.api.metadata;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ControllerGateway;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.TopicImage;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// Creates topics that are missing when they are first used: those that clients ask for, with the broker's defaults,
/// and the node's internal ones, as they must be.
public final class TopicCreator {
    /// How an internal topic is made.
    ///
    /// @param partitions how many
    /// @param replicationFactor at most; fewer if there are fewer brokers
    /// @param configs its settings; `min.insync.replicas` is at most the number of replicas that it gets
    public record InternalTopic(String name, int partitions, short replicationFactor, Map<String, String> configs) {}

    private static final int TIMEOUT_MS = 10_000;
    private static final int BROKER_DEFAULT = -1;

    private final ClusterView cluster;
    private final ControllerGateway controller;
    private final Map<String, InternalTopic> internal = new HashMap<>();
    private final boolean autoCreate;

    /// @param autoCreate `auto.create.topics.enable`
    public TopicCreator(
            ClusterView cluster,
            ControllerGateway controller,
            Collection<InternalTopic> internalTopics,
            boolean autoCreate) {
        this.cluster = cluster;
        this.controller = controller;
        this.autoCreate = autoCreate;
        internalTopics.forEach(topic -> internal.put(topic.name(), topic));
    }

    /// True if this is a topic that coordinators write.
    public boolean isInternal(String topic) {
        return internal.containsKey(topic);
    }

    /// How many partitions an internal topic is made with.
    ///
    /// @throws IllegalArgumentException if it is not an internal topic
    public int partitionsOf(String topic) {
        InternalTopic known = internal.get(topic);
        if (known == null) {
            throw new IllegalArgumentException(topic + " is not an internal topic");
        }
        return known.partitions();
    }

    /// How many partitions the topics of these names have, the node's own ones left out.
    int partitionsOf(Collection<String> names) {
        int partitions = 0;
        for (String name : names) {
            TopicImage topic = isInternal(name) ? null : cluster.image().topic(name);
            partitions += topic == null ? 0 : topic.partitions().size();
        }
        return partitions;
    }

    /// True if a client's question for a topic that does not exist creates it.
    public boolean createsOnFirstUse(String topic) {
        return internal.containsKey(topic) || (autoCreate && !isInternal(topic));
    }

    /// Creates the topics of these names that do not exist. Completes, when this node knows them, with what became of
    /// each name: `NONE` also for those that were there before.
    public CompletableFuture<Map<String, Errors>> ensure(Collection<String> names) {
        Map<String, Errors> outcome = new HashMap<>();
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(TIMEOUT_MS);
        for (String name : names) {
            outcome.put(name, Errors.NONE);
            if (cluster.image().topic(name) == null) {
                request.topics().add(creatable(name));
            }
        }
        if (request.topics().isEmpty()) {
            return CompletableFuture.completedFuture(outcome);
        }
        return controller
                .submit(request, ApiKeys.CREATE_TOPICS.latestVersion())
                .toCompletableFuture()
                .thenApply(answer -> {
                    for (CreatableTopicResult topic : ((CreateTopicsResponseData) answer).topics()) {
                        Errors error = Errors.forCode(topic.errorCode());
                        outcome.put(topic.name(), error == Errors.TOPIC_ALREADY_EXISTS ? Errors.NONE : error);
                    }
                    return outcome;
                });
    }

    private CreatableTopic creatable(String name) {
        InternalTopic topic = internal.get(name);
        if (topic == null) {
            return new CreatableTopic()
                    .setName(name)
                    .setNumPartitions(BROKER_DEFAULT)
                    .setReplicationFactor((short) BROKER_DEFAULT);
        }
        int replicas = Math.min(Math.max(1, cluster.image().brokers().size()), topic.replicationFactor());
        CreatableTopic creatable = new CreatableTopic()
                .setName(name)
                .setNumPartitions(topic.partitions())
                .setReplicationFactor((short) replicas);
        topic.configs()
                .forEach((key, value) -> creatable
                        .configs()
                        .add(new CreatableTopicConfig()
                                .setName(key)
                                .setValue(
                                        key.equals(ClusterImage.MIN_IN_SYNC)
                                                ? String.valueOf(Math.min(Integer.parseInt(value), replicas))
                                                : value)));
        return creatable;
    }
}
