package io.kurier.broker.replica;

import io.kurier.cluster.image.ClusterImage;
import io.kurier.cluster.image.PartitionImage;
import io.kurier.cluster.image.TopicImage;
import io.kurier.log.LogDirectory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/// Says which partitions nobody can use because the last replica in sync lies in a data directory that this node was
/// started without.
public final class LostReplicas {
    private static final int SHOWN = 5;

    private LostReplicas() {}

    /// One sentence; empty if there are none.
    public static Optional<String> sentence(ClusterImage image, int nodeId, List<LogDirectory> directories) {
        List<Uuid> here = directories.stream().map(LogDirectory::directoryId).toList();
        List<String> lost = new ArrayList<>();
        for (TopicImage topic : image.topics()) {
            for (int number = 0; number < topic.partitions().size(); number++) {
                PartitionImage state = topic.partitions().get(number);
                if (isLast(state, nodeId) && !isKnown(state.directory(nodeId), here)) {
                    lost.add(topic.name() + "-" + number);
                }
            }
        }
        if (lost.isEmpty()) {
            return Optional.empty();
        }
        String names = String.join(", ", lost.subList(0, Math.min(SHOWN, lost.size())));
        return Optional.of(lost.size() + " partitions (" + names + (lost.size() > SHOWN ? ", ..." : "")
                + ") are not available: the only replica in sync lies in a data directory that node " + nodeId
                + " was started without. Start it with that directory; if it is lost for ever, elect another replica"
                + " (kafka-leader-election --election-type unclean), or delete the topic");
    }

    /// True if nobody else is sure to have everything.
    private static boolean isLast(PartitionImage state, int nodeId) {
        return state.replicas().contains(nodeId)
                && Stream.of(state.isr(), state.elr(), state.lastKnownElr())
                        .flatMap(List::stream)
                        .allMatch(id -> id == nodeId);
    }

    private static boolean isKnown(Uuid directory, List<Uuid> here) {
        return here.contains(directory) || Uuid.RESERVED.contains(directory);
    }
}
