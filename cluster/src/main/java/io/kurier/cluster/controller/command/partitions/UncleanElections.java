package io.kurier.cluster.controller.command.partitions;

import io.kurier.cluster.controller.command.Situation;
import io.kurier.cluster.image.TopicImage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.protocol.ApiMessage;

/// The elections that follow at once from a setting that allows replicas to lead which may lack committed records
/// (`unclean.leader.election.enable`).
public final class UncleanElections {
    static final String ALLOWED = "unclean.leader.election.enable";

    private UncleanElections() {}

    /// The records for partitions that have no leader.
    ///
    /// @param touched the settings of `resource` that were changed
    /// @param situation after the change
    public static List<ApiMessage> after(ConfigResource resource, Map<String, String> touched, Situation situation) {
        if (!"true".equals(touched.get(ALLOWED))) {
            return List.of();
        }
        List<ApiMessage> records = new ArrayList<>();
        for (TopicImage topic : topics(resource, situation)) {
            for (int number = 0; number < topic.partitions().size(); number++) {
                if (!topic.partitions().get(number).hasLeader()) {
                    new PartitionStep(topic, number, situation).record().ifPresent(records::add);
                }
            }
        }
        return records;
    }

    private static Collection<TopicImage> topics(ConfigResource resource, Situation situation) {
        return switch (resource.type()) {
            case TOPIC -> List.of(Objects.requireNonNull(situation.image().topic(resource.name())));
            case BROKER -> resource.name().isEmpty() ? situation.image().topics() : List.of();
            case GROUP, CLIENT_METRICS, BROKER_LOGGER, UNKNOWN -> List.of();
        };
    }
}
