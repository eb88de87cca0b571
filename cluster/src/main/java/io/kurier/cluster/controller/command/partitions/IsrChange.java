package io.kurier.cluster.controller.command.partitions;

import io.kurier.cluster.controller.command.Situation;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.ConfigResource.Type;
import org.apache.kafka.common.metadata.ClearElrRecord;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.protocol.ApiMessage;

/// What the record of a changed ISR says: who leaves it while too few are in sync for anything to be committed stays
/// eligible to lead, and nobody is any more once there are enough (KIP-966).
public final class IsrChange {
    /// The setting that says how many replicas must be in sync for anything to be committed.
    public static final String MIN_IN_SYNC = "min.insync.replicas";

    private static final String ELIGIBLE_LEADER_REPLICAS = "eligible.leader.replicas.version";

    private IsrChange() {}

    /// The record for partition `number`, without a change of its leader.
    ///
    /// @param isr the new members
    public static PartitionChangeRecord to(List<Integer> isr, TopicImage topic, int number, Situation situation) {
        PartitionImage before = topic.partitions().get(number);
        PartitionChangeRecord change = new PartitionChangeRecord()
                .setTopicId(topic.id())
                .setPartitionId(number)
                .setIsr(isr);
        if (situation.image().feature(ELIGIBLE_LEADER_REPLICAS) > 0) {
            List<Integer> eligible =
                    isr.size() >= leastInSync(topic, before, situation) ? List.of() : left(before, isr);
            if (!eligible.equals(before.elr())) {
                change.setEligibleLeaderReplicas(eligible);
            }
            if (!before.lastKnownElr().isEmpty()) {
                change.setLastKnownElr(List.of());
            }
        }
        return change;
    }

    /// The records that go with a change of [#MIN_IN_SYNC]: who was eligible by the old value may lack what is
    /// committed by the new one.
    public static List<ApiMessage> forgetEligible(ConfigResource resource, Situation situation) {
        if (situation.image().feature(ELIGIBLE_LEADER_REPLICAS) == 0) {
            return List.of();
        }
        return switch (resource.type()) {
            case TOPIC -> List.of(new ClearElrRecord().setTopicName(resource.name()));
            case BROKER -> List.of(new ClearElrRecord());
            case GROUP, CLIENT_METRICS, BROKER_LOGGER, UNKNOWN -> List.of();
        };
    }

    private static List<Integer> left(PartitionImage before, List<Integer> isr) {
        return before.replicas().stream()
                .filter(id -> !isr.contains(id)
                        && (before.isr().contains(id) || before.elr().contains(id)))
                .toList();
    }

    /// `min.insync.replicas` of the topic, or all of its replicas if those are fewer.
    private static int leastInSync(TopicImage topic, PartitionImage partition, Situation situation) {
        Map<String, String> ofTopic = situation.image().configs(Type.TOPIC, topic.name());
        Map<String, String> ofCluster = situation.image().configs(Type.BROKER, "");
        String said = ofTopic.getOrDefault(
                MIN_IN_SYNC,
                ofCluster.getOrDefault(MIN_IN_SYNC, situation.rules().defaultValue(Type.TOPIC, MIN_IN_SYNC)));
        int least = said == null ? 1 : Integer.parseInt(said);
        return Math.min(least, partition.replicas().size());
    }
}
