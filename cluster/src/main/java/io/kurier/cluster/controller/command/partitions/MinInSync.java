package io.kurier.cluster.controller.command.partitions;

import io.kurier.cluster.controller.ConfigRules;
import io.kurier.cluster.controller.command.Refusal;
import io.kurier.cluster.controller.command.Situation;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.TopicImage;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.apache.kafka.common.metadata.ClearElrRecord;
import org.apache.kafka.common.metadata.ConfigRecord;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;

/// `min.insync.replicas` in a cluster that keeps eligible leader replicas (KIP-966): its one source is the metadata,
/// the topic's own value or else the cluster's. Whoever has left the ISR below it counts as having all committed
/// records, so a leader that went by another value, from its file or its own dynamic setting, would commit what an
/// eligible replica lacks. The first controller writes what its file says; from then on files say nothing.
public final class MinInSync {
    private static final String NAME = ClusterImage.MIN_IN_SYNC;

    private MinInSync() {}

    /// The record by which a controller makes its own value the cluster's, when it begins to lead or when eligible
    /// leader replicas begin to be kept; none if there is one.
    public static List<ApiMessage> firstRecords(ClusterImage image, ConfigRules rules) {
        String value = rules.defaultValue(Type.BROKER, NAME);
        if (value == null || image.configs(Type.BROKER, "").containsKey(NAME)) {
            return List.of();
        }
        return List.of(new ConfigRecord()
                .setResourceType(Type.BROKER.id())
                .setResourceName("")
                .setName(NAME)
                .setValue(value));
    }

    /// Refuses what would leave more than one source, or none, or nobody who is known to have all records.
    ///
    /// @param touched the settings of `resource` that change; an absent value deletes
    /// @throws Refusal with INVALID_CONFIG
    public static void check(ConfigResource resource, Map<String, String> touched, Situation situation) throws Refusal {
        if (!touched.containsKey(NAME) || !situation.image().keepsEligible()) {
            return;
        }
        if (resource.type() == Type.BROKER) {
            checkSource(resource, touched);
        }
        for (TopicImage topic : situation.image().topics()) {
            boolean concerned = resource.type() == Type.BROKER || topic.name().equals(resource.name());
            if (concerned
                    && topic.partitions().stream()
                            .anyMatch(partition -> partition.isr().isEmpty())) {
                throw new Refusal(
                        Errors.INVALID_CONFIG,
                        NAME + " cannot be changed while nobody is in sync for a partition of '" + topic.name()
                                + "': which replicas have all records would be forgotten. Start its nodes first.");
            }
        }
    }

    private static void checkSource(ConfigResource resource, Map<String, String> touched) throws Refusal {
        boolean isSet = touched.get(NAME) != null;
        if (!resource.name().isEmpty() && isSet) {
            throw new Refusal(
                    Errors.INVALID_CONFIG,
                    NAME + " cannot be set for one broker, because all must go by the same value: set it for all "
                            + "brokers, or on the topic.");
        }
        if (resource.name().isEmpty() && !isSet) {
            throw new Refusal(
                    Errors.INVALID_CONFIG,
                    NAME + " of the cluster cannot be taken away, because the brokers' files may differ: set it to "
                            + "another value.");
        }
    }

    /// The records that go with a change of the setting: who was eligible by the old value may lack what is committed
    /// by the new one.
    ///
    /// @param touched the settings of `resource` that change
    public static List<ApiMessage> forgetEligible(
            ConfigResource resource, Map<String, String> touched, Situation situation) {
        if (!touched.containsKey(NAME) || !situation.image().keepsEligible()) {
            return List.of();
        }
        return switch (resource.type()) {
            case TOPIC -> List.of(new ClearElrRecord().setTopicName(resource.name()));
            case BROKER -> List.of(new ClearElrRecord());
            case GROUP, CLIENT_METRICS, BROKER_LOGGER, UNKNOWN -> List.of();
        };
    }

    /// The value that holds for a topic.
    static int of(String topic, Situation situation) {
        return situation
                .image()
                .minInSync(topic)
                .orElseGet(() -> Integer.parseInt(
                        Objects.requireNonNullElse(situation.rules().defaultValue(Type.TOPIC, NAME), "1")));
    }
}
