package io.kurier.broker.share.dead;

import io.kurier.cluster.ClusterView;
import io.kurier.cluster.ControllerGateway;
import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.cluster.config.share.DeadLetterSettings;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.TopicImage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/// Which topics take dead letters: those whose name and settings allow it, so that nobody is written to who has not
/// agreed (KIP-1191). Creates them where the broker is set so.
public final class DeadLetterTopics {
    private static final int TIMEOUT_MS = 10_000;
    private static final int BROKER_DEFAULT = -1;

    private final ClusterView cluster;
    private final ControllerGateway controller;
    private final Supplier<EffectiveConfig> node;

    /// @param node what holds on this node now
    public DeadLetterTopics(ClusterView cluster, ControllerGateway controller, Supplier<EffectiveConfig> node) {
        this.cluster = cluster;
        this.controller = controller;
        this.node = node;
    }

    /// The topic of this name, created if it has to be; empty if it exists only in a moment. Fails with a
    /// [DeadLetterException] that says why it cannot be used.
    CompletableFuture<Optional<TopicImage>> find(String name) {
        DeadLetterSettings settings = DeadLetterSettings.of(node.get());
        ClusterImage image = cluster.image();
        TopicImage topic = image.topic(name);
        if (name.startsWith("__") || !name.startsWith(settings.prefix())) {
            return refuse("its name must begin with " + settings.prefix()
                    + " (errors.deadletterqueue.topic.name.prefix), and not with __");
        }
        if (topic != null) {
            return DeadLetterSettings.isEnabled(image, name)
                    ? CompletableFuture.completedFuture(Optional.of(topic))
                    : refuse("it does not take dead letters; set its " + DeadLetterSettings.TOPIC_ENABLE + " to true");
        }
        return settings.autoCreate()
                ? create(name)
                : refuse("it does not exist; create it with " + DeadLetterSettings.TOPIC_ENABLE
                        + "=true, or set errors.deadletterqueue.auto.create.topics.enable on the brokers");
    }

    private static CompletableFuture<Optional<TopicImage>> refuse(String why) {
        return CompletableFuture.failedFuture(new DeadLetterException(why));
    }

    private CompletableFuture<Optional<TopicImage>> create(String name) {
        CreatableTopic topic = new CreatableTopic()
                .setName(name)
                .setNumPartitions(BROKER_DEFAULT)
                .setReplicationFactor((short) BROKER_DEFAULT);
        topic.configs()
                .add(new CreatableTopicConfig()
                        .setName(DeadLetterSettings.TOPIC_ENABLE)
                        .setValue("true"));
        CreateTopicsRequestData request = new CreateTopicsRequestData().setTimeoutMs(TIMEOUT_MS);
        request.topics().add(topic);
        return controller
                .submit(request, ApiKeys.CREATE_TOPICS.latestVersion())
                .thenApply(answer -> {
                    for (var created : ((CreateTopicsResponseData) answer).topics()) {
                        Errors error = Errors.forCode(created.errorCode());
                        if (error != Errors.NONE && error != Errors.TOPIC_ALREADY_EXISTS) {
                            throw new DeadLetterException("it cannot be created: " + error);
                        }
                    }
                    return Optional.ofNullable(cluster.image().topic(name));
                })
                .toCompletableFuture();
    }
}
