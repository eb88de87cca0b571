package io.kurier.cluster.controller.command;

import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.protocol.ApiMessage;

/// What becomes of replicas whose data directory a broker does not bring along any more, because its disk was replaced
/// by an empty one: none of them counts as in sync, and they are filled again by the others. One that is the last in
/// sync stays where it was, and nobody leads: an empty copy must not pass for the whole.
final class LostDirectories {
    private static final int RESERVED_IDS = 100;
    private static final Uuid UNASSIGNED = new Uuid(0, 0);

    private LostDirectories() {}

    /// A new process of a broker registers with these directories instead of those of before.
    static void replaced(ClusterImage image, BrokerImage before, List<Uuid> directories, Consumer<ApiMessage> out) {
        boolean allThere = directories.size() >= before.logDirs().size();
        for (TopicImage topic : image.topics()) {
            for (int number = 0; number < topic.partitions().size(); number++) {
                PartitionImage partition = topic.partitions().get(number);
                if (partition.replicas().contains(before.id())
                        && !isIn(partition.directory(before.id()), directories)) {
                    PartitionChangeRecord change =
                            new PartitionChangeRecord().setTopicId(topic.id()).setPartitionId(number);
                    leave(image, partition, before.id(), change);
                    if (allThere && !isLast(partition, before.id())) {
                        change.setDirectories(assigned(partition, before.id(), directories));
                    }
                    out.accept(change);
                }
            }
        }
    }

    private static void leave(
            ClusterImage image, PartitionImage partition, int brokerId, PartitionChangeRecord change) {
        if (isLast(partition, brokerId)) {
            change.setLeader(PartitionImage.NO_LEADER);
            return;
        }
        if (partition.isr().contains(brokerId)) {
            List<Integer> isr = without(partition.isr(), brokerId);
            change.setIsr(isr);
            if (partition.leader() == brokerId) {
                change.setLeader(partition.replicas().stream()
                        .filter(isr::contains)
                        .filter(id -> isActive(image, id))
                        .findFirst()
                        .orElse(PartitionImage.NO_LEADER));
            }
        }
        if (partition.elr().contains(brokerId)) {
            change.setEligibleLeaderReplicas(without(partition.elr(), brokerId));
        }
    }

    /// True if nobody else is sure to have everything that was committed.
    private static boolean isLast(PartitionImage partition, int brokerId) {
        boolean others = partition.isr().stream().anyMatch(id -> id != brokerId)
                || partition.elr().stream().anyMatch(id -> id != brokerId);
        return !others
                && (partition.isr().contains(brokerId)
                        || partition.elr().contains(brokerId)
                        || partition.lastKnownElr().contains(brokerId));
    }

    private static boolean isActive(ClusterImage image, int brokerId) {
        BrokerImage broker = image.broker(brokerId);
        return broker != null && broker.isActive();
    }

    private static List<Integer> without(List<Integer> ids, int brokerId) {
        return ids.stream().filter(id -> id != brokerId).toList();
    }

    private static List<Uuid> assigned(PartitionImage partition, int brokerId, List<Uuid> directories) {
        Uuid place = directories.size() == 1 ? directories.getFirst() : UNASSIGNED;
        List<Uuid> all = new ArrayList<>();
        for (int id : partition.replicas()) {
            all.add(id == brokerId ? place : partition.directory(id));
        }
        return all;
    }

    /// True if the broker has the directory that its replica lies in, or nobody knows where it lies.
    static boolean isThere(ClusterImage image, PartitionImage partition, int brokerId) {
        BrokerImage broker = image.broker(brokerId);
        return broker != null && isIn(partition.directory(brokerId), broker.logDirs());
    }

    /// Brokers from before directories had ids name none.
    private static boolean isIn(Uuid directory, List<Uuid> directories) {
        boolean reserved = directory.getMostSignificantBits() == 0
                && directory.getLeastSignificantBits() >= 0
                && directory.getLeastSignificantBits() < RESERVED_IDS;
        return reserved || directories.isEmpty() || directories.contains(directory);
    }
}
