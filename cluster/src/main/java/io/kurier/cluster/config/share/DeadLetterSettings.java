package io.kurier.cluster.config.share;

import io.kurier.cluster.config.EffectiveConfig;
import io.kurier.cluster.config.TypedValues;
import io.kurier.cluster.image.ClusterImage;
import org.apache.kafka.common.config.ConfigResource;

/// Which topics may be dead-letter topics of share groups (KIP-1191).
///
/// @param autoCreate true if they are created when they are needed
/// @param prefix with which their names begin
public record DeadLetterSettings(boolean autoCreate, String prefix) {
    /// The topic's own setting that lets share groups write to it.
    public static final String TOPIC_ENABLE = "errors.deadletterqueue.group.enable";

    /// What holds on a broker.
    public static DeadLetterSettings of(EffectiveConfig broker) {
        TypedValues values = TypedValues.ofBroker(broker);
        return new DeadLetterSettings(
                values.flag("errors.deadletterqueue.auto.create.topics.enable"),
                values.text("errors.deadletterqueue.topic.name.prefix"));
    }

    /// Whether a topic lets share groups write to it.
    public static boolean isEnabled(ClusterImage image, String topic) {
        return Boolean.parseBoolean(
                image.configs(ConfigResource.Type.TOPIC, topic).getOrDefault(TOPIC_ENABLE, "false"));
    }
}
