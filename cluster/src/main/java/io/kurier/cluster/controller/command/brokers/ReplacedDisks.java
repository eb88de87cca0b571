package io.kurier.cluster.controller.command.brokers;

import io.kurier.cluster.image.BrokerImage;
import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.metadata.PartitionChangeRecord;
import org.apache.kafka.common.protocol.ApiMessage;

/// Gives replicas a place on the new disk of a broker whose old one was replaced, so that the others fill them again.
/// One that nobody else is sure to have all of keeps its old place: an empty copy must not pass for the whole, and the
/// old disk may come back. So do all while the broker has fewer directories than before: one may only be missing.
final class ReplacedDisks {
    private static final Uuid UNASSIGNED = new Uuid(0, 0);

    private ReplacedDisks() {}

    /// The records for all replicas of the broker.
    ///
    /// @param image in which the broker's new process is registered, and its replicas are in sync nowhere that others
    ///     are
    /// @param before the broker as its last process was registered
    static List<ApiMessage> assigned(ClusterImage image, BrokerImage before) {
        BrokerImage now = image.broker(before.id());
        List<ApiMessage> records = new ArrayList<>();
        if (now == null || now.logDirs().size() < before.logDirs().size()) {
            return records;
        }
        for (TopicImage topic : image.topics()) {
            for (int number = 0; number < topic.partitions().size(); number++) {
                PartitionImage partition = topic.partitions().get(number);
                if (isLost(partition, now) && othersHaveIt(partition, now.id())) {
                    records.add(new PartitionChangeRecord()
                            .setTopicId(topic.id())
                            .setPartitionId(number)
                            .setDirectories(directories(partition, now)));
                }
            }
        }
        return records;
    }

    private static boolean isLost(PartitionImage partition, BrokerImage broker) {
        Uuid directory = partition.directory(broker.id());
        return partition.replicas().contains(broker.id())
                && !Uuid.RESERVED.contains(directory)
                && !broker.logDirs().contains(directory);
    }

    private static boolean othersHaveIt(PartitionImage partition, int brokerId) {
        return Stream.of(partition.isr(), partition.elr(), partition.lastKnownElr())
                .flatMap(List::stream)
                .anyMatch(id -> id != brokerId);
    }

    private static List<Uuid> directories(PartitionImage partition, BrokerImage broker) {
        Uuid place = broker.logDirs().size() == 1 ? broker.logDirs().getFirst() : UNASSIGNED;
        return partition.replicas().stream()
                .map(id -> id == broker.id() ? place : partition.directory(id))
                .toList();
    }
}
