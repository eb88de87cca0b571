package io.kurier.cluster.controller.command;

import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.protocol.ApiMessage;

/// Which broker leads a partition after brokers came or went. Only replicas that have all committed records are chosen:
/// members of the ISR, then eligible leader replicas, then the last known one when there is nobody else (KIP-966).
final class LeaderElection {
    private LeaderElection() {}

    /// Begins a new leader epoch on every partition that the broker leads already.
    static void renewLeaderships(ClusterImage image, int brokerId, Consumer<ApiMessage> out) {
        for (TopicImage topic : image.topics()) {
            for (int i = 0; i < topic.partitions().size(); i++) {
                if (topic.partitions().get(i).leader() == brokerId) {
                    out.accept(change(topic, i).setLeader(brokerId));
                }
            }
        }
    }

    /// Lets the broker, which is active from now on, lead the partitions that have no leader and for which it is
    /// eligible.
    static void lead(ClusterImage image, int brokerId, Consumer<ApiMessage> out) {
        for (TopicImage topic : image.topics()) {
            for (int i = 0; i < topic.partitions().size(); i++) {
                PartitionImage partition = topic.partitions().get(i);
                if (partition.hasLeader()) {
                    continue;
                }
                if (partition.isr().contains(brokerId)) {
                    out.accept(change(topic, i).setLeader(brokerId));
                } else if (partition.elr().contains(brokerId)) {
                    out.accept(fromEligible(partition, brokerId, change(topic, i)));
                } else if (isLastKnown(partition, brokerId)) {
                    out.accept(change(topic, i)
                            .setLeader(brokerId)
                            .setIsr(List.of(brokerId))
                            .setLastKnownElr(List.of()));
                }
            }
        }
    }

    /// Lets an eligible replica lead: it is the only one in sync then.
    static PartitionChangeRecord fromEligible(PartitionImage partition, int brokerId, PartitionChangeRecord change) {
        return change.setLeader(brokerId)
                .setIsr(List.of(brokerId))
                .setEligibleLeaderReplicas(
                        partition.elr().stream().filter(id -> id != brokerId).toList());
    }

    private static boolean isLastKnown(PartitionImage partition, int brokerId) {
        return partition.isr().isEmpty()
                && partition.elr().isEmpty()
                && partition.lastKnownElr().contains(brokerId);
    }

    private static PartitionChangeRecord change(TopicImage topic, int partition) {
        return new PartitionChangeRecord().setTopicId(topic.id()).setPartitionId(partition);
    }
}
