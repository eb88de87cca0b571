package io.kurier.cluster.controller.command;

import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.protocol.ApiMessage;

/// Which broker leads a partition after brokers came or went. Only replicas that have all committed records are chosen:
/// members of the ISR, then eligible leader replicas, then the last known one when there is nobody else (KIP-966).
final class LeaderElection {
    private LeaderElection() {}

    /// Another process of the broker has come, and what the old one had written but not flushed may be gone. Partitions
    /// that others have in sync go on without it; where it is the only one in sync, it begins a new leader epoch.
    static void restart(ClusterImage image, int brokerId, Consumer<ApiMessage> out) {
        leave(image, brokerId, brokerId, out);
    }

    /// The broker is gone. Partitions that others have in sync go on without it; where it is the only one in sync,
    /// nobody leads until it comes back, because nobody else has all committed records.
    static void leave(ClusterImage image, int brokerId, Consumer<ApiMessage> out) {
        leave(image, brokerId, PartitionImage.NO_LEADER, out);
    }

    private static void leave(ClusterImage image, int brokerId, int leaderWhereAlone, Consumer<ApiMessage> out) {
        for (TopicImage topic : image.topics()) {
            for (int i = 0; i < topic.partitions().size(); i++) {
                PartitionImage partition = topic.partitions().get(i);
                if (isShared(partition, brokerId)) {
                    out.accept(without(image, partition, brokerId, change(topic, i)));
                } else if (partition.leader() == brokerId) {
                    out.accept(change(topic, i).setLeader(leaderWhereAlone));
                }
            }
        }
    }

    private static boolean isShared(PartitionImage partition, int brokerId) {
        return partition.isr().size() > 1 && partition.isr().contains(brokerId);
    }

    /// A smaller ISR, and another leader if the broker led: the first replica that is in sync and there. With nobody
    /// there the ISR stays, as its last members are who has everything.
    private static PartitionChangeRecord without(
            ClusterImage image, PartitionImage partition, int brokerId, PartitionChangeRecord change) {
        List<Integer> isr =
                partition.isr().stream().filter(id -> id != brokerId).toList();
        if (partition.leader() != brokerId) {
            return change.setIsr(isr);
        }
        Optional<Integer> leader = partition.replicas().stream()
                .filter(isr::contains)
                .filter(id -> isActive(image, id))
                .findFirst();
        return leader.isPresent()
                ? change.setIsr(isr).setLeader(leader.get())
                : change.setLeader(PartitionImage.NO_LEADER);
    }

    private static boolean isActive(ClusterImage image, int brokerId) {
        BrokerImage broker = image.broker(brokerId);
        return broker != null && broker.isActive();
    }

    /// Lets the broker, which is active from now on, lead the partitions that have no leader and for which it is
    /// eligible.
    static void lead(ClusterImage image, int brokerId, Consumer<ApiMessage> out) {
        for (TopicImage topic : image.topics()) {
            for (int i = 0; i < topic.partitions().size(); i++) {
                PartitionImage partition = topic.partitions().get(i);
                if (partition.hasLeader() || !LostDirectories.isThere(image, partition, brokerId)) {
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
